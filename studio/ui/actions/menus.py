"""Makes the actions, menus and the tool bar from their table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QWidget

from studio.ui.actions.action_table import HEATS, MENUS, SPECS, SUBMENUS, TOOLBAR, Spec
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme

Menus = Mapping[str, QMenu]
"""Menus inside menus, by name."""


class Actions:
    """All actions by name."""

    def __init__(self, parent: QObject) -> None:
        self.by_name: dict[str, QAction] = {spec.name: _action(spec, parent) for spec in SPECS}
        for names in (("theme_light", "theme_dark", "theme_system"), HEATS):
            group = QActionGroup(parent)
            for name in names:
                group.addAction(self[name])

    def __getitem__(self, name: str) -> QAction:
        return self.by_name[name]

    def attach(self, window: QWidget, canvases: QWidget) -> None:
        """Let shortcuts work: those of the canvas where it has the focus, others everywhere."""
        for spec in SPECS:
            (canvases if spec.here else window).addAction(self[spec.name])

    def tint(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours."""
        for spec in SPECS:
            if spec.icon:
                colour = theme.good if spec.name == "train" else ""
                self[spec.name].setIcon(icons.icon(spec.icon, theme, colour))

    def enable(self, names: Iterable[str], wanted: bool) -> None:
        """Switch several on or off."""
        for name in names:
            self[name].setEnabled(wanted)


def _action(spec: Spec, parent: QObject) -> QAction:
    action = QAction(spec.text, parent)
    action.setObjectName(f"action_{spec.name}")
    action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
    action.setCheckable(spec.checkable)
    native = QKeySequence.SequenceFormat.NativeText
    keys = [f" ({QKeySequence(key).toString(native)})" for key in spec.keys[:1]]
    action.setToolTip(spec.tip + "".join(keys))
    action.setStatusTip(spec.tip)
    if spec.here:
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    roles = {"quit": QAction.MenuRole.QuitRole, "about": QAction.MenuRole.AboutRole}
    action.setMenuRole(roles.get(spec.role, QAction.MenuRole.NoRole))
    return action


def build_menus(window: QMainWindow, actions: Actions) -> Menus:
    """Fill the menu bar; returns the menus inside menus, by name."""
    inside: dict[str, QMenu] = {}
    for title, names in MENUS:
        menu = window.menuBar().addMenu(f"&{title}")
        menu.setObjectName(f"menu_{title.lower()}")
        menu.setToolTipsVisible(True)
        _fill(menu, names, actions, inside)
    return inside


def _fill(menu: QMenu, names: Iterable[str], actions: Actions, inside: dict[str, QMenu]) -> None:
    for name in names:
        if name == "-":
            menu.addSeparator()
        elif name.startswith(">"):
            title, more = SUBMENUS[name[1:]]
            inner = menu.addMenu(title)
            inner.setObjectName(f"menu_{name[1:]}")
            inner.setToolTipsVisible(True)
            inside[name[1:]] = inner
            _fill(inner, more, actions, inside)
        else:
            menu.addAction(actions[name])


def build_toolbar(window: QMainWindow, actions: Actions) -> QToolBar:
    """The tool bar with what is used most."""
    bar = QToolBar("Tool bar")
    bar.setObjectName("toolbar")
    bar.setAccessibleName("Tool bar")
    bar.setIconSize(QSize(icons.SIZE, icons.SIZE))
    bar.setMovable(False)
    for name in TOOLBAR:
        if name == "-":
            bar.addSeparator()
            continue
        bar.addAction(actions[name])
        button = bar.widgetForAction(actions[name])
        button.setObjectName(f"button_{name}")
        button.setAccessibleName(actions[name].toolTip())
    window.addToolBar(bar)
    return bar

"""What every action does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from studio.ui.actions.help import show_about, show_getting_started, show_shortcuts
from studio.ui.canvas.canvas import Canvas
from studio.ui.canvas.rename import start_rename
from studio.ui.window.export import FORMS
from studio.ui.window.files import templates

if TYPE_CHECKING:
    from studio.ui.window.window import Window


def connect(window: Window) -> None:
    """Let the actions of a window work."""
    files, document, tabs = window.files, window.document, window.tabs
    slots: dict[str, Callable[[], object]] = {
        "new_empty": files.new,
        "open": files.open,
        "save": files.save,
        "save_as": files.save_as,
        "close": files.new,
        "quit": window.close,
        "undo": document.undo,
        "redo": document.redo,
        "rename": lambda: _rename(window),
        "find_node": lambda: _on_canvas(window, _search),
        "reset_layout": window.docks.reset,
        "getting_started": lambda: show_getting_started(window),
        "shortcuts": lambda: show_shortcuts(window),
        "about": lambda: show_about(window),
        "cut": lambda: _on_canvas(window, Canvas.cut),
        "copy": lambda: _on_canvas(window, Canvas.copy),
        "paste": lambda: _on_canvas(window, Canvas.paste),
        "duplicate": lambda: _on_canvas(window, Canvas.duplicate),
        "delete": lambda: _on_canvas(window, Canvas.delete_selection),
        "select_all": lambda: _on_canvas(window, Canvas.select_all),
        "zoom_in": lambda: _on_canvas(window, lambda canvas: canvas.zoom_by(1.25)),
        "zoom_out": lambda: _on_canvas(window, lambda canvas: canvas.zoom_by(0.8)),
        "zoom_reset": lambda: _on_canvas(window, Canvas.reset_zoom),
        "frame_all": lambda: _on_canvas(window, Canvas.frame_all),
        "frame_selection": lambda: _on_canvas(window, Canvas.frame_selection),
        "arrange": lambda: _on_canvas(window, Canvas.arrange),
    }
    for form in FORMS:
        slots[f"export_{form}"] = partial(window.export.ask, form)
    for name in ("light", "dark", "system"):
        slots[f"theme_{name}"] = partial(window.set_theme, name)
    for name, slot in slots.items():
        window.commands[name].triggered.connect(lambda _=False, slot=slot: slot())
    autosave = window.commands["autosave"]
    autosave.setChecked(window.settings.autosave)
    autosave.toggled.connect(lambda on: _keep(window, on))
    window.commands.enable(("train", "pause", "stop", "resume"), False)
    QApplication.styleHints().colorSchemeChanged.connect(lambda: _follow_desktop(window))
    _fill_menus(window)
    tabs.board_changed.connect(lambda name: window.commands.enable(("find_node",), bool(name)))


def _keep(window: Window, on: bool) -> None:
    window.settings.autosave = on
    window.recovery.switch(on)


def _fill_menus(window: Window) -> None:
    for name in templates():
        action = window.menus["new"].addAction(f"From {name}")
        action.setObjectName(f"action_new_{name}")
        action.triggered.connect(lambda _=False, name=name: window.files.new_from(name))
    for dock in window.docks.by_name.values():
        window.menus["panels"].addAction(dock.toggleViewAction())
    recent = window.menus["recent"]
    recent.aboutToShow.connect(lambda: _fill_recent(window))


def _fill_recent(window: Window) -> None:
    menu = window.menus["recent"]
    menu.clear()
    for path in window.settings.recent:
        action = menu.addAction(str(path))
        action.triggered.connect(lambda _=False, path=path: window.files.open(path))
    if menu.isEmpty():
        menu.addAction("No files yet").setEnabled(False)
    else:
        menu.addSeparator()
        menu.addAction("Clear this list", window.settings.forget_recent)


def _on_canvas(window: Window, work: Callable[[Canvas], object]) -> None:
    if window.tabs.canvas is not None:
        work(window.tabs.canvas)


def _search(canvas: Canvas) -> None:
    canvas.setFocus()
    canvas.open_search(canvas.rect().center())


def _rename(window: Window) -> None:
    canvas = window.tabs.canvas
    if canvas is not None and len(canvas.selection) == 1:
        start_rename(canvas, next(iter(canvas.selection)))
    else:
        window.tabs.rename(window.tabs.currentIndex())


def _follow_desktop(window: Window) -> None:
    if window.settings.theme == "system":
        window.set_theme("system")

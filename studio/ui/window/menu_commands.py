"""What every action of the menus and the tool bar does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from studio.model.document import Document
from studio.model.gallery import architectures, gallery
from studio.ui.actions.action_table import HEATS
from studio.ui.actions.help_dialogs import show_about, show_getting_started, show_shortcuts
from studio.ui.actions.menus import Actions, Menus
from studio.ui.canvas.canvas import Canvas
from studio.ui.processes.process_link import ProcessLink
from studio.ui.training.run_control import RunControl
from studio.ui.window import dialogs
from studio.ui.window.board_tabs import BoardTabs
from studio.ui.window.docks import Docks
from studio.ui.window.document_files import DocumentFiles
from studio.ui.window.export_process import FORMS, ExportProcess
from studio.ui.window.heat_view import HeatView
from studio.ui.window.help_dock import HelpDock
from studio.ui.window.import_process import ImportProcess
from studio.ui.window.recovery_file import Recovery
from studio.ui.window.window_settings import WindowSettings


class Themed(Protocol):
    """What can be shown in other colours."""

    def set_theme(self, name: str) -> None:
        """Use `light`, `dark` or the desktop's colours (`system`)."""


class MenuCommands:
    """Lets actions and menus work; each method is for one part of the window."""

    def __init__(self, window: QMainWindow, actions: Actions, menus: Menus) -> None:
        self._window, self._actions, self._menus = window, actions, menus
        for name, show in (
            ("getting_started", show_getting_started),
            ("shortcuts", show_shortcuts),
            ("about", show_about),
        ):
            self._do(name, partial(show, window))
        self._do("quit", window.close)

    def files(self, files: DocumentFiles, settings: WindowSettings, recovery: Recovery) -> None:
        """New, open, save, recent files, recovery."""
        for name, slot in (
            ("new_empty", files.new),
            ("open", files.open),
            ("save", files.save),
            ("save_as", files.save_as),
            ("close", files.new),
        ):
            self._do(name, slot)
        known = QMenu("Well-known networks", self._menus["new"])
        for menu, names in ((self._menus["new"], gallery()), (known, architectures())):
            for name in names:
                action = menu.addAction(f"From {name}")
                action.setObjectName(f"action_new_{name}")
                action.triggered.connect(lambda _=False, name=name: files.new_from(name))
        self._menus["new"].addMenu(known)
        recent = self._menus["recent"]
        recent.aboutToShow.connect(lambda: self._fill_recent(files, settings))

        def keep(on: bool) -> None:
            settings.autosave = on
            recovery.switch(on)

        self._actions["autosave"].setChecked(settings.autosave)
        self._actions["autosave"].toggled.connect(keep)

    def _fill_recent(self, files: DocumentFiles, settings: WindowSettings) -> None:
        menu = self._menus["recent"]
        menu.clear()
        for path in settings.recent:
            action = menu.addAction(str(path))
            action.triggered.connect(lambda _=False, path=path: files.open(path))
        if menu.isEmpty():
            menu.addAction("No files yet").setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction("Clear this list", settings.forget_recent)

    def document(self, document: Document) -> None:
        """Undo and redo."""
        self._do("undo", document.undo)
        self._do("redo", document.redo)

    def boards(self, tabs: BoardTabs) -> None:
        """What is done to the board that is shown, or to what is selected on it."""
        on_canvas: dict[str, Callable[[Canvas], object]] = {
            "find_node": _search,
            "cut": lambda canvas: canvas.commands.cut(),
            "copy": lambda canvas: canvas.commands.copy(),
            "paste": lambda canvas: canvas.commands.paste(),
            "duplicate": lambda canvas: canvas.commands.duplicate(),
            "delete": lambda canvas: canvas.commands.delete(),
            "make_block": lambda canvas: canvas.start_block(),
            "unpack": lambda canvas: canvas.commands.unpack(),
            "enter": lambda canvas: canvas.commands.enter(),
            "leave": lambda canvas: canvas.left.emit(),
            "select_all": lambda canvas: canvas.commands.select_all(),
            "arrange": lambda canvas: canvas.commands.arrange(),
            "zoom_in": lambda canvas: canvas.zoom_by(1.25),
            "zoom_out": lambda canvas: canvas.zoom_by(0.8),
            "zoom_reset": Canvas.reset_zoom,
            "frame_all": Canvas.frame_all,
            "frame_selection": Canvas.frame_selection,
        }

        def apply(work: Callable[[Canvas], object]) -> None:
            if tabs.canvas is not None:
                work(tabs.canvas)

        for name, work in on_canvas.items():
            self._do(name, partial(apply, work))
        self._do("rename", lambda: _rename(tabs))
        tabs.board_changed.connect(lambda name: self._actions.enable(("find_node",), bool(name)))

    def panels(self, docks: Docks, help: HelpDock) -> None:
        """Which panels are shown."""
        self._do("node_help", lambda: help.show_type(""))
        self._do("reset_layout", docks.reset)
        for dock in docks.by_name.values():
            self._menus["panels"].addAction(dock.toggleViewAction())

    def heat(self, view: HeatView) -> None:
        """What nodes are coloured by."""
        for name in HEATS:
            self._do(name, partial(view.show_by, name.removeprefix("heat_")))
        view.changed.connect(lambda name: self._actions[f"heat_{name}"].setChecked(True))
        view.show_by("none")

    def themes(self, window: Themed, settings: WindowSettings) -> None:
        """Light, dark, or as the desktop has it."""
        for name in ("light", "dark", "system"):
            self._do(f"theme_{name}", partial(window.set_theme, name))

        def follow_desktop() -> None:
            if settings.theme == "system":
                window.set_theme("system")

        QApplication.styleHints().colorSchemeChanged.connect(follow_desktop)

    def imports(self, importing: ImportProcess) -> None:
        """Let modules of others come in."""
        self._do("import", importing.ask)

    def exports(self, export: ExportProcess) -> None:
        """Let the network be taken away as code or as weights."""
        for form in FORMS:
            self._do(f"export_{form}", partial(export.ask, form))

    def runs(self, control: RunControl, docks: Docks) -> None:
        """Train, pause or go on, stop, resume: what the run's own actions do, when those can."""
        own, actions = control.actions, self._actions

        def follow() -> None:
            for name in ("train", "stop", "resume"):
                actions[name].setEnabled(own[name].isEnabled())
            going_on = own["go_on"].isEnabled()
            actions["pause"].setEnabled(going_on or own["pause"].isEnabled())
            actions["pause"].setText("Go on" if going_on else "Pause")

        for action in own.values():
            action.changed.connect(follow)
        for name in ("train", "stop", "resume"):
            actions[name].triggered.connect(own[name].trigger)
            actions[name].triggered.connect(lambda: docks.reveal("training"))
        actions["pause"].triggered.connect(lambda: _pause_or_go_on(own))
        control.edited.connect(lambda run: self._go_on_with(control, run))
        follow()

    def _go_on_with(self, control: RunControl, run: str) -> None:
        answer = dialogs.ask_edited(self._window, run)
        if answer != "cancel":
            control.go_on_with(answer == "drawn")

    def alone(self, link: ProcessLink, settings: WindowSettings) -> None:
        """Whether runs go on without the window."""

        def keep(on: bool) -> None:
            settings.alone = on
            link.go_on_alone(on)

        action = self._actions["alone"]
        action.setChecked(settings.alone)
        action.toggled.connect(keep)
        link.go_on_alone(settings.alone)

    def _do(self, name: str, slot: Callable[[], object]) -> None:
        self._actions[name].triggered.connect(lambda _=False: slot())


def _pause_or_go_on(own: dict[str, QAction]) -> None:
    own["go_on" if own["go_on"].isEnabled() else "pause"].trigger()


def _search(canvas: Canvas) -> None:
    canvas.setFocus()
    canvas.open_search(canvas.rect().center())


def _rename(tabs: BoardTabs) -> None:
    canvas = tabs.canvas
    if canvas is not None and len(canvas.selection) == 1:
        canvas.start_rename()
    else:
        tabs.rename_shown()

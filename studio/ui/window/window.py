"""The main window: puts the panels together and lets them hear of each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow

from nodes.catalogue import builtin
from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.edits import apply
from studio.model.messages import CheckerReady, RunState, TrainerReady
from studio.model.project import Project
from studio.model.report import Fix
from studio.ui import style
from studio.ui.actions.build import Actions, build_menus, build_toolbar
from studio.ui.canvas.editing import New
from studio.ui.canvas.room import make_room
from studio.ui.code import CodePanel
from studio.ui.findings import Findings
from studio.ui.inspector.inspector import Inspector
from studio.ui.issues import IssuesPanel, counted
from studio.ui.link import Link
from studio.ui.palette import Palette
from studio.ui.recovery import Recovery
from studio.ui.settings import Settings
from studio.ui.window.docks import Docks
from studio.ui.window.export import Export
from studio.ui.window.files import Files
from studio.ui.window.leaving import Leaving
from studio.ui.window.status import StatusBar
from studio.ui.window.tabs import BoardTabs


class Window(QMainWindow):
    """Everything a person sees. `link.start` is left to whoever shows the window."""

    painted = Signal()
    """The window was on the screen for the first time."""
    closing = Signal()
    """The window goes; threads that serve it are to end."""
    theme_changed = Signal(object)
    node_selected = Signal(str, str)
    """Board and node, where one alone is selected."""

    def __init__(self, settings: Settings, link: Link) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAccessibleName("Netloom")
        self.setAcceptDrops(True)
        self.resize(QSize(1280, 800).boundedTo(self.screen().availableSize()))
        self.settings, self.link = settings, link
        self.document = Document()
        self.types: dict[str, NodeType] = dict(builtin().types)
        self.theme = style.chosen(settings.theme)
        style.apply(self.theme)
        self.findings = Findings(link, self)
        self.files = Files(self, self.document, settings)
        self.commands = Actions(self)
        self.recovery = Recovery(self.document, self)
        self.recovery.switch(settings.autosave)
        self.export = Export(self)
        self.leaving = Leaving(self)
        self.run_folder: Callable[[], Path | None] = lambda: None
        self._painted = False
        self._panels()
        self.menus = build_menus(self, self.commands)
        build_toolbar(self, self.commands)
        self.commands.attach(self, self.tabs)
        self._connect()
        self._tint(settings.theme)
        self._restore_layout()

    def _panels(self) -> None:
        document, types, theme = self.document, self.types, self.theme
        self.tabs = BoardTabs(document, types, self.findings, theme)
        self.setCentralWidget(self.tabs)
        self.docks = Docks(self)
        self.node_types = Palette(document, types, theme)
        self.inspector = Inspector(document, types, self.findings, self.link, theme)
        self.issues = IssuesPanel(self.findings, theme)
        self.code = CodePanel(self.findings, theme)
        self.status = StatusBar(theme)
        self.setStatusBar(self.status)
        for name, panel in (
            ("palette", self.node_types),
            ("inspector", self.inspector),
            ("issues", self.issues),
            ("code", self.code),
        ):
            self.docks[name].put(panel)

    def _connect(self) -> None:
        self.document.subscribe(self._changed)
        tabs, findings, link = self.tabs, self.findings, self.link
        tabs.board_changed.connect(self._show_board)
        tabs.selection_changed.connect(self._select)
        for source in (tabs, self.files, self.inspector):
            source.message.connect(self.say)
        for panel in (tabs, self.issues, self.inspector):
            panel.fix_chosen.connect(self.fix)
        self.issues.picked.connect(self.go_to)
        self.inspector.board_wanted.connect(tabs.open_board)
        self.inspector.node_wanted.connect(lambda board, node: self._pick(frozenset([node])))
        self.code.nodes_picked.connect(self._pick)
        self.node_types.chosen.connect(self.add)
        self.status.issues_clicked.connect(lambda: self.docks.reveal("issues"))
        findings.issues_changed.connect(self._count)
        link.checking.connect(self.status.show_checking)
        link.plugins_loaded.connect(self._plugins)
        link.trainer_ready.connect(self._devices)
        link.run_state.connect(self._running)
        link.checker_gone.connect(lambda why: self.say(f"The checker starts again: {why}."))
        link.trainer_gone.connect(lambda why: self.say(f"The trainer starts again: {why}."))
        self.files.saved.connect(self.entitle)
        self.files.saved.connect(self.recovery.write)
        self.recovery.failed.connect(self.say)
        from studio.ui.actions.work import connect

        connect(self)

    # ---- what panels say -----------------------------------------------------------------------

    def say(self, sentence: str) -> None:
        """Show a message in the status bar."""
        self.status.showMessage(sentence, 8000)

    def fix(self, fix: Fix) -> None:
        """Carry out a fix of an issue."""
        try:
            project = apply(self.document.project, fix.edits)
        except KeyError:
            self.say("That fix is out of date: the node it was about is gone.")
            return
        canvas = self.tabs.canvas
        if canvas is not None:
            project = make_room(canvas.scene, project)
        self.document.edit(fix.label, project)

    def go_to(self, board: str, node: str) -> None:
        """Show a board and select a node of it."""
        self.tabs.open_board(board)
        canvas = self.tabs.canvas
        if canvas is not None and self.tabs.board == board and node:
            canvas.select([node])
            canvas.frame_selection()

    def add(self, dropped: str) -> None:
        """Add a node of a type, or one that stands for a board (`Block:NAME`)."""
        canvas = self.tabs.canvas
        type_name, _, board = dropped.partition(":")
        if canvas is None:
            self.say("Add a board first: the + beside the tabs.")
        elif board:
            key = "network" if type_name == "Network" else "block"
            canvas.add_node(type_name, new=New(type_name, {key: board}))
        else:
            canvas.add_node(type_name)

    def _show_board(self, name: str) -> None:
        self.node_types.show_board(name)
        self.code.show_board(name)
        self.status.show_totals(self.findings.totals.get(name))
        canvas = self.tabs.canvas
        self._select(canvas.selection if canvas is not None else frozenset())

    def _select(self, nodes: frozenset[str]) -> None:
        self.inspector.show_selection(self.tabs.board, nodes)
        self.code.mark(nodes)
        if len(nodes) == 1:
            self.node_selected.emit(self.tabs.board, next(iter(nodes)))
        some = ("cut", "copy", "duplicate", "delete", "frame_selection")
        self.commands.enable(some, bool(nodes))

    def _pick(self, nodes: frozenset[str]) -> None:
        if self.tabs.canvas is not None:
            self.tabs.canvas.select(nodes)

    def _count(self) -> None:
        issues = self.findings.issues
        errors = sum(issue.severity == "error" for issue in issues)
        self.status.show_issues(counted(issues), errors)
        self.docks["issues"].setWindowTitle(f"Issues ({len(issues)})" if issues else "Issues")
        self.status.show_totals(self.findings.totals.get(self.tabs.board))

    def _plugins(self, message: CheckerReady) -> None:
        for node_type in message.plugins:
            self.types.setdefault(node_type.name, node_type)
        for error in message.errors:
            self.say(error)
        if message.plugins:
            self.node_types.refresh()

    def _devices(self, message: TrainerReady) -> None:
        if message.devices:
            self.status.device.setText(message.devices[0])

    def _running(self, state: RunState) -> None:
        if state.device:
            self.status.device.setText(state.device)

    # ---- following the document ----------------------------------------------------------------

    def _changed(self, before: Project, after: Project) -> None:
        self.link.check(after)
        self.entitle()

    def entitle(self) -> None:
        """Tell title and menus what there is to save and undo."""
        document = self.document
        self.setWindowTitle(f"{self.files.name}[*] – Netloom")
        self.setWindowModified(document.modified)
        for name, label in (("undo", document.undo_label), ("redo", document.redo_label)):
            action, word = self.commands[name], name.capitalize()
            action.setEnabled(label is not None)
            action.setText(f"{word} {label}" if label else word)

    # ---- theme and layout ----------------------------------------------------------------------

    def set_theme(self, name: str) -> None:
        """Use `light`, `dark` or the desktop's colours (`system`)."""
        self.settings.theme = name
        self.theme = theme = style.chosen(name)
        self.inspector.node.forget_forms()
        style.apply(theme)
        self._tint(name)
        for panel in (
            self.tabs,
            self.node_types,
            self.inspector,
            self.issues,
            self.code,
            self.status,
        ):
            panel.set_theme(theme)
        self.theme_changed.emit(theme)

    def _tint(self, name: str) -> None:
        self.commands.tint(self.theme)
        self.docks.set_theme(self.theme)
        self.commands[f"theme_{name}"].setChecked(True)

    def _restore_layout(self) -> None:
        geometry, layout = self.settings.geometry, self.settings.layout
        if geometry is not None:
            self.restoreGeometry(geometry)
        if layout is None or not self.restoreState(layout):
            self.painted.connect(self._first_layout)

    def _first_layout(self) -> None:
        self.docks.size()
        canvas = self.tabs.canvas
        if canvas is not None:
            QTimer.singleShot(0, canvas, canvas.frame_all)

    # ---- events --------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)
        return done

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.leaving.may_close():
            event.ignore()
            return
        self.settings.keep_layout(self.saveGeometry(), self.saveState())
        self.hide()
        self.closing.emit()
        self.link.close()
        self.recovery.close()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped(event)
        if path is not None:
            event.acceptProposedAction()
            QTimer.singleShot(0, self, lambda: self.files.open(path))

    @staticmethod
    def _dropped(event: QDropEvent) -> Path | None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        return next((path for path in paths if path.suffix == ".json"), None)

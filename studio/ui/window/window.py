"""The main window: puts the panels together and lets them hear of each other."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow

from nodes.cards import from_json
from nodes.catalogue import cards
from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.habits import KeptHabits
from studio.model.library import Library
from studio.model.messages import CheckerReady, Probes, RunState, TrainerReady
from studio.model.operations.adding import NewNode
from studio.model.project import Project
from studio.ui.actions.menus import Actions, build_menus, build_toolbar
from studio.ui.appearance import style_sheet
from studio.ui.inspector.inspector import Inspector
from studio.ui.panels.code_panel import CodePanel
from studio.ui.panels.costs_panel import CostsPanel
from studio.ui.panels.issues_panel import IssuesPanel
from studio.ui.panels.palette import Palette
from studio.ui.processes.check_results import CheckResults
from studio.ui.processes.costs import Costs
from studio.ui.processes.process_link import ProcessLink
from studio.ui.training.run_control import RunControl
from studio.ui.window.board_tabs import BoardTabs
from studio.ui.window.closing import Closing
from studio.ui.window.docks import Docks
from studio.ui.window.document_files import DocumentFiles
from studio.ui.window.export_process import ExportProcess
from studio.ui.window.heat_view import HeatView
from studio.ui.window.help_dock import HelpDock
from studio.ui.window.import_process import ImportProcess
from studio.ui.window.issue_fixes import IssueFixes
from studio.ui.window.library_files import LibraryFiles, offer_files
from studio.ui.window.menu_commands import MenuCommands
from studio.ui.window.recovery_file import Recovery
from studio.ui.window.status_bar import StatusBar
from studio.ui.window.trusting import Trusting
from studio.ui.window.window_settings import WindowSettings


class Window(QMainWindow):
    """Everything a person sees. `link.start` is left to whoever shows the window."""

    painted = Signal()
    """The window was on the screen for the first time."""
    closing = Signal()
    """The window goes; threads that serve it are to end."""
    theme_changed = Signal(object)
    node_selected = Signal(str, str)
    """Board and node, where one alone is selected."""

    def __init__(self, settings: WindowSettings, link: ProcessLink) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAccessibleName("Netloom")
        self.setAcceptDrops(True)
        self.resize(QSize(1280, 800).boundedTo(self.screen().availableSize()))
        self.settings, self.link = settings, link
        self.document = Document()
        self.types: dict[str, NodeType] = cards()
        self.habits = KeptHabits(settings.habits, settings.keep_habits)
        self.library = Library()
        self.library_files = LibraryFiles(self.library, settings, self)
        self.theme = style_sheet.chosen(settings.theme)
        style_sheet.apply(self.theme)
        self.results = CheckResults(self.document, link, self)
        self.runs = RunControl(self.document, link, self)
        self.files = DocumentFiles(self, self.document, settings, self.runs)
        self.commands = Actions(self)
        self.recovery = Recovery(self.document, self)
        self.recovery.switch(settings.autosave)
        self.export = ExportProcess(self, self.document, self.files, self.runs)
        self.importing = ImportProcess(self, self.files)
        self.closer = Closing(self, self.files, self.runs)
        self.trusting = Trusting(self, self.document, link, lambda: self.theme)
        self._painted = False
        self._panels()
        menus = build_menus(self, self.commands)
        build_toolbar(self, self.commands)
        self.commands.attach(self, self.tabs)
        self._connect()
        self._command(MenuCommands(self, self.commands, menus))
        self._tint(settings.theme)
        self._restore_layout()

    def _panels(self) -> None:
        document, types, theme = self.document, self.types, self.theme
        self.tabs = BoardTabs(document, types, self.library, self.results, theme)
        self.setCentralWidget(self.tabs)
        self.costs = Costs(document, self.results, self.link)
        self.heat = HeatView(self.tabs, self.costs, theme)
        self.docks = Docks(self)
        self.node_types = Palette(document, types, self.habits, self.library, theme)
        self.inspector = Inspector(document, types, self.results, theme)
        self.help = HelpDock(self.docks, document, types, self.results, self.link, theme)
        self.fixes = IssueFixes(document, types, self.tabs)
        self.issues = IssuesPanel(self.results, theme, self.fixes.effect)
        self.code = CodePanel(document, self.results, theme)
        self.analysis = CostsPanel(document, self.costs, theme)
        self.status = StatusBar(theme)
        self.setStatusBar(self.status)
        for name, panel in (
            ("palette", self.node_types),
            ("inspector", self.inspector),
            ("issues", self.issues),
            ("code", self.code),
            ("costs", self.analysis),
        ):
            self.docks[name].put(panel)

    def _connect(self) -> None:
        self.document.subscribe(self._changed)
        tabs, results, link = self.tabs, self.results, self.link
        tabs.board_changed.connect(self._show_board)
        tabs.corner.listing.connect(lambda menu: offer_files(menu, self.library_files))
        tabs.selection_changed.connect(self._select)
        files = self.files, self.library_files
        others = self.inspector, self.export, self.importing, self.closer, self.fixes
        for source in (tabs, *files, *others):
            source.message.connect(self.say)
        for panel in (tabs, self.issues, self.inspector):
            panel.fix_chosen.connect(self.fixes.take)
            panel.fix_offered.connect(self.fixes.show)
        for panel in (self.issues, self.inspector):
            panel.silence_chosen.connect(self.fixes.silence)
            panel.trust_wanted.connect(self.trusting.ask)
        self.inspector.trust_given.connect(self.trusting.trust)
        self.issues.picked.connect(self.go_to)
        self.analysis.picked.connect(self.go_to)
        self.docks["costs"].visibilityChanged.connect(partial(self.costs.want, "panel"))
        self.inspector.board_wanted.connect(tabs.open_board)
        self.inspector.node_wanted.connect(lambda board, node: self._pick(frozenset([node])))
        self.code.nodes_picked.connect(self._pick)
        self.node_types.chosen.connect(self.add)
        for asking in (self.node_types, self.inspector, tabs):
            asking.help_wanted.connect(self.help.show_type)
        self.status.issues_clicked.connect(lambda: self.docks.reveal("issues"))
        results.issues_changed.connect(self._count)
        link.checking.connect(self.status.show_checking)
        link.plugins_loaded.connect(self._plugins)
        link.probes.connect(self._left_out)
        link.trainer_ready.connect(self._devices)
        link.run_state.connect(self._running)
        link.checker_gone.connect(lambda why: self.say(f"The checker starts again: {why}."))
        link.refused.connect(self.say)
        self.files.saved.connect(self.entitle)
        self.files.saved.connect(self.recovery.write)
        self.recovery.failed.connect(self.say)

    def _command(self, commands: MenuCommands) -> None:
        commands.document(self.document)
        commands.files(self.files, self.settings, self.recovery)
        commands.boards(self.tabs)
        commands.panels(self.docks, self.help)
        commands.heat(self.heat)
        commands.themes(self, self.settings)
        commands.imports(self.importing)
        commands.exports(self.export)
        commands.runs(self.runs, self.docks)
        commands.alone(self.link, self.settings)

    # ---- what panels say -----------------------------------------------------------------------

    def say(self, sentence: str) -> None:
        """Show a message in the status bar."""
        self.status.showMessage(sentence, 8000)

    def go_to(self, board: str, node: str) -> None:
        """Show a board and select a node of it."""
        self.tabs.open_board(board)
        canvas = self.tabs.canvas
        if canvas is not None and self.tabs.board == board and node:
            canvas.select([node])
            canvas.frame_selection()

    def add(self, new: NewNode) -> None:
        """Add a node to the board that is shown."""
        canvas = self.tabs.canvas
        if canvas is None:
            self.say("Add a board first: the + beside the tabs.")
        else:
            canvas.add_node(new)

    def _show_board(self, name: str) -> None:
        self.node_types.show_board(name)
        self.code.show_board(name)
        self.status.show_totals(self.results.totals_of(name))
        canvas = self.tabs.canvas
        self._select(canvas.selection if canvas is not None else frozenset())

    def _select(self, nodes: frozenset[str]) -> None:
        self.inspector.show_selection(self.tabs.board, nodes)
        self.code.mark(nodes)
        self.help.select(self.tabs.board, nodes)
        if len(nodes) == 1:
            self.node_selected.emit(self.tabs.board, next(iter(nodes)))
        some = ("cut", "copy", "duplicate", "delete", "frame_selection", "make_block")
        self.commands.enable(some, bool(nodes))

    def _pick(self, nodes: frozenset[str]) -> None:
        if self.tabs.canvas is not None:
            self.tabs.canvas.select(nodes)

    def _count(self) -> None:
        issues = self.results.issues
        self.runs.set_issues(issues)
        self.status.show_issues(issues if self.results.checked else None)
        self.docks["issues"].setWindowTitle(f"Issues ({len(issues)})" if issues else "Issues")
        self.status.show_totals(self.results.totals_of(self.tabs.board))

    def _plugins(self, message: CheckerReady) -> None:
        for node_type in map(from_json, message.cards):
            self.types[node_type.name] = node_type
        self._left_out(message)
        if message.cards:
            self.node_types.refresh()

    def _left_out(self, message: CheckerReady | Probes) -> None:
        for error in message.errors:
            self.say(error)

    def _devices(self, message: TrainerReady) -> None:
        if message.devices:
            self.status.device.setText(message.devices[0])

    def _running(self, state: RunState) -> None:
        if state.device:
            self.status.device.setText(state.device)

    # ---- following the document ----------------------------------------------------------------

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.link.open(after)
            self.status.clearMessage()
        else:
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
        self.theme = theme = style_sheet.chosen(name)
        self.inspector.node.forms.forget_forms()
        style_sheet.apply(theme)
        self._tint(name)
        for panel in (
            self.tabs,
            self.node_types,
            self.inspector,
            self.help,
            self.issues,
            self.code,
            self.analysis,
            self.heat,
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
        if not self.closer.may_close():
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

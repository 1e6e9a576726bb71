"""The inspector: shows the selected node, several, or the board."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.project import Project
from studio.ui.appearance.theme import Theme
from studio.ui.forms.form import Form
from studio.ui.inspector.board_view import BoardView
from studio.ui.inspector.node_view import NodeView
from studio.ui.inspector.several_view import SeveralView
from studio.ui.processes.check_results import CheckResults


class Inspector(QScrollArea):
    """Parameters and facts of what is selected; every change is one undoable edit."""

    message = Signal(str)
    fix_chosen = Signal(object)
    trust_wanted = Signal(str, str)
    trust_given = Signal(str, str)
    fix_offered = Signal(object)
    silence_chosen = Signal(object, bool)
    board_wanted = Signal(str)
    node_wanted = Signal(str, str)
    help_wanted = Signal(str)
    """Of the selected node, where it is empty."""

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        results: CheckResults,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self.setAccessibleName("Inspector")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._document, self._results = document, results
        self._board = ""
        self._ids: frozenset[str] = frozenset()
        self.node = NodeView(document, types, results, theme)
        self.several = SeveralView(document, types, theme)
        self.board = BoardView(document, types, results, theme)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(12, 10, 10, 12)
        for view in (self.node, self.several, self.board):
            view.hide()
            layout.addWidget(view)
        layout.addStretch(1)
        self.setWidget(body)
        self.node.fix_chosen.connect(self.fix_chosen)
        self.node.trust_wanted.connect(self.trust_wanted)
        self.node.trust_given.connect(self.trust_given)
        self.node.fix_offered.connect(self.fix_offered)
        self.node.silence_chosen.connect(self.silence_chosen)
        self.node.node_wanted.connect(self.node_wanted)
        self.node.header.help_wanted.connect(lambda: self.help_wanted.emit(""))
        self.board.board_wanted.connect(self.board_wanted)
        results.reports_changed.connect(self._reported)
        results.issues_changed.connect(self._checked)
        document.subscribe(self._changed)

    def show_selection(self, board: str, nodes: frozenset[str]) -> None:
        """Show the selected nodes of a board, or the board."""
        self._board, self._ids = board, nodes
        self.node.setVisible(len(nodes) == 1)
        self.several.setVisible(len(nodes) > 1)
        self.board.setVisible(not nodes)
        if len(nodes) == 1:
            self.node.show_node(board, next(iter(nodes)))
        elif nodes:
            self.several.show_nodes(board, nodes)
        else:
            self.board.show_board(board)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for view in (self.node, self.several, self.board):
            view.set_theme(theme)

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            for form in self.findChildren(Form):
                form.forget_problems()
            self.verticalScrollBar().setValue(0)
        if (
            before is not None
            and before.boards.get(self._board) is after.boards.get(self._board)
            and before.settings is after.settings
            and before.variables is after.variables
            and before.boards.keys() == after.boards.keys()
        ):
            return
        if len(self._ids) == 1:
            self.node.refresh()
        elif self._ids:
            self.several.refresh()
        else:
            self.board.refresh()

    def _reported(self, board: str, reports: Mapping[str, object], gone: frozenset[str]) -> None:
        if board == self._board and len(self._ids) == 1:
            (id,) = self._ids
            if id in reports or id in gone:
                self.node.show_report()

    def _checked(self) -> None:
        if len(self._ids) == 1:
            self.node.show_issues()
        elif not self._ids:
            self.board.show_totals()

"""A board with nothing selected: its name, counts, a block's parameters, the project's settings."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.operations.boards import rename_board
from studio.model.operations.edited import Refusal
from studio.model.operations.parameters import set_setting
from studio.model.ports import board_ports
from studio.model.project import Board
from studio.model.settings import SETTINGS
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, label, line
from studio.ui.forms.form import Form
from studio.ui.inspector.block_parameters import BlockParams
from studio.ui.inspector.header import Header
from studio.ui.processes.check_results import CheckResults

KINDS: Mapping[str, str] = {
    "network": "Becomes one nn.Module.",
    "block": "A part to use inside other boards, with parameters of its own.",
    "training": "Data, networks, losses and updates: what one training step does.",
}


class BoardView(QWidget):
    """What the inspector shows while nothing is selected."""

    board_wanted = Signal(str)

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        results: CheckResults,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("inspector_board")
        self._document, self._types = document, types
        self._results, self._theme = results, theme
        self._board = ""
        self.header = Header("board")
        self.header.renamed.connect(self._rename)
        self.counts = label("", "", "board_counts")
        self.ports = label("", "muted", "board_ports")
        self.block = BlockParams(document, theme)
        self.settings = Form(SETTINGS, theme).built()
        self.settings.entered.connect(self._set)
        self.settings.left.connect(document.end_merge)
        layout = column(self, 10)
        layout.addWidget(self.header)
        layout.addWidget(self.counts)
        layout.addWidget(self.ports)
        layout.addWidget(self.block)
        layout.addWidget(line())
        layout.addWidget(label("Project settings", "heading"))
        layout.addWidget(self.settings)

    def show_board(self, name: str) -> None:
        """Show a board."""
        self._board = name
        self.block.show_board(name)
        self.refresh()

    def refresh(self) -> None:
        """Show what the project holds now."""
        project, theme = self._document.project, self._theme
        board = project.boards.get(self._board)
        self.header.setVisible(board is not None)
        self.block.setVisible(board is not None and board.kind == "block")
        if board is not None:
            count = len(board.nodes)
            nodes = f"{count} node{'s' if count != 1 else ''}"
            self.header.show_text(board.name, f"{board.kind} · {nodes}", KINDS[board.kind])
            glyph = {"network": "net", "block": "▣", "training": "∇"}[board.kind]
            self.header.show_badge(theme.category("Structure"), glyph, theme)
            self._show_ports(board)
            self.block.refresh()
        self.settings.show_values(project.settings.values())
        self.show_totals()

    def show_totals(self) -> None:
        """Show the counts that the checker found."""
        totals = self._results.totals.get(self._board)
        self.counts.setVisible(totals is not None)
        if totals is not None:
            self.counts.setText(
                f"{totals.parameters:,} parameters\n"
                f"{totals.multiply_adds:,} multiply-adds a sample\n"
                f"{totals.activations:,} values put out by all nodes for one sample"
            )

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.settings.set_theme(theme)
        self.block.set_theme(theme)
        self.refresh()

    def _show_ports(self, board: Board) -> None:
        ports = board_ports(board)
        self.ports.setVisible(board.kind != "training")
        inputs = ", ".join(port.name for port in ports.inputs) or "none yet"
        outputs = ", ".join(port.name for port in ports.outputs) or "none yet"
        self.ports.setText(f"Inputs: {inputs}\nOutputs: {outputs}")

    def _set(self, name: str, value: Value) -> None:
        edited = set_setting(self._document.project, name, value)
        self._document.accept(edited, ("settings", name))

    def _rename(self, new: str) -> None:
        try:
            edited = rename_board(self._document.project, self._board, new)
        except Refusal as refusal:
            self.header.say(str(refusal))
            return
        self._document.accept(edited)
        self.board_wanted.emit(new)

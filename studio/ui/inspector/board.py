"""A board with nothing selected: its name, counts, a block's parameters, the project's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.edits import RenameBoard
from studio.model.names import problem_with
from studio.model.ports import board_ports
from studio.model.project import Board
from studio.model.settings import SETTINGS
from studio.model.values import Value
from studio.ui.findings import Findings
from studio.ui.inspector.block import BlockParams
from studio.ui.inspector.form import Form
from studio.ui.inspector.header import Header
from studio.ui.inspector.parts import column, label, line
from studio.ui.theme import Theme

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
        findings: Findings,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("inspector_board")
        self._document, self._types = document, types
        self._findings, self._theme = findings, theme
        self._board = ""
        self.header = Header("board")
        self.header.renamed.connect(self._rename)
        self.counts = label("", "", "board_counts")
        self.ports = label("", "muted", "board_ports")
        self.block = BlockParams(document, theme)
        self.settings = Form(SETTINGS, lambda param: (), theme).built()
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
        totals = self._findings.totals.get(self._board)
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
        project = self._document.project
        settings = project.settings.changed(name, value)
        self._document.edit(
            f"Change {name}", replace(project, settings=settings), ("settings", name)
        )

    def _rename(self, new: str) -> None:
        project, old = self._document.project, self._board
        problem = problem_with(new)
        if problem is None and new in project.boards:
            problem = f"there is a board named '{new}' already: choose another name"
        if problem:
            self.header.say(problem)
            return
        self._document.edit(f"Rename {old} to {new}", RenameBoard(old, new).apply(project))
        self.board_wanted.emit(new)

"""A board with nothing selected: its name, counts, a block's parameters, the project's settings."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nodes.declare import NodeType, Param
from studio.model.document import Document
from studio.model.operations.boards import rename_board
from studio.model.operations.edited import Refusal
from studio.model.operations.parameters import (
    keeps_own,
    set_setting_on,
    usual_settings,
)
from studio.model.ports import board_ports
from studio.model.project import Board
from studio.model.settings import SETTINGS
from studio.model.value_names import watch_choices
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, label, line
from studio.ui.forms.fields import as_declared
from studio.ui.forms.form import Form
from studio.ui.inspector.header import Header
from studio.ui.inspector.value_tables import block_edits, block_table, variable_table
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
        self.block = block_table(document, theme)
        self.variables = variable_table(document, theme)
        self.whose = label("", "heading", "settings_whose")
        self.settings = Form(SETTINGS, theme, self._names).built()
        self.settings.entered.connect(self._set)
        self.settings.left.connect(document.end_merge)
        layout = column(self, 10)
        layout.addWidget(self.header)
        layout.addWidget(self.counts)
        layout.addWidget(self.ports)
        layout.addWidget(self.block)
        layout.addWidget(line())
        layout.addWidget(self.whose)
        layout.addWidget(self.settings)
        layout.addWidget(line())
        layout.addWidget(self.variables)

    def show_board(self, name: str) -> None:
        """Show a board."""
        self._board = name
        self.block.show_those_of(block_edits(name))
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
            summary = "\n".join(note.text for note in board.notes) or KINDS[board.kind]
            self.header.show_text(board.name, f"{board.kind} · {nodes}", summary)
            glyph = {"network": "net", "block": "▣", "training": "∇"}[board.kind]
            self.header.show_badge(theme.category("Structure"), glyph, theme)
            self._show_ports(board)
            self.block.refresh()
        self._show_settings()
        self.variables.refresh()
        self.show_totals()

    def show_totals(self) -> None:
        """Show the counts that the checker found."""
        totals = self._results.totals_of(self._board)
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
        self.variables.set_theme(theme)
        self.refresh()

    def _show_ports(self, board: Board) -> None:
        ports = board_ports(board)
        self.ports.setVisible(board.kind != "training")
        inputs = ", ".join(port.name for port in ports.inputs) or "none yet"
        outputs = ", ".join(port.name for port in ports.outputs) or "none yet"
        self.ports.setText(f"Inputs: {inputs}\nOutputs: {outputs}")

    def _show_settings(self) -> None:
        """Show the settings of a stage, where it may have some of its own, or the project's."""
        project, stage = self._document.project, self._stage
        settings = project.settings if stage is None else project.settings_of(stage)
        own = stage is not None and any(keeps_own(project, stage, p.name) for p in SETTINGS)
        self.whose.setText(f"Settings of {self._board}" if own else "Project settings")
        self.settings.show_values(settings.values(), usual=usual_settings(project, stage))

    @property
    def _stage(self) -> Board | None:
        """The board, if it is a training board."""
        board = self._document.project.boards.get(self._board)
        return board if board is not None and board.kind == "training" else None

    def _names(self, param: Param) -> Mapping[str, str]:
        if param.kind != "value":
            return as_declared(param)
        stage = self._stage
        return watch_choices([stage] if stage else self._document.project.stages, self._types)

    def _set(self, name: str, value: Value) -> None:
        edited = set_setting_on(self._document.project, self._board, name, value)
        self._document.accept(edited, ("settings", self._board, name))

    def _rename(self, new: str) -> None:
        try:
            edited = rename_board(self._document.project, self._board, new)
        except Refusal as refusal:
            self.header.say(str(refusal))
            return
        self._document.accept(edited)
        self.board_wanted.emit(new)

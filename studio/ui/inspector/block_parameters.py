"""A block's own parameters: add, rename, give defaults, remove."""

from __future__ import annotations

from collections.abc import Mapping

from studio.model.document import Document
from studio.model.operations.block_parameters import (
    add_block_parameter,
    read_default,
    remove_block_parameter,
    rename_block_parameter,
    set_block_default,
)
from studio.model.operations.edited import Edited
from studio.model.project import Project
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.inspector.named_values import NamedValues


class BlockParams(NamedValues):
    """The table of a block's parameters."""

    def __init__(self, document: Document, theme: Theme) -> None:
        super().__init__(
            document,
            theme,
            "parameter",
            "Parameters of this block",
            "Nodes in it may use them: type =4\u00a0*\u00a0dim into a field of theirs.",
        )
        self._board = ""

    def show_board(self, name: str) -> None:
        """Show the parameters of a board."""
        self._board = name
        self.say("")
        self.refresh()

    def values(self, project: Project) -> Mapping[str, Value]:
        board = project.boards.get(self._board)
        return board.params if board else {}

    def adding(self, project: Project) -> Edited:
        return add_block_parameter(project, self._board)

    def removing(self, project: Project, name: str) -> Edited:
        return remove_block_parameter(project, self._board, name)

    def renaming(self, project: Project, old: str, new: str) -> Edited:
        return rename_block_parameter(project, self._board, old, new)

    def reading(self, name: str, text: str) -> Value:
        return read_default(name, text)

    def setting(self, project: Project, name: str, value: Value) -> Edited:
        return set_block_default(project, self._board, name, value)

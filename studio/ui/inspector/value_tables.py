"""The inspector's tables of names and values: a block's parameters, the project's variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from studio.model.document import Document
from studio.model.operations import block_parameters, variables
from studio.model.operations.edited import Edited
from studio.model.operations.given_values import read_variable
from studio.model.project import Project
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.inspector.named_values import NamedEdits, NamedValues


def block_edits(board: str) -> NamedEdits:
    """What is done to the parameters of a block."""

    def values(project: Project) -> Mapping[str, Value]:
        found = project.boards.get(board)
        return found.params if found else {}

    def remove(project: Project, name: str) -> Edited:
        return block_parameters.remove_block_parameter(project, board, name)

    def rename(project: Project, old: str, new: str) -> Edited:
        return block_parameters.rename_block_parameter(project, board, old, new)

    def default(project: Project, name: str, value: Value) -> Edited:
        return block_parameters.set_block_default(project, board, name, value)

    add = partial(block_parameters.add_block_parameter, board=board)
    return NamedEdits(values, add, remove, rename, block_parameters.read_default, default)


def variable_edits() -> NamedEdits:
    """What is done to the variables of a project."""
    return NamedEdits(
        lambda project: project.variables,
        variables.add_variable,
        variables.remove_variable,
        variables.rename_variable,
        read_variable,
        variables.set_variable,
    )


def block_table(document: Document, theme: Theme) -> NamedValues:
    """The parameters of a block, of none yet."""
    return NamedValues(
        document,
        theme,
        block_edits(""),
        "parameter",
        "Parameters of this block",
        "Nodes in it may use them: type =4\u00a0*\u00a0dim into a field of theirs.",
    )


def variable_table(document: Document, theme: Theme) -> NamedValues:
    """The variables of the project."""
    return NamedValues(
        document,
        theme,
        variable_edits(),
        "variable",
        "Variables of the project",
        "Nodes of all boards may use them: type =4\u00a0*\u00a0dim into a field of theirs.",
    )

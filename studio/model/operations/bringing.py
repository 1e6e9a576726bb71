"""Bringing a block of another project, with all that it needs there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import networkx as nx

from studio.model.expression import Expression
from studio.model.names import unused
from studio.model.operations.edited import Refusal
from studio.model.project import USES_BOARD, Board, Node, Project
from studio.model.renames import RenameVariable, with_nodes
from studio.model.values import Value


def bring_block(project: Project, source: Project, name: str) -> tuple[Project, str]:
    """The project with a block of another one, the blocks inside it and the variables that they
    name; and what the block is called there. What the project has already is used, and where it
    has something else of that name, the new one gets another. Raises Refusal."""
    blocks = [block.name for block in source.of_kind("block")]
    if name not in blocks:
        raise Refusal(
            f"There is no block '{name}' there; there are: {', '.join(blocks) or 'none'}."
        )
    source = _with_boards(source, source.reached(name))
    project, source = _variables(project, source)
    if not nx.is_directed_acyclic_graph(source.uses):
        raise Refusal(f"{name} holds itself, by way of others: it cannot be taken over.")
    names: dict[str, str] = {}
    for inner in nx.topological_sort(source.uses.reverse()):
        board = with_nodes(source, lambda node: _renamed(node, names)).boards[inner]
        known = _known(project, board)
        names[inner] = known or unused(inner, project.names)
        if known is None:
            project = project.with_board(replace(board, name=names[inner]))
    return project, names[name]


def _with_boards(project: Project, names: frozenset[str]) -> Project:
    boards = {name: board for name, board in project.boards.items() if name in names}
    return replace(project, boards=boards)


def _renamed(node: Node, names: dict[str, str]) -> Node:
    new = names.get(node.stands_for, node.stands_for)
    return node if new == node.stands_for else node.with_param(USES_BOARD[node.type], new)


def _known(project: Project, board: Board) -> str | None:
    """The board of a project that computes the same and is called the same, but for a number that
    an earlier bringing has given it."""
    for other in project.of_kind("block"):
        number = other.name.removeprefix(board.name)
        alike = number != other.name and (number.isdigit() or not number)
        if alike and _content(other) == _content(board):
            return other.name
    return None


def _content(board: Board) -> object:
    """What a board computes, wherever its nodes lie."""
    nodes = {id: (n.type, repr(n.params), n.uses) for id, n in board.nodes.items()}
    return nodes, frozenset(board.wires), repr(board.params)


def _variables(project: Project, source: Project) -> tuple[Project, Project]:
    """The project with the variables that the boards of the other name, and the other with these
    called as they are called there."""
    for name in _named(source):
        value = source.variables[name]
        if name in project.variables and repr(project.variables[name]) != repr(value):
            new = unused(name, {*project.variables, *source.variables})
            source = RenameVariable(name, new).apply(source)
            name = new
        project = replace(project, variables={**project.variables, name: source.variables[name]})
    return project, source


def _named(source: Project) -> list[str]:
    """The variables that its boards name, and those that these are made of, which come first."""
    waiting = {name for board in source.boards.values() for name in _names_on(board)}
    found: list[str] = []
    while waiting:
        name = waiting.pop()
        if name in source.variables:
            found = [name, *(other for other in found if other != name)]
            waiting |= set(_names_in(source.variables[name]))
    return found


def _names_on(board: Board) -> Iterator[str]:
    for node in board.nodes.values():
        for value in node.params.values():
            yield from (name for name in _names_in(value) if name not in board.params)
    for value in board.params.values():
        yield from _names_in(value)


def _names_in(value: Value) -> Iterator[str]:
    if isinstance(value, Expression):
        yield from value.names
    elif isinstance(value, tuple):
        for item in value:
            yield from _names_in(item)

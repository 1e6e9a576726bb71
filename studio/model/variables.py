"""A project's variables: what they come to, and what boards are with them filled in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from studio.model.block_values import names_in
from studio.model.expression import Expression, Number
from studio.model.project import Board, Node, Project
from studio.model.values import Value

Numbers = Mapping[str, Number]


def constants(variables: Mapping[str, Value]) -> dict[str, Number]:
    """What each variable comes to: its number, or whether it is true."""
    truths = {name: value for name, value in variables.items() if isinstance(value, bool)}
    return {**truths, **numbers(variables)}


def numbers(variables: Mapping[str, Value]) -> dict[str, Number]:
    """What each variable comes to that comes to a number; expressions may name other variables."""
    found: dict[str, Number] = {
        name: value
        for name, value in variables.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    waiting = {name: v for name, v in variables.items() if isinstance(v, Expression)}
    while ready := [name for name, value in waiting.items() if value.names <= found.keys()]:
        for name in ready:
            value = _filled(waiting.pop(name), found)
            if isinstance(value, int | float):
                found[name] = value
    return found


def filled(params: Mapping[str, Value], variables: Mapping[str, Value]) -> Mapping[str, Value]:
    """A block's parameters with what the project's variables come to in the place of their names,
    which the block's own names hide."""
    found = constants(variables)
    return _params(params, {name: n for name, n in found.items() if name not in params})


class Variables:
    """Fills in the variables of one project after another. A board or node that is as it was in
    the last one, with the same variables, is the same object again."""

    def __init__(self) -> None:
        self._numbers: Numbers = {}
        self._boards: dict[str, tuple[Board, Board]] = {}

    def fill(self, project: Project) -> Project:
        """The project with numbers where its nodes' expressions name its variables."""
        found = constants(project.variables)
        if repr(found) != repr(self._numbers):  # 1 is not 1.0
            self._numbers, self._boards = found, {}
        if not found:
            return project
        boards = {name: (board, self._board(board)) for name, board in project.boards.items()}
        self._boards = boards
        return replace(project, boards={name: new for name, (_, new) in boards.items()})

    def _board(self, board: Board) -> Board:
        before, last = self._boards.get(board.name, (None, None))
        if before is board and last is not None:
            return last
        mine = {name: n for name, n in self._numbers.items() if name not in board.params}
        same = before is not None and before.params.keys() == board.params.keys()
        params = _params(board.params, mine)
        nodes = {}
        for id, node in board.nodes.items():
            known = same and before is not None and before.nodes.get(id) is node
            nodes[id] = last.nodes[id] if known and last is not None else _node(node, mine)
        changed = any(nodes[id] is not node for id, node in board.nodes.items())
        changed = changed or params is not board.params
        return replace(board, nodes=nodes, params=params) if changed else board


def _node(node: Node, found: Numbers) -> Node:
    params = _params(node.params, found)
    return node if params is node.params else replace(node, params=params)


def _params(params: Mapping[str, Value], found: Numbers) -> Mapping[str, Value]:
    if not any(names_in(value) & found.keys() for value in params.values()):
        return params
    return {key: _filled(value, found) for key, value in params.items()}


def _filled(value: Value, found: Numbers) -> Value:
    """A value with numbers for names; one that cannot be computed stays, to be told where it is
    used."""
    if isinstance(value, tuple):
        return tuple(_filled(item, found) for item in value)
    if not isinstance(value, Expression) or not value.names & found.keys():
        return value
    if value.alone in found:
        return found[value.alone]
    given = {name: n for name, n in found.items() if not isinstance(n, bool)}
    if not value.names <= given.keys():
        return value.filled(given)
    try:
        number = value.value(found)
    except ValueError:
        return value
    if not math.isfinite(number):
        return value
    return int(number) if isinstance(number, float) and number.is_integer() else number

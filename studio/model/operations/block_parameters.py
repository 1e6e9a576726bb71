"""A block's own parameters: adding, renaming, giving defaults, taking away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nodes.declare import Param
from studio.model.expression import Expression
from studio.model.names import problem_with_class, unused
from studio.model.operations.edited import Edited, Refusal, sentence
from studio.model.parameters import parse_value
from studio.model.project import Project
from studio.model.values import Value


def read_default(name: str, text: str) -> Value:
    """The default that a person typed: a number, several, true or false, or text."""
    for kind in ("int", "float", "bool", "ints"):
        try:
            return parse_value(Param(name, kind), text)
        except ValueError:
            continue
    return text


def add_block_parameter(
    project: Project, board: str, name: str = "", default: Value = 64
) -> Edited:
    """Add a parameter, called `name` or by a name that is free. Raises Refusal."""
    params = _params(project, board)
    if name:
        _refuse_name(params, name)
    name = name or unused("dim", params)
    return Edited(f"Add parameter {name}", _with(project, board, {**params, name: default}))


def remove_block_parameter(project: Project, board: str, name: str) -> Edited:
    """Take a parameter away. Raises Refusal."""
    params = _params(project, board)
    _refuse_stranger(params, board, name)
    kept = {key: value for key, value in params.items() if key != name}
    return Edited(f"Remove parameter {name}", _with(project, board, kept))


def set_block_default(project: Project, board: str, name: str, default: Value) -> Edited:
    """Give a parameter another default. Raises Refusal."""
    params = _params(project, board)
    _refuse_stranger(params, board, name)
    return Edited(f"Change {name}", _with(project, board, {**params, name: default}))


def rename_block_parameter(project: Project, board: str, old: str, new: str) -> Edited:
    """Rename a parameter; expressions inside, and nodes that set it, follow. Raises Refusal."""
    params = _params(project, board)
    _refuse_stranger(params, board, old)
    _refuse_name(params, new)
    block = project.boards[board]

    def follow(value: Value) -> Value:
        if isinstance(value, Expression):
            return value.renamed(old, new)
        return tuple(follow(item) for item in value) if isinstance(value, tuple) else value

    nodes = {
        id: replace(node, params={key: follow(value) for key, value in node.params.items()})
        for id, node in block.nodes.items()
    }
    renamed = {new if key == old else key: value for key, value in params.items()}
    project = project.with_board(replace(block, nodes=nodes, params=renamed))
    for other in project.boards.values():
        users = {
            id: replace(node, params={new if k == old else k: v for k, v in node.params.items()})
            for id, node in other.nodes.items()
            if node.stands_for == board and old in node.params
        }
        if users:
            project = project.with_board(replace(other, nodes={**other.nodes, **users}))
    return Edited(f"Rename {old} to {new}", project)


def _params(project: Project, board: str) -> Mapping[str, Value]:
    found = project.boards.get(board)
    if found is None or found.kind != "block":
        raise Refusal(f"There is no block '{board}' that could have parameters.")
    return found.params


def _refuse_name(params: Mapping[str, Value], name: str) -> None:
    problem = problem_with_class(name)
    if problem is None and name in params:
        problem = f"there is a parameter '{name}' already: choose another name"
    if problem is not None:
        raise Refusal(sentence(problem))


def _refuse_stranger(params: Mapping[str, Value], board: str, name: str) -> None:
    if name not in params:
        known = ", ".join(params) or "none yet"
        raise Refusal(f"{board} has no parameter '{name}'; it has: {known}.")


def _with(project: Project, board: str, params: Mapping[str, Value]) -> Project:
    return project.with_board(replace(project.boards[board], params=params))

"""A block's own parameters: adding, renaming, giving defaults, taking away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nodes.declare import NodeType, Param
from nodes.structure.boards import STRUCTURE
from studio.model.block_values import PASSED_ON, block_values
from studio.model.copy_numbers import NUMBERS
from studio.model.expression import Expression
from studio.model.names import problem_with_class, unused
from studio.model.operations.edited import Edited, Refusal, sentence
from studio.model.parameters import parse_value
from studio.model.project import Project
from studio.model.values import Value
from studio.model.variables import filled

OF_NODES: frozenset[str] = frozenset(
    param.name for found in STRUCTURE if found.role == "block" for param in found.params
)
"""Parameters that nodes have which stand for blocks."""


def read_default(name: str, text: str) -> Value:
    """The default that a person typed: a number, several, an expression over other parameters,
    true or false, or text."""
    for kind in ("int", "float", "bool", "ints"):
        try:
            return parse_value(Param(name, kind), text, block=True)
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
    name = name or unused("dim", {*params, *project.variables})
    return Edited(f"Add parameter {name}", _with(project, board, {**params, name: default}))


def promote_parameter(
    project: Project,
    board: str,
    id: str,
    param: Param,
    types: Mapping[str, NodeType],
    name: str = "",
) -> Edited:
    """Make a node's parameter one of the block that the node is in, called `name` or by a name
    that is free: what it holds becomes the default. Raises Refusal."""
    params, node = _params(project, board), project.boards[board].nodes[id]
    found, where = types.get(node.type), f"{id}.{param.name}"
    value = node.params.get(param.name, param.default)
    if isinstance(value, Expression) and value.alone in params:
        raise Refusal(f"{where} is a parameter of {board} already: {value.alone}.")
    if param.kind not in PASSED_ON or (found is not None and param.name in found.deciding):
        raise Refusal(f"{where} cannot be a parameter of {board}: it is no value of a layer.")
    if value is None:
        raise Refusal(f"{where} has no value that {board} could have: give it one first.")
    if name:
        _refuse_name(params, name)
    taken = {*params, *project.variables, *OF_NODES, *NUMBERS}
    free = param.name not in taken and problem_with_class(param.name) is None
    name = name or (param.name if free else unused(f"{id}_{param.name}", taken))
    project = _with(project, board, {**params, name: value})
    inside = project.boards[board]
    nodes = {**inside.nodes, id: node.with_param(param.name, Expression(name))}
    label = f"Make {where} a parameter of {board}"
    return Edited(label, project.with_board(replace(inside, nodes=nodes)), frozenset({id}))


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
    renamed = {new if key == old else key: follow(value) for key, value in params.items()}
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
    if problem is None and name in OF_NODES:
        problem = f"'{name}' is what nodes that stand for blocks have already: choose another name"
    if problem is None and name in NUMBERS:
        problem = f"'{name}' is about the copies of a repeated block: choose another name"
    if problem is None and name in params:
        problem = f"there is a parameter '{name}' already: choose another name"
    if problem is not None:
        raise Refusal(sentence(problem))


def _refuse_stranger(params: Mapping[str, Value], board: str, name: str) -> None:
    if name not in params:
        known = ", ".join(params) or "none yet"
        raise Refusal(f"{board} has no parameter '{name}'; it has: {known}.")


def _with(project: Project, board: str, params: Mapping[str, Value]) -> Project:
    """The project with other parameters of a block. Raises Refusal where one cannot be computed
    that could be before."""
    before = block_values(filled(project.boards[board].params, project.variables), {}).problems
    after = block_values(filled(params, project.variables), {}).problems
    if new := [problem for problem in after if problem not in before]:
        raise Refusal(f"{board}: {new[0]}.")
    return project.with_board(replace(project.boards[board], params=params))

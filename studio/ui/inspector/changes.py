"""Edits that the inspector makes, as functions from one project to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nodes.declare import Kind, NodeType, Param
from studio.model.edits import AddNode
from studio.model.expression import Expression
from studio.model.ports import USES_BOARD
from studio.model.project import Board, Node, Project
from studio.model.values import Value


def set_values(
    project: Project, board: str, ids: Iterable[str], param: Param, value: Value
) -> Project:
    """Give nodes a parameter; one that equals the default is not kept."""
    for id in ids:
        node = project.boards[board].nodes[id]
        params = {key: old for key, old in node.params.items() if key != param.name}
        if value != param.default or type(value) is not type(param.default):
            params = {**node.params, param.name: value}
        project = AddNode(board, replace(node, params=params)).apply(project)
    return project


def set_uses(project: Project, board: str, id: str, other: str | None) -> Project:
    """Let a node use another's weights, or own some."""
    node = project.boards[board].nodes[id]
    return AddNode(board, replace(node, uses=other)).apply(project)


def may_use(board: Board, node: Node, types: Mapping[str, NodeType]) -> list[str]:
    """Nodes whose weights a node may share."""
    found = types.get(node.type)
    if found is None or not (found.weights or found.shared):
        return []
    fitting = {node.type, *found.shared}
    return [
        other.id
        for other in board.nodes.values()
        if other.id != node.id and other.type in fitting and other.uses is None
    ]


def block_params(project: Project, node: Node) -> tuple[Param, ...]:
    """Parameters of the block that a node stands for."""
    used = project.boards.get(str(node.params.get(USES_BOARD.get(node.type, ""), "")))
    if used is None or used.kind != "block":
        return ()
    return tuple(as_param(name, value) for name, value in used.params.items())


def as_param(name: str, default: Value) -> Param:
    """A block's own parameter as a declaration, its kind taken from the default."""
    kinds: tuple[tuple[type, Kind], ...] = (
        (bool, "bool"),
        (int, "int"),
        (float, "float"),
        (tuple, "ints"),
    )
    kind: Kind = next((kind for type_, kind in kinds if isinstance(default, type_)), "text")
    return Param(name, kind, default, "A parameter of this block.")


def with_block_params(project: Project, board: str, params: Mapping[str, Value]) -> Project:
    """Give a block other parameters."""
    return project.with_board(replace(project.boards[board], params=params))


def rename_block_param(project: Project, board: str, old: str, new: str) -> Project:
    """Rename a block's parameter; expressions inside and nodes that set it follow."""
    block = project.boards[board]
    word = re.compile(rf"\b{re.escape(old)}\b")

    def follow(value: Value) -> Value:
        if isinstance(value, Expression):
            return Expression(word.sub(new, value.text))
        return tuple(follow(item) for item in value) if isinstance(value, tuple) else value

    nodes = {
        id: replace(node, params={key: follow(value) for key, value in node.params.items()})
        for id, node in block.nodes.items()
    }
    params = {new if key == old else key: value for key, value in block.params.items()}
    project = project.with_board(replace(block, nodes=nodes, params=params))
    for other in project.boards.values():
        users = {
            id: replace(node, params={new if k == old else k: v for k, v in node.params.items()})
            for id, node in other.nodes.items()
            if node.type == "Block" and node.params.get("block") == board and old in node.params
        }
        if users:
            project = project.with_board(replace(other, nodes={**other.nodes, **users}))
    return project

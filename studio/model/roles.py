"""What nodes are to their board, as the catalogue says it of their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nodes.declare import NodeType, Role
from studio.model.project import Board, Node


def role_of(node: Node, types: Mapping[str, NodeType]) -> Role | None:
    """The role of a node; None where its type is not known."""
    found = types.get(node.type)
    return None if found is None else found.role


def with_role(board: Board, types: Mapping[str, NodeType], *roles: Role) -> Iterator[Node]:
    """Nodes of a board that have one of these roles, in its order."""
    return (node for node in board.nodes.values() if role_of(node, types) in roles)

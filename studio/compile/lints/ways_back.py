"""From an input back to where its values come from, through what only hands them on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nodes.declare import Nature, NodeType
from studio.model.project import Board, Node, Project, Wire

DEEPEST = 40
"""Boards inside each other that are followed."""


@dataclass(frozen=True, slots=True)
class StepBack:
    """A node on the way, and the wire by which it leads on."""

    board: Board
    node: Node
    onward: Wire

    @property
    def place(self) -> tuple[str, str]:
        """Board and node."""
        return self.board.name, self.node.id


def nature_of(node: Node, types: Mapping[str, NodeType], values: Mapping[str, Any]) -> Nature:
    """What a node does to values, at these values of its parameters."""
    found = types.get(node.type)
    if found is None:
        return ""
    if found.nature_when is not None:
        name, needed = found.nature_when
        if values.get(name, found.defaults()[name]) not in needed:
            return ""
    return found.nature


def hands_on(node: Node, types: Mapping[str, NodeType]) -> bool:
    """Whether what comes out of a node is what went in, in another form or but for some zeroes."""
    found = types.get(node.type)
    return found is not None and (found.rearranges or found.nature == "dropout")


def way_back(
    project: Project, types: Mapping[str, NodeType], board: Board, wire: Wire, depth: int = 0
) -> Iterator[StepBack]:
    """The nodes that lead to the end of a wire, the nearest first, up to the one that made the
    values. Networks and blocks are entered at their output; where that leads to their input, the
    way ends."""
    node = board.nodes[wire.source]
    used = project.boards.get(node.stands_for)
    if used is not None:
        inner = used.into(wire.source_port)
        if len(inner) == 1 and depth < DEEPEST:
            yield from way_back(project, types, used, inner[0], depth + 1)
        return
    yield StepBack(board, node, wire)
    before = board.into(node.id)
    if hands_on(node, types) and len(before) == 1 and depth < DEEPEST * DEEPEST:
        yield from way_back(project, types, board, before[0], depth + 1)

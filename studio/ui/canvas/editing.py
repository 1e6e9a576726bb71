"""Edits as the canvas makes them: from a project to the next one, with the label for undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from nodes.declare import NodeType
from studio.model.edits import AddNode, AddWire, MoveNodes, RemoveNodes, RemoveWires, RenameNode
from studio.model.names import problem_with, stem, unused
from studio.model.ports import ports_of, refusal
from studio.model.project import Board, Node, Project, Wire
from studio.model.values import Value


class Edited(NamedTuple):
    """A project after an edit."""

    label: str
    project: Project


@dataclass(frozen=True, slots=True)
class New:
    """A node to be made: its type, and parameters that differ from the defaults."""

    type: str
    params: Mapping[str, Value]


def many(ids: Iterable[str]) -> str:
    """`conv`, or `3 nodes`."""
    named = sorted(ids)
    return named[0] if len(named) == 1 else f"{len(named)} nodes"


def new_node(board: Board, new: New, at: tuple[float, float]) -> Node:
    """A node of a name that is free."""
    used = new.params.get("block") or new.params.get("network")
    name = used if isinstance(used, str) else stem(new.type)
    return Node(unused(name, board.nodes), new.type, new.params, at)


def add(project: Project, board: str, node: Node) -> Edited:
    """Add a node."""
    return Edited(f"Add {node.type}", AddNode(board, node).apply(project))


def connect(
    project: Project,
    board: str,
    wire: Wire,
    types: Mapping[str, NodeType],
    instead: Wire | None = None,
) -> Edited:
    """Add a wire, in the place of one that was picked up where there is one."""
    if instead is not None:
        project = RemoveWires(board, frozenset({instead})).apply(project)
    target = project.boards[board].nodes[wire.target]
    port = ports_of(project, project.boards[board], target, types).input(wire.target_port)
    label = "Rewire" if instead else "Wire"
    edited = AddWire(board, wire, bool(port and port.many)).apply(project)
    return Edited(f"{label} {wire.source} to {wire.target}", edited)


def disconnect(project: Project, board: str, wires: frozenset[Wire]) -> Edited:
    """Take wires away."""
    wire = next(iter(wires))
    what = f"wire {wire.source} to {wire.target}" if len(wires) == 1 else f"{len(wires)} wires"
    return Edited(f"Remove {what}", RemoveWires(board, wires).apply(project))


def insert(
    project: Project, board: str, node: Node, wire: Wire, ends: tuple[Wire, Wire], label: str
) -> Edited:
    """Put a node (new or already there) on a wire; `ends` leave its id empty."""
    into = replace(ends[0], target=node.id)
    out = replace(ends[1], source=node.id)
    project = AddNode(board, node).apply(project)
    edited = project.boards[board]
    wires = [into if w == wire else w for w in edited.wires if w not in (into, out)]
    # The new wire takes the old one's place, so that the order of a sum stays.
    at = wires.index(into)
    wires[at : at + 1] = [into, out]
    return Edited(label, project.with_board(replace(edited, wires=tuple(wires))))


def move(project: Project, board: str, places: Mapping[str, tuple[float, float]]) -> Edited:
    """Put nodes elsewhere."""
    return Edited(f"Move {many(places)}", MoveNodes(board, places).apply(project))


def delete(
    project: Project, board: str, ids: frozenset[str], types: Mapping[str, NodeType]
) -> Edited:
    """Delete nodes; what fed them then feeds what they fed, where that fits."""
    before = set(project.boards[board].wires)
    edited = RemoveNodes(board, ids, bridge=True).apply(project)
    after = edited.boards[board]
    kept = tuple(w for w in after.wires if w in before or _fits(edited, after, w, types))
    return Edited(f"Delete {many(ids)}", edited.with_board(replace(after, wires=kept)))


def _fits(project: Project, board: Board, wire: Wire, types: Mapping[str, NodeType]) -> bool:
    out = ports_of(project, board, board.nodes[wire.source], types).output(wire.source_port)
    into = ports_of(project, board, board.nodes[wire.target], types).input(wire.target_port)
    return out is not None and into is not None and refusal(out, into) is None


def rename(project: Project, board: str, old: str, new: str) -> Edited | str:
    """Rename a node, or say why not."""
    problem = problem_with(new)
    if problem is None and new != old and new in project.boards[board].nodes:
        problem = f"'{new}' is the name of another node here: choose another"
    if problem is not None:
        return f"{problem[0].upper()}{problem[1:]}."
    return Edited(f"Rename {old} to {new}", RenameNode(board, old, new).apply(project))

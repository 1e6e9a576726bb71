"""Turns what a declaration's check found into an issue with edits, in the words of its board."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nodes.declare import Change, NodeType, Problem
from studio.model.edits import AddNode, AddWire, Edit, RemoveNodes, RemoveWires, SetParam
from studio.model.names import stem, unused
from studio.model.ports import with_ports
from studio.model.project import Board, Node, Wire
from studio.model.report import Fix, Issue, Signal

_PLACE = re.compile(r"\{(\w+?)(\d*)(?::(\w+))?\}")


def issue(
    problem: Problem,
    board: Board,
    node: Node,
    into: Sequence[Wire],
    signals: Mapping[str, Sequence[Signal]],
    types: Mapping[str, NodeType],
) -> Issue:
    """The issue, naming the nodes at both ends and their shapes."""
    port = problem.port or (into[0].target_port if into else "")
    wires = [wire for wire in into if wire.target_port == port]

    def word(match: re.Match[str]) -> str:
        name, number, at = match[1], int(match[2] or 0), match[3] or port
        if name == "node":
            return node.id
        if name == "shape":
            shapes = signals.get(at, ())
            return str(shapes[number]) if number < len(shapes) else "?"
        if name == "dim":
            return str(signals[at][0].shape[number])
        if name == "source":
            return wires[number].source if number < len(wires) else node.id
        return next((wire.source for wire in into if wire.target_port == name), match[0])

    def words(text: str) -> str:
        return _PLACE.sub(word, text)

    fixes = [
        Fix(words(label), edits)
        for label, changes in problem.fixes
        if (edits := _edits(changes, board, node, into, types))
    ]
    other = wires[0].source if wires else ""
    return Issue(
        problem.code,
        problem.severity,
        words(problem.message),
        board.name,
        node.id,
        port,
        other,
        tuple(fixes),
    )


def _edits(
    changes: Sequence[Change],
    board: Board,
    node: Node,
    into: Sequence[Wire],
    types: Mapping[str, NodeType],
) -> tuple[Edit, ...] | None:
    edits: list[Edit] = []
    for change in changes:
        if change.action == "set":
            edits.append(SetParam(board.name, node.id, change.param, change.value))
            continue
        if change.action == "remove":
            edits += taking_out(board, node.id)
            continue
        wires = [wire for wire in into if wire.target_port == change.port]
        if change.wire >= len(wires):
            return None
        edits += insertion(board, wires[change.wire], change, types, change.wire)
    return tuple(edits)


def taking_out(board: Board, node: str) -> list[Edit]:
    """Edits that take a node out; what feeds it then feeds what it fed. None where that is not one
    wire in and one output."""
    into, out = board.into(node), board.out_of(node)
    if len(into) != 1 or len({wire.source_port for wire in out}) > 1:
        return []
    return [RemoveNodes(board.name, frozenset({node}), bridge=True)]


def insertion(
    board: Board, wire: Wire, change: Change, types: Mapping[str, NodeType], index: int
) -> list[Edit]:
    """Edits that put a new node on a wire, half way between its ends."""
    new_type = with_ports(types[change.type], change.params)
    id = unused(stem(new_type), board.nodes)
    start, end = board.nodes[wire.source].at, board.nodes[wire.target].at
    place = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    before = Wire(wire.source, wire.source_port, id, new_type.inputs[0].name)
    after = Wire(id, new_type.outputs[0].name, wire.target, wire.target_port)
    return [
        AddNode(board.name, Node(id, change.type, dict(change.params), place, uid="")),
        RemoveWires(board.name, frozenset({wire})),
        AddWire(board.name, before),
        AddWire(board.name, after, many=True, index=index),
    ]

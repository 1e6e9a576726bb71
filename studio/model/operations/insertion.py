"""Putting a node on a wire: what fed the next node then feeds it, and it feeds the next."""

from __future__ import annotations

from dataclasses import replace

from studio.model.edits import AddNode, MoveNodes
from studio.model.layout.cards import PortAt, card_of
from studio.model.layout.spacing import room_for
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal
from studio.model.operations.wiring import first_fit
from studio.model.ports import Ports
from studio.model.project import Node, Wire


def ends_on(drawn: DrawnBoard, wire: Wire, ports: Ports) -> tuple[Wire, Wire] | None:
    """The two wires that put a node with these ports (its id left empty) on a wire; None where it
    does not fit there."""
    source = drawn.port(PortAt(wire.source, wire.source_port, True))
    target = drawn.port(PortAt(wire.target, wire.target_port, False))
    if source is None or target is None:
        return None
    into, out = first_fit(ports, source, True), first_fit(ports, target, False)
    if into is None or out is None:
        return None
    return (
        Wire(wire.source, wire.source_port, "", into.name),
        Wire("", out.name, wire.target, wire.target_port),
    )


def insert(drawn: DrawnBoard, node: Node, wire: Wire, label: str) -> Edited:
    """Put a node, new or standing on the board, on a wire, and make room for it. Raises Refusal
    where it does not fit there."""
    if wire not in drawn.board.wires:
        raise Refusal(f"There is no wire {wire} to insert a node into.")
    if drawn.wired(node.id):
        raise Refusal(f"{node.id} is wired already: take its wires away first.")
    added = AddNode(drawn.name, node).apply(drawn.project)
    card = card_of(added, added.boards[drawn.name], node, drawn.types)
    ends = ends_on(drawn, wire, card.ports)
    if ends is None:
        raise Refusal(f"{node.id} has no ports that fit the wire {wire}.")
    into, out = replace(ends[0], target=node.id), replace(ends[1], source=node.id)
    board = added.boards[drawn.name]
    wires = [into if w == wire else w for w in board.wires if w not in (into, out)]
    # The new wire takes the old one's place, so that the order of a sum stays.
    at = wires.index(into)
    wires[at : at + 1] = [into, out]
    project = added.with_board(replace(board, wires=tuple(wires)))
    places = room_for(drawn.board, drawn.cards, card, ends)
    return Edited(label, MoveNodes(drawn.name, places).apply(project), frozenset({node.id}))

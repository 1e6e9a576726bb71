"""Wires: what may be wired to what and why not, adding them and taking them away."""

from __future__ import annotations

from nodes.declare import Port
from studio.model.edits import AddWire, RemoveWires
from studio.model.layout.cards import PortAt
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal
from studio.model.ports import Ports, refusal
from studio.model.project import Wire


def wire_between(one: PortAt, other: PortAt) -> Wire:
    """The wire between an output and an input, whichever comes first."""
    source, target = (one, other) if one.output else (other, one)
    return Wire(source.node, source.port, target.node, target.port)


def why_not(drawn: DrawnBoard, one: PortAt, other: PortAt) -> str | None:
    """Why these two ports cannot be wired, as a sentence, or None where they can."""
    if one.output == other.output:
        return f"Both are {'outputs' if one.output else 'inputs'}: wire an output to an input."
    source, target = (one, other) if one.output else (other, one)
    wire = wire_between(one, other)
    if wire in drawn.board.into(target.node):
        return f"{source.node} feeds {target.node}.{target.port} already."
    if source.node == target.node:
        return f"{source.node} cannot feed itself."
    out, into = drawn.port(source), drawn.port(target)
    if out is None or into is None:
        return "There is no such port any more."
    problem = refusal(out, into)
    if problem:
        return f"{source.node}.{problem[0].lower()}{problem[1:]}."
    if target.node in drawn.board.before(source.node):
        return f"{target.node} feeds {source.node} already: this wire would close a circle."
    return None


def fitting_ports(drawn: DrawnBoard, start: PortAt) -> frozenset[PortAt]:
    """All ports that `start` may be wired to."""
    board = drawn.board
    behind = board.before(start.node) if start.output else board.after(start.node)
    own = drawn.port(start)
    if own is None:
        return frozenset()
    return frozenset(
        PortAt(id, port.name, not start.output)
        for id, card in drawn.cards.items()
        if id not in behind and id != start.node
        for port in (card.ports.inputs if start.output else card.ports.outputs)
        if (refusal(own, port) if start.output else refusal(port, own)) is None
    )


def first_fit(ports: Ports, own: Port, output: bool) -> Port | None:
    """The first port of a node that an output (or input) of another fits."""
    if output:
        return next((port for port in ports.inputs if refusal(own, port) is None), None)
    return next((port for port in ports.outputs if refusal(port, own) is None), None)


def connect(drawn: DrawnBoard, one: PortAt, other: PortAt, held: Wire | None = None) -> Edited:
    """Wire two ports, in the place of a wire that was picked up where there is one. A port that
    takes one wire gives up the one it had. Raises Refusal."""
    drawn = drawn.without(held) if held is not None else drawn
    problem = why_not(drawn, one, other)
    if problem is not None:
        raise Refusal(problem)
    wire = wire_between(one, other)
    port = drawn.port(PortAt(wire.target, wire.target_port, False))
    edited = AddWire(drawn.name, wire, bool(port and port.many)).apply(drawn.project)
    label = "Rewire" if held else "Wire"
    return Edited(f"{label} {wire.source} to {wire.target}", edited)


def disconnect(drawn: DrawnBoard, wires: frozenset[Wire]) -> Edited:
    """Take wires away; the nodes at their ends stay."""
    wire = next(iter(wires))
    what = f"wire {wire.source} to {wire.target}" if len(wires) == 1 else f"{len(wires)} wires"
    edited = RemoveWires(drawn.name, wires).apply(drawn.project)
    return Edited(f"Remove {what}", edited)

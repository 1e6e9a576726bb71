"""What may be wired to what, and why not."""

from __future__ import annotations

from nodes.declare import NodeType, Port
from studio.model.ports import Ports, refusal
from studio.model.project import Board, Wire
from studio.ui.canvas.geometry import Card, PortAt
from studio.ui.canvas.scene import Scene


def upstream(board: Board, id: str) -> set[str]:
    """The node and all that feed it."""
    feeds: dict[str, list[str]] = {}
    for wire in board.wires:
        feeds.setdefault(wire.target, []).append(wire.source)
    found, waiting = {id}, [id]
    while waiting:
        for source in feeds.get(waiting.pop(), ()):
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found


def wire_between(one: PortAt, other: PortAt) -> Wire:
    """The wire between an output and an input, whichever comes first."""
    source, target = (one, other) if one.output else (other, one)
    return Wire(source.node, source.port, target.node, target.port)


def why_not(scene: Scene, one: PortAt, other: PortAt, held: Wire | None = None) -> str | None:
    """Why these two ports cannot be wired, as a sentence, or None where they can. `held` is a
    wire that was picked up and counts as gone."""
    if one.output == other.output:
        side = "an output to an input"
        return f"Both are {'outputs' if one.output else 'inputs'}: wire {side}."
    source, target = (one, other) if one.output else (other, one)
    wire = wire_between(one, other)
    if wire in scene.curves and wire != held:
        return f"{source.node} feeds {target.node}.{target.port} already."
    if source.node == target.node:
        return f"{source.node} cannot feed itself."
    out = scene.cards[source.node].port(source.port, True)
    into = scene.cards[target.node].port(target.port, False)
    if out is None or into is None:
        return "There is no such port any more."
    problem = refusal(out, into)
    if problem:
        return f"{source.node}.{problem[0].lower()}{problem[1:]}."
    board = scene.board
    if held is not None:
        board = Board(board.name, board.kind, {}, tuple(w for w in board.wires if w != held))
    if target.node in upstream(board, source.node):
        return f"{target.node} feeds {source.node} already: this wire would close a circle."
    return None


def fitting_ports(scene: Scene, start: PortAt, held: Wire | None = None) -> frozenset[PortAt]:
    """All ports that `start` may be wired to."""
    board = scene.board
    wires = tuple(w for w in board.wires if w != held)
    if start.output:
        barred = upstream(Board(board.name, board.kind, {}, wires), start.node)
    else:
        turned = tuple(Wire(w.target, w.target_port, w.source, w.source_port) for w in wires)
        barred = upstream(Board(board.name, board.kind, {}, turned), start.node)
    own = scene.cards[start.node].port(start.port, start.output)
    if own is None:
        return frozenset()
    return frozenset(
        PortAt(id, port.name, not start.output)
        for id, card in scene.cards.items()
        if id not in barred
        for port in (card.ports.inputs if start.output else card.ports.outputs)
        if (refusal(own, port) if start.output else refusal(port, own)) is None
    )


def first_fit(ports: Ports, own: Port, output: bool) -> Port | None:
    """The first port of a node that an output (or input) of another fits."""
    if output:
        return next((port for port in ports.inputs if refusal(own, port) is None), None)
    return next((port for port in ports.outputs if refusal(port, own) is None), None)


def insertion(scene: Scene, wire: Wire, ports: Ports) -> tuple[Wire, Wire] | None:
    """The two wires that put a node with these ports (its id left empty) on a wire."""
    source = scene.cards[wire.source].port(wire.source_port, True)
    target = scene.cards[wire.target].port(wire.target_port, False)
    if source is None or target is None:
        return None
    into, out = first_fit(ports, source, True), first_fit(ports, target, False)
    if into is None or out is None:
        return None
    return (
        Wire(wire.source, wire.source_port, "", into.name),
        Wire("", out.name, wire.target, wire.target_port),
    )


def type_ports(found: NodeType) -> Ports:
    """Ports that a type declares."""
    return Ports(found.inputs, found.outputs)


def wire_below(scene: Scene, card: Card, ports: Ports) -> Wire | None:
    """The wire under the middle of a card that the card could be inserted into."""
    left, top, right, bottom = card.box
    x, y = (left + right) / 2, (top + bottom) / 2
    best: tuple[float, int, Wire] | None = None
    for number, wire in enumerate(scene.wire_boxes.touching((left, top, right, bottom))):
        if card.node.id in (wire.source, wire.target):
            continue
        gap = scene.curves[wire].distance(x, y)
        if gap > (bottom - top) / 2 or insertion(scene, wire, ports) is None:
            continue
        if best is None or gap < best[0]:
            best = (gap, number, wire)
    return best[2] if best else None

"""Making room: what lies behind a node that is put on a wire moves along."""

from __future__ import annotations

from studio.model.edits import MoveNodes
from studio.model.project import Project, Wire
from studio.ui.canvas.geometry import WIDTH, Card, card_of
from studio.ui.canvas.scene import Scene

WIDE, TIGHT = 104, 24
"""Distances between cards that are aimed at, and allowed."""

Places = dict[str, tuple[float, float]]


def room_for(scene: Scene, card: Card, ends: tuple[Wire, Wire]) -> Places:
    """New places of a card that goes on a wire, and of the cards it pushes on; none where it has
    room as it lies. `ends` are the wires into it and out of it."""
    into, out = ends
    source, target = scene.cards[into.source], scene.cards[out.target]
    before = source.x + WIDTH
    if target.x < before:
        return {}
    if card.x - before >= TIGHT and target.x - card.x - WIDTH >= TIGHT:
        return {}
    gap = min(max(target.x - before, TIGHT), WIDE)
    y = card.y + source.place(into.source_port, True)[1] - card.place(into.target_port, False)[1]
    places: Places = {card.node.id: (before + gap, y)}
    step = before + gap + WIDTH + gap - target.x
    if step > 0:
        for id in _ahead(scene, out.target) - {card.node.id}:
            other = scene.cards[id]
            places[id] = (other.x + step, other.y)
    return places


def make_room(scene: Scene, after: Project) -> Project:
    """The project with room for the nodes on a wire that the scene does not show yet."""
    board = after.boards.get(scene.name)
    if board is None:
        return after
    for id in board.nodes.keys() - scene.cards.keys():
        into = [wire for wire in board.wires if wire.target == id]
        out = [wire for wire in board.wires if wire.source == id]
        if len(into) == len(out) == 1 and {into[0].source, out[0].target} <= scene.cards.keys():
            card = card_of(after, board, board.nodes[id], scene.types)
            places = room_for(scene, card, (into[0], out[0]))
            after = MoveNodes(scene.name, places).apply(after)
    return after


def _ahead(scene: Scene, start: str) -> set[str]:
    """The card and all that it leads to from left to right."""
    found, waiting = {start}, [start]
    leads: dict[str, list[str]] = {}
    for wire in scene.curves:
        leads.setdefault(wire.source, []).append(wire.target)
    while waiting:
        id = waiting.pop()
        for target in leads.get(id, ()):
            if target not in found and scene.cards[target].x > scene.cards[id].x:
                found.add(target)
                waiting.append(target)
    return found

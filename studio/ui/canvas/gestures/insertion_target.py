"""Which wire a node let go here would be inserted into."""

from __future__ import annotations

from studio.model.layout.cards import NodeCard
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.insertion import ends_on
from studio.model.project import Wire
from studio.ui.canvas.scene.scene import Scene


def wire_below(scene: Scene, drawn: DrawnBoard, card: NodeCard) -> Wire | None:
    """The wire under the middle of a card that the card could be inserted into."""
    left, top, right, bottom = card.box
    x, y = (left + right) / 2, (top + bottom) / 2
    best: tuple[float, int, Wire] | None = None
    for number, wire in enumerate(scene.wire_boxes.touching(card.box)):
        if card.node.id in (wire.source, wire.target):
            continue
        gap = scene.curves[wire].distance(x, y)
        if gap > (bottom - top) / 2 or ends_on(drawn, wire, card.ports) is None:
            continue
        if best is None or gap < best[0]:
            best = (gap, number, wire)
    return best[2] if best else None

"""Going from node to node by keyboard."""

from __future__ import annotations

from studio.model.layout.cards import WIDTH, NodeCard
from studio.ui.canvas.scene.scene import Scene


def next_node(scene: Scene, selection: frozenset[str], dx: int, dy: int) -> str | None:
    """The nearest node in a direction from the selected one; the first where none is selected."""
    start = next((scene.cards[id] for id in scene.cards if id in selection), None)
    if start is None:
        return next(iter(scene.cards), None)

    def cost(card: NodeCard) -> float | None:
        x, y = card.x - start.x, card.y - start.y
        ahead, aside = x * dx + y * dy, abs(x * dy) + abs(y * dx)
        return ahead + 2 * aside if ahead > 8 and aside < 4 * ahead + WIDTH else None

    costs = [(c, id) for id, card in scene.cards.items() if (c := cost(card)) is not None]
    return min(costs)[1] if costs else None


def spoken(scene: Scene, selection: frozenset[str]) -> str:
    """The selection in words, for screen readers."""
    if len(selection) != 1:
        return f"{len(selection)} nodes selected" if selection else "Nothing selected"
    card = scene.cards[next(iter(selection))]
    issues = [issue.message for issue in scene.issues.get(card.node.id, ())]
    return ", ".join(filter(None, [card.node.id, card.node.type, card.detail, *issues]))

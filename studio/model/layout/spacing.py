"""Making room: what lies behind a node that is put on a wire moves along."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx

from studio.model.layout.cards import WIDTH, NodeCard, to_grid, touch
from studio.model.project import Board, Wire

WIDE, TIGHT = 104, 24
"""Distances between cards that are aimed at, and allowed."""

STEP = 24.0
"""A place that is taken is given up for one this far right and down."""

Places = dict[str, tuple[float, float]]
"""New top left corners by node."""


def free_place(cards: Mapping[str, NodeCard], x: float, y: float) -> tuple[float, float]:
    """The place on the grid, or the next one right and down where no card lies."""
    x, y = to_grid(x, y)
    while any(touch(card.box, (x - 4, y - 4, x + 4, y + 4)) for card in cards.values()):
        x, y = x + STEP, y + STEP
    return x, y


def room_for(
    board: Board, cards: Mapping[str, NodeCard], card: NodeCard, ends: tuple[Wire, Wire]
) -> Places:
    """New places of a card that goes on a wire, and of the cards it pushes on; none where it has
    room as it lies. `ends` are the wires into it and out of it."""
    into, out = ends
    source, target = cards[into.source], cards[out.target]
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
        for id in _ahead(board, cards, out.target) - {card.node.id}:
            places[id] = (cards[id].x + step, cards[id].y)
    return places


def _ahead(board: Board, cards: Mapping[str, NodeCard], start: str) -> set[str]:
    """The card and all that it leads to from left to right."""
    rightward = nx.subgraph_view(
        board.graph, filter_edge=lambda source, target: cards[target].x > cards[source].x
    )
    return {start, *nx.descendants(rightward, start)}

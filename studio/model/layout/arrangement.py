"""Automatic layout: columns from left to right, straight main paths, room for skip connections.

Each group of connected nodes is laid out by itself: columns and their order first, then heights.
A node would lie where its wires run straight, a main path more urgently than a skip; where wishes
of a column overlap, neighbours are merged and take the median of what they wish. Long rows are
folded at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from studio.model.layout.cards import GRID, WIDTH, Box, NodeCard, bounds, to_grid
from studio.model.layout.columns import Columns, Edge, columns, components, without_circles
from studio.model.layout.line_folding import folded
from studio.model.project import Board

GAP_X, GAP_Y = 104, 40
"""Between cards."""
LANE, LANE_GAP = 8, 20
"""Height of a wire that passes, and its distance from cards."""
ROW = 8
"""Nodes without wires stand so many in a row."""
PASSES = 3


def arranged(
    board: Board, cards: Mapping[str, NodeCard], ids: Iterable[str]
) -> dict[str, tuple[float, float]]:
    """New places for some nodes; the top left corner of all stays, unless others are in the way."""
    wanted = frozenset(ids)
    chosen = [id for id in board.nodes if id in wanted]
    around = bounds(cards[id] for id in chosen)
    if around is None:
        return {}
    places = layout([cards[id].height for id in chosen], _edges(board, cards, chosen))
    left, top = to_grid(around[0], around[1])
    found = {id: (x + left, y + top) for id, (x, y) in zip(chosen, places, strict=True)}
    return _clear(cards, found)


def layout(heights: Sequence[float], edges: Sequence[Edge]) -> list[tuple[float, float]]:
    """Places of nodes of these heights; the least x and y are 0. The same input gives the same
    places, and no two nodes overlap."""
    places = [(0.0, 0.0)] * len(heights)
    edges = without_circles(len(heights), edges)
    top = 0.0
    alone = []
    for group in components(len(heights), edges):
        if len(group) == 1:
            alone += group
            continue
        bottom = top
        for node, (x, y) in _component(group, heights, edges).items():
            places[node] = (x, y + top)
            bottom = max(bottom, y + top + heights[node])
        top = _grid(bottom + 2 * GAP_Y)
    for start in range(0, len(alone), ROW):
        row = alone[start : start + ROW]
        for column, node in enumerate(row):
            places[node] = (column * (WIDTH + GAP_X) * 1.0, top)
        top = _grid(top + max(heights[node] for node in row) + GAP_Y)
    return places


def _grid(value: float) -> float:
    return -(-value // GRID) * GRID * 1.0


def _edges(board: Board, cards: Mapping[str, NodeCard], chosen: Sequence[str]) -> list[Edge]:
    number = {id: i for i, id in enumerate(chosen)}
    return [
        Edge(
            number[wire.source],
            number[wire.target],
            cards[wire.source].place(wire.source_port, True)[1] - cards[wire.source].y,
            cards[wire.target].place(wire.target_port, False)[1] - cards[wire.target].y,
        )
        for wire in board.wires
        if wire.source in number and wire.target in number and wire.source != wire.target
    ]


def _component(
    group: Sequence[int], heights: Sequence[float], edges: Sequence[Edge]
) -> dict[int, tuple[float, float]]:
    """Places of connected nodes."""
    number = {node: i for i, node in enumerate(group)}
    inner = [
        Edge(number[e.source], number[e.target], e.out, e.into) for e in edges if e.source in number
    ]
    made = columns(len(group), inner)
    tops = _tops(made, [heights[node] for node in group])
    lines = folded(made, tops, [heights[node] for node in group])
    return {node: (lines[i][0] * (WIDTH + GAP_X) * 1.0, lines[i][1]) for node, i in number.items()}


def _tops(made: Columns, heights: Sequence[float]) -> dict[int, float]:
    """Heights at which wires run as straight as the order of each column allows."""
    before: dict[int, list[tuple[int, float, int]]] = {}
    after: dict[int, list[tuple[int, float, int]]] = {}
    for e in made.edges:
        before.setdefault(e.target, []).append((e.source, e.out - e.into, e.weight))
        after.setdefault(e.source, []).append((e.target, e.into - e.out, e.weight))
    tops: dict[int, float] = {}
    for turn in range(2 * PASSES + 1):
        forward = turn % 2 == 0
        beside = before if forward else after
        for column in made.columns if forward else made.columns[::-1]:
            wishes = [_wish(node, beside.get(node, ()), tops) for node in column]
            tops.update(zip(column, _apart(column, wishes, made.real, heights), strict=True))
    return tops


def _wish(
    node: int, beside: Sequence[tuple[int, float, int]], tops: dict[int, float]
) -> tuple[float, int]:
    """Where a node would like to be, and how much."""
    ends = sorted((tops[other] + step, weight) for other, step, weight in beside if other in tops)
    if not ends:
        return tops.get(node, 0.0), 1
    return _median(ends), max(weight for _, weight in ends)


def _median(ends: Sequence[tuple[float, int]]) -> float:
    half, so_far = sum(weight for _, weight in ends) / 2, 0
    for value, weight in ends:
        so_far += weight
        if so_far >= half:
            return value
    return ends[-1][0]


def _apart(
    column: Sequence[int],
    wishes: Sequence[tuple[float, int]],
    real: int,
    heights: Sequence[float],
) -> list[float]:
    """The places nearest to what is wished for at which nothing overlaps, in the column's order."""
    below = [0.0]
    for upper, lower in pairwise(column):
        height = heights[upper] if upper < real else LANE
        gap = GAP_Y if upper < real and lower < real else LANE_GAP
        below.append(_grid(below[-1] + height + gap))
    blocks: list[tuple[float, list[tuple[float, int]]]] = []
    for (wish, weight), shift in zip(wishes, below, strict=True):
        ends = [(wish - shift, weight)]
        while blocks and blocks[-1][0] > _median(ends):
            ends = sorted(blocks.pop()[1] + ends)
        blocks.append((_median(ends), ends))
    starts = [start for start, ends in blocks for _ in ends]
    return [round((y + shift) / GRID) * GRID * 1.0 for y, shift in zip(starts, below, strict=True)]


def _clear(
    cards: Mapping[str, NodeCard], places: dict[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """The places, moved down until no node that stays is in the way."""
    others = [card.box for id, card in cards.items() if id not in places]
    if not others:
        return places
    left = min(x for x, _ in places.values())
    top = min(y for _, y in places.values())
    right = max(x for x, _ in places.values()) + WIDTH
    bottom = max(y + cards[id].height for id, (_, y) in places.items())
    down = 0.0
    while blocked := [b for b in others if _overlap(b, (left, top + down, right, bottom + down))]:
        down = _grid(max(b[3] for b in blocked) + GAP_Y - top)
    return {id: (x, y + down) for id, (x, y) in places.items()}


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

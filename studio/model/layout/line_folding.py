"""Long networks are folded like lines of text, so that they can be read without panning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.model.layout.cards import GRID, HEADER, WIDTH
from studio.model.layout.columns import Columns

SHORT = 9
"""So many columns are never folded."""
LEAST = 4
"""Columns in a line."""
SHAPE = 1.9
"""Width by height that is aimed at."""
COLUMN = WIDTH + 104
BETWEEN = 72
"""Between lines, with room for the wire that leads back."""


def folded(
    made: Columns, tops: Mapping[int, float], heights: Sequence[float]
) -> dict[int, tuple[int, float]]:
    """Column in its line, and top, of every node."""
    places: dict[int, tuple[int, float]] = {}
    down = 0.0
    for first, last in _lines(made, _height(made, tops, heights)):
        line = [
            (node, column - first)
            for column in range(first, last)
            for node in made.columns[column]
            if node < made.real
        ]
        # Wires that pass above count, so that they do not run into the line before.
        top = min(tops[node] for column in made.columns[first:last] for node in column)
        for node, column in line:
            places[node] = (column, tops[node] - top + down)
        down = max(places[node][1] + heights[node] for node, _ in line) + BETWEEN
        down = -(-down // GRID) * GRID
    least = min(y for _, y in places.values())
    return {node: (column, y - least) for node, (column, y) in places.items()}


def _height(made: Columns, tops: Mapping[int, float], heights: Sequence[float]) -> float:
    bottom = max(tops[node] + heights[node] for node in range(made.real))
    return bottom - min(tops.values(), default=0.0)


def _lines(made: Columns, height: float) -> list[tuple[int, int]]:
    """First and last column (not included) of every line. A line ends only where a single output
    leads on."""
    count = len(made.columns)
    if count <= SHORT:
        return [(0, count)]
    line = max(height, HEADER) + BETWEEN
    goal = max(LEAST, round((SHAPE * line * count / COLUMN) ** 0.5))
    goal = -(-count // max(round(count / goal), 1))
    column = {node: number for number, nodes in enumerate(made.columns) for node in nodes}
    leads: list[set[tuple[int, float]]] = [set() for _ in range(count)]
    for edge in made.edges:
        for passed in range(column[edge.source], column[edge.target]):
            leads[passed].add((edge.source, edge.out))
    lines, first = [], 0
    while count - first > goal * 1.3:
        ends = [c + 1 for c in range(first + LEAST - 1, count - 2) if len(leads[c]) == 1]
        near = [end for end in ends if end - first <= goal * 1.5] or ends[:1]
        if not near:
            break
        end = min(near, key=lambda end: abs(end - first - goal))
        lines.append((first, end))
        first = end
    return [*lines, (first, count)]

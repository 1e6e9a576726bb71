"""Small drawings of what a node does: the curve of a function, a window that slides."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from studio.model.type_help import Illustration

WIDE, HIGH = 240.0, 150.0
SPAN = 4.0
"""Curves are drawn from -SPAN to SPAN."""
CELL, MOST = 17.0, 15
"""Width of a cell, and how many of that width stand side by side."""

Point = tuple[float, float]


# ---- the curve of a function ---------------------------------------------------------------------


def curve(points: Sequence[Point], words: str) -> Illustration:
    """A function of one number, of which these points are known."""
    finite = [max(-SPAN, min(SPAN, y)) for _, y in points if math.isfinite(y)]
    low, high = min([*finite, 0.0]), max([*finite, 0.0])
    margin = max((high - low) * 0.12, 0.15)
    low, high = low - margin, high + margin

    def at(x: float, y: float) -> Point:
        return (x + SPAN) / (2 * SPAN) * WIDE, (high - y) / (high - low) * HIGH

    def to(x: float, y: float) -> str:
        return "{:.1f} {:.1f}".format(*at(x, y))

    heights = _round_values(low, high)
    axes = f"M{to(-SPAN, 0)}L{to(SPAN, 0)}M{to(0, low)}L{to(0, high)}"
    marks = "".join(f"M{to(x, 0)}v3" for x in range(-3, 4) if x)
    marks += "".join(f"M{to(0, y)}h-3" for y in heights)
    drawn = "".join(f"{'M' if first else 'L'}{to(*p)}" for first, p in _pieces(points, low, high))
    body = [
        f'<path d="{axes}{marks}" fill="none" stroke="mutedColor" stroke-width="1"/>',
        f'<path d="{drawn}" fill="none" stroke="accentColor" stroke-width="2.2" '
        'stroke-linejoin="round"/>',
        _label(at(1, 0), (0, 13), "1", "middle"),
        *(_label(at(0, y), (-6, 3.5), f"{y:g}", "end") for y in heights),
    ]
    return _drawing(body, WIDE, HIGH, words)


def _pieces(points: Sequence[Point], low: float, high: float) -> Iterator[tuple[bool, Point]]:
    """The points in view, each with whether the line begins there: not across a jump."""
    before: Point | None = None
    for x, y in points:
        if not math.isfinite(y) or not low <= y <= high:
            before = None
            continue
        jumps = before is not None and abs(y - before[1]) > 8 * (x - before[0]) + 0.2
        yield before is None or jumps, (x, y)
        before = x, y


def _round_values(low: float, high: float) -> list[float]:
    """Values to mark on the axis that goes up, none of them zero."""
    step = next(s for s in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if (high - low) / s <= 5 or s == 5.0)
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1) if n]


def _label(at: Point, beside: Point, words: str, anchor: str) -> str:
    x, y = at[0] + beside[0], at[1] + beside[1]
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-family="sans-serif" '
        f'font-size="10" fill="mutedColor">{words}</text>'
    )


# ---- a window that slides ------------------------------------------------------------------------

Pair = tuple[int, int]
"""Of rows and of columns."""

FIRST = 'fill="accentColor" fill-opacity="0.75"'
THIN, THICK = (
    'stroke="mutedColor" stroke-width="0.8"',
    'stroke="otherColor" stroke-width="1.8"',
)


def window(size: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Illustration:
    """A window on a grid: where it reads first and next, and what comes of that. Cells that are
    added around are dashed."""
    reach = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
    sides = zip(reach, stride, padding, size, strict=True)
    inside = tuple(max(1, r + 2 * s - 2 * p) if k > 1 or s > 1 else 3 for r, s, p, k in sides)
    if size[0] == reach[0] == stride[0] == 1 and not padding[0]:
        inside = 1, inside[1]
    rows, columns = (n + 2 * p for n, p in zip(inside, padding, strict=True))
    out_rows = max(1, (rows - reach[0]) // stride[0] + 1)
    out_columns = max(1, (columns - reach[1]) // stride[1] + 1)
    cell = min(CELL, CELL * MOST / (columns + 2 + out_columns))
    top, bottom = padding[0], padding[0] + inside[0]
    left, right = padding[1], padding[1] + inside[1]
    body = []
    for row in range(rows):
        for column in range(columns):
            real = top <= row < bottom and left <= column < right
            look = 'fill="softColor"' if real else 'fill="none" stroke-dasharray="2 2"'
            body.append(_cell(column, row, cell, f"{look} {THIN}"))
    for row in range(size[0]):
        body += [
            _cell(column * dilation[1], row * dilation[0], cell, FIRST) for column in range(size[1])
        ]
    if out_columns > 1:
        wide, high = reach[1] * cell - 2, reach[0] * cell - 2
        body.append(
            f'<rect x="{stride[1] * cell + 1:.1f}" y="1" width="{wide:.1f}" height="{high:.1f}" '
            f'rx="2" fill="none" {THICK}/>'
        )
    beside, middle = (columns + 2) * cell, rows * cell / 2
    body.append(
        f'<path d="M{beside - 1.7 * cell:.1f} {middle:.1f}h{1.3 * cell:.1f}m-5 -4l5 4l-5 4" '
        'fill="none" stroke="mutedColor" stroke-width="1.3"/>'
    )
    down = (rows - out_rows) / 2
    for row in range(out_rows):
        for column in range(out_columns):
            look = FIRST if row == column == 0 else 'fill="softColor"'
            edge = THICK if (row, column) == (0, 1) else THIN
            body.append(_cell(columns + 2 + column, row + down, cell, f"{look} {edge}"))
    words = _words(size, stride, padding, dilation)
    return _drawing(body, (columns + 2 + out_columns) * cell, rows * cell, words)


def _words(size: Pair, stride: Pair, padding: Pair, dilation: Pair) -> str:
    told = [f"window {size[0]}×{size[1]}, step {stride[0]}×{stride[1]}"]
    if any(padding):
        told.append(f"{padding[0]}×{padding[1]} added around")
    if dilation != (1, 1):
        told.append(f"every {dilation[0]}×{dilation[1]}th cell")
    return ", ".join(told)


def _cell(column: float, row: float, cell: float, look: str) -> str:
    place = f'x="{column * cell + 1:.1f}" y="{row * cell + 1:.1f}"'
    return f'<rect {place} width="{cell - 2:.1f}" height="{cell - 2:.1f}" rx="2" {look}/>'


def _drawing(body: Sequence[str], width: float, height: float, words: str) -> Illustration:
    width, height = width + 4, height + 4
    box = f'viewBox="-2 -2 {width:.1f} {height:.1f}" width="{width:.1f}" height="{height:.1f}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{"".join(body)}</svg>'
    return Illustration(svg, width, height, words)

"""Draws figures as pictures, one function per kind of figure."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.figure import SubFigure

from studio.model.figures import (
    Bars,
    Curves,
    Figure,
    Heatmap,
    Histogram,
    Images,
    Series,
    Table,
    Text,
)
from studio.model.files import write_atomically
from studio.model.run_layout import RunLayout, read_metrics
from studio.model.value_names import in_order, labels
from studio.session.metrics_reader import Points, collect

WIDTH = 8.0
"""Inches across."""

DPI = 150
MOST_NAMES = 40
"""Rows and columns beyond this many go without names."""


def save(figures: Sequence[Figure], path: Path) -> None:
    """Draw figures below one another into a PNG file. Raises FileError."""
    heights = [_height(figure) for figure in figures]
    canvas = Canvas(figsize=(WIDTH, sum(heights)), layout="constrained", dpi=DPI)
    parts = canvas.subfigures(len(figures), 1, height_ratios=heights, squeeze=False)
    for figure, part in zip(figures, parts[:, 0], strict=True):
        part.suptitle(figure.title)
        DRAW[type(figure)](figure, part)
    data = io.BytesIO()
    canvas.savefig(data, format="png")
    write_atomically(path, data.getvalue())


def curves_of(run: Path) -> tuple[Curves, ...]:
    """The curves of a run folder: each metric over epochs, training and validation together."""
    points = collect(read_metrics(RunLayout(run)))
    names = in_order(name for (_, name), p in points.items() if _long(p))
    titles = labels(names)
    return tuple(
        Curves(
            titles[name].capitalize(),
            tuple(_series(split, p) for (split, n), p in points.items() if n == name and _long(p)),
            x_label="epoch",
        )
        for name in names
    )


def _long(points: Points) -> bool:
    return len(points.values) > 1


def _series(split: str, points: Points) -> Series:
    return Series(split, points.epochs, points.values)


# ---- sizes -------------------------------------------------------------------------------------


def _height(figure: Figure) -> float:
    if isinstance(figure, Images):
        rows, columns = _grid(figure)
        height, width = figure.values.shape[1:3]
        cell = WIDTH / columns * float(height / width)
        return 0.6 + rows * (cell + (0.25 if figure.captions else 0.0))
    if isinstance(figure, Heatmap):
        rows, columns = figure.values.shape
        return min(12.0, max(3.0, 1.2 + 0.85 * WIDTH * float(rows / max(columns, 1))))
    if isinstance(figure, Bars):
        return 1.2 + 0.28 * len(figure.names)
    if isinstance(figure, Table):
        return 1.0 + 0.3 * (len(figure.rows) + 1)
    if isinstance(figure, Text):
        return 0.8 + 0.2 * len(_wrapped(figure.text))
    return 3.5


def _grid(figure: Images) -> tuple[int, int]:
    """Rows and columns, at least four to a row, so that a single picture stays small."""
    columns = max(4, math.ceil(math.sqrt(len(figure.values) * 1.6)))
    return math.ceil(len(figure.values) / columns), columns


def _wrapped(text: str) -> list[str]:
    return [part for line in text.splitlines() for part in textwrap.wrap(line, 90) or [""]]


# ---- kinds -------------------------------------------------------------------------------------


def _curves(figure: Curves, part: SubFigure) -> None:
    axes = _axes(part, figure.x_label, figure.y_label)
    for series in figure.series:
        axes.plot(series.x, series.y, label=series.name, linewidth=1.5)
    if figure.log_y:
        axes.set_yscale("log")
    axes.grid(alpha=0.3)
    if len(figure.series) > 1:
        axes.legend()


def _images(figure: Images, part: SubFigure) -> None:
    rows, columns = _grid(figure)
    grid = part.subplots(rows, columns, squeeze=False)
    largest = float(np.abs(figure.values).max(initial=0.0)) or 1.0
    options: dict[str, Any] = {"cmap": "gray"}
    if figure.signed:
        options = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest}
    for number, axes in enumerate(grid.flat):
        axes.set_axis_off()
        if number < len(figure.values):
            axes.imshow(figure.values[number], interpolation="nearest", **options)
        if number < len(figure.captions):
            axes.set_title(figure.captions[number], fontsize=8)


def _heatmap(figure: Heatmap, part: SubFigure) -> None:
    axes = _axes(part, figure.x_label, figure.y_label)
    drawn = axes.imshow(figure.values, cmap="viridis", aspect="auto", interpolation="nearest")
    part.colorbar(drawn, ax=axes)
    if 0 < len(figure.columns) <= MOST_NAMES:
        axes.set_xticks(range(len(figure.columns)), figure.columns, fontsize=8)
    if 0 < len(figure.rows) <= MOST_NAMES:
        axes.set_yticks(range(len(figure.rows)), figure.rows, fontsize=8)
    if figure.counts:
        middle = float(np.asarray(figure.values).max(initial=0)) / 2
        for (row, column), value in np.ndenumerate(np.asarray(figure.values)):
            colour = "black" if value > middle else "white"
            axes.text(column, row, f"{value:g}", ha="center", va="center", color=colour, fontsize=8)


def _histogram(figure: Histogram, part: SubFigure) -> None:
    axes = _axes(part, figure.note, "count")
    axes.stairs(figure.counts, figure.edges, fill=True)


def _bars(figure: Bars, part: SubFigure) -> None:
    axes = _axes(part, figure.x_label, "")
    places = range(len(figure.names))
    colours = ["tab:orange" if place in figure.marked else "tab:blue" for place in places]
    axes.barh(places, np.asarray(figure.values), color=colours)
    axes.set_yticks(places, figure.names)
    axes.invert_yaxis()
    if figure.log_x:
        axes.set_xscale("log")


def _table(figure: Table, part: SubFigure) -> None:
    axes = part.subplots()
    axes.set_axis_off()
    if figure.rows:
        axes.table([list(row) for row in figure.rows], colLabels=list(figure.columns), loc="center")


def _text(figure: Text, part: SubFigure) -> None:
    text = "\n".join(_wrapped(figure.text)).replace("$", r"\$")
    part.text(0.02, 0.85, text, va="top", family="monospace", fontsize=9)


def _axes(part: SubFigure, x_label: str, y_label: str) -> Axes:
    axes = part.subplots()
    assert isinstance(axes, Axes)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    return axes


DRAW: dict[type, Callable[[Any, SubFigure], None]] = {
    Curves: _curves,
    Images: _images,
    Heatmap: _heatmap,
    Histogram: _histogram,
    Bars: _bars,
    Table: _table,
    Text: _text,
}

"""Figures: what probes and uses show. A figure knows no screen; a renderer draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating | np.integer | np.bool_]


@dataclass(frozen=True)
class Series:
    """One named line of points: `x` and `y` of the same length."""

    name: str
    x: Array
    y: Array


@dataclass(frozen=True)
class Curves:
    """Lines over a common axis."""

    title: str
    series: tuple[Series, ...]
    x_label: str = ""
    y_label: str = ""
    log_y: bool = False


@dataclass(frozen=True)
class Images:
    """Pictures of one size: `values` (n, height, width), or (n, height, width, 3) in 0..1.

    Grey pictures are scaled to their own range; `signed` centres the colours at zero.
    """

    title: str
    values: Array
    captions: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True)
class Heatmap:
    """A matrix: `values` (rows, columns), with names of rows and columns. `counts` prints the
    numbers in the cells."""

    title: str
    values: Array
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    x_label: str = ""
    y_label: str = ""
    counts: bool = False


@dataclass(frozen=True)
class Histogram:
    """How often values fall between edges: `edges` (n + 1), `counts` (n)."""

    title: str
    edges: Array
    counts: Array
    note: str = ""


@dataclass(frozen=True)
class Bars:
    """One bar for each name, `marked` ones emphasised."""

    title: str
    names: tuple[str, ...]
    values: Array
    marked: tuple[int, ...] = ()
    x_label: str = ""
    log_x: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text under headings."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Text:
    """Words, as a model wrote them or as an explanation."""

    title: str
    text: str


Figure: TypeAlias = Curves | Images | Heatmap | Histogram | Bars | Table | Text

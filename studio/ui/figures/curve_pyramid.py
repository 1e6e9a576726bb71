"""Points with their minima and maxima at every scale, so that a long curve draws in no time.

Level k holds least and greatest of each 2^k points. A window draws the coarsest level that still
has two values a pixel, which shows every spike that drawing all points would. Levels grow with the
curve; where a resumed run goes back, they are cut at the block that the cut falls into.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class _Growing:
    """An array that grows at its end without being copied each time."""

    def __init__(self) -> None:
        self._data: Floats = np.empty(64)
        self.size = 0

    def extend(self, values: Floats) -> None:
        size = self.size + len(values)
        if size > len(self._data):
            data = np.empty(max(size, 2 * len(self._data)))
            data[: self.size] = self._data[: self.size]
            self._data = data
        self._data[self.size : size] = values
        self.size = size

    def view(self) -> Floats:
        return self._data[: self.size]


@dataclass(frozen=True)
class _Level:
    """Minima and maxima of neighbours two by two on the level below."""

    low: _Growing
    high: _Growing


class Pyramid:
    """A curve with `x` that rises: grows at its end, and gives at most about two points a pixel."""

    def __init__(self) -> None:
        self._x = _Growing()
        self._y = _Growing()
        self._sum = _Growing()
        self._levels: list[_Level] = []

    def __len__(self) -> int:
        return self._x.size

    @property
    def x(self) -> Floats:
        """Every x that was appended and not replaced, rising."""
        return self._x.view()

    @property
    def y(self) -> Floats:
        """The value at each x."""
        return self._y.view()

    def append(self, x: Floats, y: Floats) -> None:
        """Add points. Those that are not finite are left out; where `x` goes back, what was
        there from that place on is replaced."""
        kept = np.isfinite(x) & np.isfinite(y)
        x, y = np.asarray(x[kept], np.float64), np.asarray(y[kept], np.float64)
        if not len(x):
            return
        for start, end in _rising(x):
            if len(self) and x[start] <= self.x[-1]:
                self._cut(int(np.searchsorted(self.x, x[start])))
            self._grow(x[start:end], y[start:end])

    def window(self, low: float, high: float, pixels: int) -> tuple[Floats, Floats]:
        """The points to draw between two x on so many pixels, one beyond each edge included."""
        first, last = self._between(low, high)
        level = min(_level_for(last - first, pixels), len(self._levels))
        if level == 0:
            return self.x[first:last], self.y[first:last]
        step = 1 << level
        start, end = first // step, last // step
        lows = self._levels[level - 1].low.view()[start:end]
        highs = self._levels[level - 1].high.view()[start:end]
        places = self.x[start * step : end * step].reshape(-1, step)
        xs, ys = np.empty(2 * len(lows)), np.empty(2 * len(lows))
        xs[0::2], xs[1::2] = places[:, 0], places[:, step // 2]
        ys[0::2], ys[1::2] = lows, highs
        rest = self.y[end * step : last]
        if len(rest):
            edge = (self.x[end * step], self.x[last - 1])
            return np.append(xs, edge), np.append(ys, (rest.min(), rest.max()))
        return xs, ys

    def smooth(self, low: float, high: float, pixels: int, radius: int) -> tuple[Floats, Floats]:
        """The mean over `radius` points to both sides, at no more places than pixels."""
        first, last = self._between(low, high)
        at = np.arange(first, last, max(1, (last - first) // max(pixels, 1)))
        if len(at) and at[-1] != last - 1:
            at = np.append(at, last - 1)
        sums = self._sum.view()
        reach = np.minimum(np.minimum(at, len(self) - 1 - at), radius)
        begin, end = at - reach, at + reach
        total = sums[end] - np.where(begin > 0, sums[begin - 1], 0.0)
        return self.x[at], total / (end - begin + 1)

    def bounds(self, low: float, high: float) -> tuple[float, float] | None:
        """Least and greatest y between two x, or None where there is no point."""
        first = int(np.searchsorted(self.x, low, "left"))
        last = int(np.searchsorted(self.x, high, "right"))
        if first >= last:
            return None
        xs, ys = self.window(float(self.x[first]), float(self.x[last - 1]), 1024)
        inside = ys[(xs >= low) & (xs <= high)]
        return (float(inside.min()), float(inside.max())) if len(inside) else None

    def nearest(self, x: float) -> tuple[float, float] | None:
        """The point nearest to an x."""
        if not len(self):
            return None
        after = min(int(np.searchsorted(self.x, x)), len(self) - 1)
        before = max(after - 1, 0)
        index = before if abs(self.x[before] - x) <= abs(self.x[after] - x) else after
        return float(self.x[index]), float(self.y[index])

    def _between(self, low: float, high: float) -> tuple[int, int]:
        first = int(np.searchsorted(self.x, low, "left"))
        last = int(np.searchsorted(self.x, high, "right"))
        return max(first - 1, 0), min(last + 1, len(self))

    def _grow(self, x: Floats, y: Floats) -> None:
        total = self._sum.view()[-1] if len(self) else 0.0
        self._x.extend(x)
        self._y.extend(y)
        self._sum.extend(total + np.cumsum(y))
        self._raise()

    def _raise(self) -> None:
        """Bring the levels up to date with the points."""
        low = high = self._y
        for depth in range(64):
            blocks = low.size // 2
            if depth == len(self._levels):
                if not blocks:
                    return
                self._levels.append(_Level(_Growing(), _Growing()))
            level = self._levels[depth]
            have = level.low.size
            if blocks > have:
                part = slice(2 * have, 2 * blocks)
                level.low.extend(low.view()[part].reshape(-1, 2).min(axis=1))
                level.high.extend(high.view()[part].reshape(-1, 2).max(axis=1))
            low, high = level.low, level.high

    def _cut(self, size: int) -> None:
        for growing in (self._x, self._y, self._sum):
            growing.size = size
        for depth, level in enumerate(self._levels, 1):
            level.low.size = level.high.size = min(level.low.size, size >> depth)


def _rising(x: Floats) -> list[tuple[int, int]]:
    """Stretches in which x rises."""
    breaks = [0, *(np.flatnonzero(np.diff(x) <= 0) + 1).tolist(), len(x)]
    return list(pairwise(breaks))


def _level_for(points: int, pixels: int) -> int:
    """The finest level with at most two values a pixel; from level 1 a block has two."""
    pixels = max(pixels, 1)
    if points <= 2 * pixels:
        return 0
    return max(1, ((points - 1) // pixels).bit_length())

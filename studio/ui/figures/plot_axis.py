"""Numbers along the axes of a plot."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg

HIGH, WIDE = 14, 38
"""Pixels that a number needs along an upright axis, and along one that lies."""


class Ticks(pg.AxisItem):
    """An axis with short numbers, and not every one of them where it is logarithmic."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """The way from a tick to the next, with room for each number between."""
        if self.logMode:
            return super().tickSpacing(minVal, maxVal, size)
        (step, offset), *_ = super().tickSpacing(minVal, maxVal, size)
        room = HIGH if self.orientation in ("left", "right") else WIDE
        while 0 < step < maxVal - minVal and (maxVal - minVal) / step * room > size:
            lead = round(step / 10.0 ** math.floor(math.log10(step) + 1e-9))
            step *= 2.5 if lead == 2 else 2
        return [(step, offset)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The numbers at the ticks."""
        if self.logMode:
            return self.logTickStrings(values, scale, spacing)
        return [_tick(value * scale, spacing * scale) for value in values]

    def logTickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The numbers at the ticks of a logarithmic axis: 1, 2 and 5 of each power of ten."""
        wide = abs(self.range[1] - self.range[0]) > 1.5
        kept = (1,) if wide else (1, 2, 5)
        found = []
        for value in values:
            number = 10.0**value
            lead = round(number / 10.0 ** math.floor(value + 1e-9))
            found.append(f"{number:.3g}" if lead in kept else "")
        return found


def _tick(value: float, spacing: float) -> str:
    if abs(value) < 1e-12:
        return "0"
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 10 * size or (abs(value) >= size and spacing >= size / 1000):
            return f"{value / size:.6g}{letter}" if letter != "k" or spacing >= 1 else f"{value:g}"
    return f"{value:.6g}" if abs(value) >= 1e-3 else f"{value:.2g}"

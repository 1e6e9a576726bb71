"""Colours from little to much: they leave the background evenly, so that they can be told apart
without telling hues apart, in both themes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from PySide6.QtGui import QColor

from studio.ui.appearance.theme import Theme

LIGHT = ("#ffffff", "#fee8c0", "#fdbf86", "#f58860", "#dd5268", "#ab337c", "#701f81")
DARK = ("#262b34", "#46246e", "#76217f", "#ab337c", "#dd5268", "#f8875f", "#fec488", "#fcf3b5")
"""Magma, from the colour of a card on."""

STEPS = 64


@cache
def _table(colours: tuple[str, ...]) -> tuple[str, ...]:
    stops = [QColor(colour) for colour in colours]
    found = []
    for step in range(STEPS):
        at = step / (STEPS - 1) * (len(stops) - 1)
        low = min(int(at), len(stops) - 2)
        first, second, share = stops[low], stops[low + 1], at - low
        pairs = (
            (first.red(), second.red()),
            (first.green(), second.green()),
            (first.blue(), second.blue()),
        )
        found.append(QColor(*(round(a + (b - a) * share) for a, b in pairs)).name())
    return tuple(found)


def heat_colour(share: float, theme: Theme) -> str:
    """The colour of a share of the most, from 0 to 1."""
    table = _table(DARK if theme.dark else LIGHT)
    return table[round(min(max(share, 0.0), 1.0) * (STEPS - 1))]


@cache
def _heated(colour: str) -> tuple[str, str, str]:
    """Important and less important text on a colour, and its edge."""
    if _is_light(QColor(colour)):
        return "#14171c", "#333a45", QColor(colour).darker(125).name()
    return "#ffffff", "#eef1f6", QColor(colour).lighter(135).name()


def heated(theme: Theme, share: float) -> Theme:
    """The theme with cards of that colour."""
    colour = heat_colour(share, theme)
    text, muted, edge = _heated(colour)
    return replace(theme, node=colour, node_text=text, node_muted=muted, node_border=edge)


def _is_light(colour: QColor) -> bool:
    """Whether black is read more easily on it than white."""
    light = 0.2126 * _linear(colour.redF()) + 0.7152 * _linear(colour.greenF())
    return light + 0.0722 * _linear(colour.blueF()) > 0.18


def _linear(channel: float) -> float:
    value = channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
    return float(value)

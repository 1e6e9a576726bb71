"""What a person writes on a canvas beside the nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.model.values import Json


@dataclass(frozen=True, slots=True)
class Note:
    """Words in a rectangle on the canvas: `at` is its top left corner, `size` its width and
    height (0: as its text needs), `colour` a name or `#rrggbb` (empty: the theme's)."""

    text: str
    at: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (0.0, 0.0)
    colour: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)

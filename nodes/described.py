"""What a data source says of itself, before any of it is loaded. Plain data without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FieldKind = Literal["numbers", "picture", "class", "tokens", "mask", "edges"]
"""What values of a field are to a person. Pictures are (N, C, H, W) from black to white; a class
and tokens are numbers of names; a mask says which members count; edges lead from number to
number."""

Takes = Literal["", "image", "text"]
"""What a person may give in place of a sample."""


@dataclass(frozen=True, slots=True)
class DataField:
    """What one output of a data source holds: sizes and names of free dimensions (`N`, `T=64`), an
    element type such as `float32`."""

    shape: tuple[int | str, ...]
    dtype: str = "float32"
    kind: FieldKind = "numbers"
    limit: int | None = None
    """Whole numbers are from 0 to below this."""
    classes: tuple[str, ...] = ()
    """What the numbers stand for, in order; empty where they have no names."""
    scale: tuple[float, float] = (0.0, 1.0)
    """Of a picture: which values are black and white."""

    @property
    def names(self) -> tuple[str, ...]:
        """What each whole number stands for: itself where it has no name."""
        return self.classes or tuple(map(str, range(self.limit or 0)))


@dataclass(frozen=True, slots=True)
class DataDescription:
    """Fields by output, in order; how many `samples` there are in all parts, where that is known;
    what a person may give instead of one."""

    fields: Mapping[str, DataField]
    samples: int | None = None
    takes: Takes = ""

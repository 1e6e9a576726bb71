"""What a person uses: starred node types, those used last, which headings they turned.

Names are those of `Offer.key`; offers without one are never remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from nodes.declare import NodeType
from studio.model.project import Project

REMEMBERED = 6
"""How many of those used last are kept."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Kept from one start to the next. Types of everyday use are favourites until somebody says
    otherwise, so what was starred and what was unstarred are two sets."""

    starred: frozenset[str] = frozenset()
    unstarred: frozenset[str] = frozenset()
    recent: tuple[str, ...] = ()
    """The last first."""
    turned: frozenset[str] = frozenset()
    """Headings that are not as at first: open ones folded, folded ones open."""

    def likes(self, key: str, type: NodeType) -> bool:
        """Whether something is a favourite."""
        return key in self.starred or (type.everyday and key not in self.unstarred)

    def star(self, key: str, type: NodeType) -> Habits:
        """Make it a favourite, or no longer one."""
        if self.likes(key, type):
            added = {key} if type.everyday else set()
            return replace(self, starred=self.starred - {key}, unstarred=self.unstarred | added)
        added = set() if type.everyday else {key}
        return replace(self, starred=self.starred | added, unstarred=self.unstarred - {key})

    def use(self, key: str) -> Habits:
        """Remember it as the one used last."""
        others = tuple(name for name in self.recent if name != key)
        return replace(self, recent=(key, *others)[:REMEMBERED])

    def turn(self, titles: Iterable[str]) -> Habits:
        """Fold or open headings."""
        return replace(self, turned=self.turned ^ frozenset(titles))


class KeptHabits:
    """The habits of whoever sits here, for all that show or change them. `keep` stores them."""

    def __init__(self, habits: Habits, keep: Callable[[Habits], None]) -> None:
        self._habits, self._keep = habits, keep
        self._listeners: list[Callable[[], None]] = []

    @property
    def now(self) -> Habits:
        """What they are."""
        return self._habits

    def change(self, habits: Habits) -> None:
        """Keep others from now on, and tell whoever listens."""
        if habits != self._habits:
            self._habits = habits
            self._keep(habits)
            for listener in self._listeners:
                listener()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call this at every change."""
        self._listeners.append(listener)


def added_type(before: Project | None, after: Project) -> str:
    """The type of the one node that an edit added, or nothing: several are pasted, not chosen."""
    if before is None:
        return ""
    found: list[str] = []
    for name, board in after.boards.items():
        old = before.boards.get(name)
        if old is not None and board is not old and len(board.nodes) > len(old.nodes):
            found += [board.nodes[id].type for id in board.nodes.keys() - old.nodes.keys()]
    return found[0] if len(found) == 1 else ""

"""What the palette lists: headings, and below the open ones what may be added. One flat list, of
which only the rows in view cost anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from studio.model.habits import Habits
from studio.model.library import ELSEWHERE
from studio.model.offers import OWN, Offer, found_by

FAVOURITES, RECENT, BY_WHAT_IT_DOES = "Favourites", "Used last", "By what it does"
OPEN_AT_FIRST = frozenset({FAVOURITES, RECENT, OWN, ELSEWHERE})
"""Other headings are folded until somebody opens them."""

ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Heading:
    """A heading with the number of rows below it."""

    title: str
    count: int
    open: bool
    folds: bool = True


@dataclass(frozen=True)
class OfferRow:
    """Something that may be added. Its star is `plain` to see, unless all around it have one."""

    offer: Offer
    liked: bool
    plain: bool = True


Row = Heading | OfferRow


def listed(found: list[Offer], habits: Habits) -> Iterator[Row]:
    """Everything: favourites, what was used last, then each group under its heading."""
    by_key = {offer.key: offer for offer in found if offer.key}
    liked = [offer for offer in by_key.values() if habits.likes(offer.key, offer.type)]
    recent = [by_key[key] for key in habits.recent if key in by_key]
    groups: dict[str, list[Offer]] = {FAVOURITES: liked, RECENT: recent}
    for offer in found:
        groups.setdefault(offer.group, []).append(offer)
    for title, offers in groups.items():
        if offers:
            open = (title in OPEN_AT_FIRST) != (title in habits.turned)
            yield Heading(title, len(offers), open)
            yield from _rows(offers if open else (), habits, title != FAVOURITES)


def searched(found: list[Offer], habits: Habits, query: str) -> Iterator[Row]:
    """What a search finds, best first; what only does what is sought comes below a heading."""
    by_name, others = found_by(found, query)
    yield from _rows(by_name, habits)
    if others:
        yield Heading(BY_WHAT_IT_DOES, len(others), True, folds=False)
        yield from _rows(others, habits)


def _rows(offers: Iterable[Offer], habits: Habits, plain: bool = True) -> Iterator[OfferRow]:
    for offer in offers:
        yield OfferRow(offer, bool(offer.key) and habits.likes(offer.key, offer.type), plain)


class PaletteRows(QAbstractListModel):
    """The rows as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> bool:
        """List these; False where they are listed already."""
        if rows == self.rows:
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and isinstance(self.rows[index.row()], OfferRow):
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title if isinstance(row, Heading) else row.offer.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, OfferRow):
            offer = row.offer
            more = f"{escape(offer.group)} · F1 tells more"
            return f"<b>{escape(offer.name)}</b><p>{escape(offer.summary)}</p><p>{more}</p>"
        return None


def _spoken(row: Row) -> str:
    if isinstance(row, Heading):
        state = ", open" if row.open else ", folded"
        return f"{row.title}: {row.count}{state if row.folds else ''}"
    starred = ", favourite" if row.liked else ""
    return f"{row.offer.name}{starred}: {row.offer.summary}"

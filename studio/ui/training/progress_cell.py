"""How far a run is, in a cell of the list of runs: a word, over a bar while it is under way."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from studio.model.messages import RunState
from studio.ui.appearance.theme import LIGHT, Theme

SHARE = Qt.ItemDataRole.UserRole + 1
"""How much of it is done, from 0 to 1; negative where nothing is under way."""

WIDTH = 52
"""Of a bar, at least."""

HEIGHT = 3.0
"""Of a bar, under its word."""


def state_words(state: RunState, under_way: bool, lost: bool) -> str:
    """A run's state in a word or two; none where it has finished."""
    if lost:
        return "gone"
    if state.state == "preparing":
        return "starts…"
    share = f"{state.done / state.total:.0%}" if state.total else ""
    if under_way:
        return "paused" if state.state == "paused" else share
    return "" if state.state == "finished" else state.state


class ProgressCell(QStyledItemDelegate):
    """Draws the bar below what the cell says."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Room for the bar, where there is one."""
        size = super().sizeHint(option, index)
        return QSize(max(size.width(), WIDTH), size.height()) if _share(index) >= 0 else size

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The word, and the bar."""
        super().paint(painter, option, index)
        share = _share(index)
        if share < 0:
            return
        cell = QRectF(option.rect).adjusted(4, 0, -4, -1)
        bar = QRectF(cell.left(), cell.bottom() - HEIGHT, cell.width(), HEIGHT)
        done = QRectF(bar.left(), bar.top(), bar.width() * share, HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for part, colour in ((bar, self._theme.border), (done, self._theme.accent)):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(part, HEIGHT / 2, HEIGHT / 2)
        painter.restore()


def _share(index: QModelIndex | QPersistentModelIndex) -> float:
    share = index.data(SHARE)
    return share if isinstance(share, float) else -1.0

"""A node type's badge, and rows of a list that carry one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

COLOUR = Qt.ItemDataRole.UserRole + 1
GLYPH = Qt.ItemDataRole.UserRole + 2
DARK = Qt.ItemDataRole.UserRole + 3
ROW, HEADING, BADGE = 28, 28, 20

Index = QModelIndex | QPersistentModelIndex


def draw_badge(painter: QPainter, place: QRectF, colour: str, glyph: str, dark: bool) -> None:
    """A type's badge: its letters on the colour of its category."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(place, 5, 5)
    font = QFont(painter.font())
    share = {1: 0.66, 2: 0.52}.get(len(glyph), 0.39)
    font.setPixelSize(round(place.height() * share))
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor("#10131a" if dark else "#ffffff"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, glyph)


def badge(colour: str, glyph: str, dark: bool, size: int, ratio: float) -> QPixmap:
    """A badge as a picture."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_badge(painter, QRectF(0, 0, size, size), colour, glyph, dark)
    painter.end()
    return picture


class Rows(QStyledItemDelegate):
    """Draws headings, and rows with a badge."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW if index.data(GLYPH) else HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view: Any = option
        area, palette = QRectF(view.rect), view.palette
        glyph = index.data(GLYPH)
        painter.save()
        if glyph:
            self._back(painter, area, view.state, palette)
            place = QRectF(area.left() + 8, area.center().y() - BADGE / 2, BADGE, BADGE)
            draw_badge(painter, place, index.data(COLOUR), glyph, bool(index.data(DARK)))
            left, colour = place.right() + 9, palette.color(QPalette.ColorRole.Text)
            painter.setFont(view.font)
        else:
            left, colour = area.left() + 8, palette.color(QPalette.ColorRole.PlaceholderText)
            font = QFont(view.font)
            font.setWeight(QFont.Weight.DemiBold)
            font.setPointSizeF(font.pointSizeF() * 0.92)
            painter.setFont(font)
        painter.setPen(colour)
        text = area.adjusted(left - area.left(), 0, -6, 0)
        fitted = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(text.width())
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, fitted)
        painter.restore()

    @staticmethod
    def _back(painter: QPainter, area: QRectF, state: QStyle.StateFlag, palette: QPalette) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if not selected and not state & QStyle.StateFlag.State_MouseOver:
            return
        colour = palette.color(
            QPalette.ColorRole.Accent if selected else QPalette.ColorRole.Midlight
        )
        colour.setAlpha(60 if selected else 255)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 5, 5)

"""How rows of the palette look, and which part of one is where."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.model.offers import Offer
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.appearance.type_badge import draw_badge
from studio.ui.panels.palette_rows import ROW, Heading, Index, OfferRow

HEIGHT, BADGE, SIGN = 28, 20, 15
NARROW = 0.88
"""How small a long name gets before its middle is left out."""


def star_place(row: QRect) -> QRect:
    """Where the star of a row is; the sign for help is left of it."""
    return QRect(row.right() - SIGN - 7, row.center().y() - SIGN // 2, SIGN, SIGN)


def help_place(row: QRect) -> QRect:
    """Where the sign for help is."""
    return star_place(row).translated(-SIGN - 5, 0)


class RowPainter(QStyledItemDelegate):
    """Draws headings, and rows with a badge, a star and a sign for help."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view: Any = option
        row, area, state = index.data(ROW), QRect(view.rect), view.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(view.font)
        if chosen or (over and not (isinstance(row, Heading) and not row.folds)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.selection if chosen else self.theme.hover))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 5, 5)
        if isinstance(row, Heading):
            self._heading(painter, area, row)
        elif isinstance(row, OfferRow):
            self._offer(painter, area, row, over or chosen)
        painter.restore()

    def _heading(self, painter: QPainter, area: QRect, row: Heading) -> None:
        left = area.left() + 8
        if row.folds:
            place = QRect(left - 2, area.center().y() - 6, 13, 13)
            self._sign(painter, place, "chevron_down" if row.open else "chevron_right")
            left += 15
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        font.setPointSizeF(font.pointSizeF() * 0.92)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.muted))
        text = area.adjusted(left - area.left(), 0, -9, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, row.title)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.disabled))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(text, flags, str(row.count))

    def _offer(self, painter: QPainter, area: QRect, row: OfferRow, active: bool) -> None:
        offer, theme = row.offer, self.theme
        place = QRectF(area.left() + 8, area.center().y() + 0.5 - BADGE / 2, BADGE, BADGE)
        font = painter.font()
        draw_badge(painter, place, theme.category(offer.type.category), offer.glyph, theme.dark)
        right = area.right() - 6
        if active:
            right = help_place(area).left() - 4
            self._sign(painter, help_place(area), "help")
        elif row.liked and row.plain:
            right = star_place(area).left() - 4
        if (row.liked and row.plain) or (active and offer.key):
            star = "starred" if row.liked else "star"
            self._sign(painter, star_place(area), star, theme.warning if row.liked else "")
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        left = round(place.right()) + 9
        text = QRect(left, area.top(), right - left, area.height())
        if painter.fontMetrics().horizontalAdvance(offer.name) > text.width():
            font.setPointSizeF(font.pointSizeF() * NARROW)
            painter.setFont(font)
        fitted = painter.fontMetrics().elidedText(
            offer.name, Qt.TextElideMode.ElideMiddle, text.width()
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, fitted)

    def _sign(self, painter: QPainter, place: QRect, name: str, colour: str = "") -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        picture = icons.pixmap(name, colour or self.theme.muted, place.width(), ratio)
        painter.drawPixmap(place.topLeft(), picture)


def ghost(offer: Offer, theme: Theme, font: QFont, width: int, ratio: float) -> QPixmap:
    """What hangs on the pointer while a row is dragged."""
    picture = QPixmap(round(width * ratio), round(36 * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.92)
    painter.setPen(QColor(theme.node_border))
    painter.setBrush(QColor(theme.base))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, 35), 7, 7)
    colour = theme.category(offer.type.category)
    draw_badge(painter, QRectF(8, 8, 20, 20), colour, offer.glyph, theme.dark)
    painter.setFont(font)
    painter.setPen(QColor(theme.node_text))
    place = QRectF(36, 0, width - 36, 36)
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, offer.name)
    painter.end()
    return picture

"""A node type's badge."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap


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

"""Text on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter


def sized(pixels: float, bold: bool = False) -> QFont:
    """The window's font at a size in scene units."""
    font = QFont()
    font.setPixelSize(max(round(pixels), 1))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def draw_text(
    painter: QPainter,
    text: str,
    font: QFont,
    colour: QColor,
    room: QRectF,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Text in a rectangle, with … where it is too long."""
    fitted = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
    painter.setFont(font)
    painter.setPen(colour)
    flags = align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    painter.drawText(room, int(flags), fitted)

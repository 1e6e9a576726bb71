"""Draws one card."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from studio.model.layout.cards import FOOT_LINE, WIDTH
from studio.ui.appearance.heat_colours import heated
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.card_face import CardFace, PortFace
from studio.ui.canvas.painting.shapes import draw_badge, draw_link, draw_port
from studio.ui.canvas.painting.text import draw_text, sized

ROUND = 7.0
SKETCH = 0.46
"""Below this scale a card shows only its name, large."""


def draw_card(painter: QPainter, face: CardFace, theme: Theme, scale: float) -> None:
    """Draw a card with its top left corner at the origin."""
    accent = QColor(theme.error if face.unknown else theme.category(face.category))
    body = QRectF(0.5, 0.5, WIDTH - 1, face.height - 1)
    stripe = accent
    if face.heat is not None:
        theme = heated(theme, face.heat)
        accent = QColor(theme.node_text)
    _back(painter, face, theme, body)
    _stripe(painter, body, stripe, 5 if scale >= SKETCH else 15)
    if scale >= SKETCH:
        _texts(painter, face, theme, accent)
    else:
        _sketch(painter, face, theme)
    for port in face.ports:
        draw_port(painter, port.kind, QPointF(port.x, port.y), theme, port.wired)
    if face.severity:
        draw_badge(painter, face.severity, QPointF(WIDTH - 4, 2), theme)


def _back(painter: QPainter, face: CardFace, theme: Theme, body: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    shadow = QColor(theme.shadow)
    shadow.setAlpha(shadow.alpha() // 2)
    painter.setBrush(shadow)
    for spread in (0.0, 1.5):
        painter.drawRoundedRect(body.adjusted(-spread, 1, spread, 2 + spread), ROUND, ROUND)
    border = QPen(QColor(theme.node_border), 1)
    if face.unknown:
        border = QPen(QColor(theme.node_muted), 1.4, Qt.PenStyle.DashLine)
    elif face.severity == "error":
        border = QPen(QColor(theme.error), 1.4)
    painter.setPen(border)
    painter.setBrush(QColor(theme.node))
    for behind in (8, 4) if face.repeat else ():
        painter.drawRoundedRect(body.translated(behind, -behind), ROUND, ROUND)
    painter.drawRoundedRect(body, ROUND, ROUND)


def _stripe(painter: QPainter, body: QRectF, accent: QColor, width: float) -> None:
    painter.save()
    painter.setClipRect(QRectF(0, 0, width, body.height() + 1))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    painter.drawRoundedRect(body, ROUND, ROUND)
    painter.restore()


def _sketch(painter: QPainter, face: CardFace, theme: Theme) -> None:
    """Only the name, in large letters, and how many there are."""
    font, times = sized(25, bold=True), _times(face)
    room = QRectF(24, 0, WIDTH - 30, min(face.height, 72))
    if times:
        accent = QColor(theme.accent)
        width = QFontMetricsF(font).horizontalAdvance(times)
        draw_text(painter, times, font, accent, room.adjusted(room.width() - width - 4, 0, 0, 0))
        room.setRight(room.right() - width - 10)
    draw_text(painter, face.title, sized(25, bold=True), QColor(theme.node_text), room)


def _texts(painter: QPainter, face: CardFace, theme: Theme, accent: QColor) -> None:
    badge = QRectF(13, 11, 28, 26)
    soft = QColor(accent)
    soft.setAlpha(48 if theme.dark else 32)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(soft)
    painter.drawRoundedRect(badge, 6, 6)
    painter.setPen(accent)
    painter.setFont(sized(13 if len(face.glyph) < 3 else 10.5, bold=True))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, face.glyph)
    right = WIDTH - 12.0
    if face.repeat:
        right = _copies(painter, _times(face), theme, right) - 6
    if face.shared:
        draw_link(painter, QRectF(right - 16, 9, 16, 16), theme.accent)
        right -= 22
    title = QRectF(49, 8, right - 49, 18)
    draw_text(painter, face.title, sized(13, bold=True), QColor(theme.node_text), title)
    muted = QColor(theme.node_muted)
    draw_text(painter, face.subtitle, sized(11), muted, QRectF(49, 25, WIDTH - 49 - 12, 15))
    for port in face.ports:
        if port.named:
            _port_name(painter, port, muted)
    if face.foot:
        _foot(painter, face, theme)


def _times(face: CardFace) -> str:
    """`×12`, or nothing."""
    return f"×{face.repeat}" if face.repeat else ""


def _copies(painter: QPainter, times: str, theme: Theme, right: float) -> float:
    """Write how many copies there are; gives where that begins."""
    font = sized(12, bold=True)
    width = min(QFontMetricsF(font).horizontalAdvance(times) + 12, 60.0)
    place = QRectF(right - width, 8, width, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    painter.drawRoundedRect(place, 9, 9)
    text, middle = place.adjusted(5, 0, -5, 0), Qt.AlignmentFlag.AlignHCenter
    draw_text(painter, times, font, QColor(theme.accent_text), text, middle)
    return place.left()


def _port_name(painter: QPainter, port: PortFace, colour: QColor) -> None:
    room = QRectF(12, port.y - 8, WIDTH / 2 - 16, 16)
    align = Qt.AlignmentFlag.AlignLeft
    if port.output:
        room.moveLeft(WIDTH / 2 + 4)
        align = Qt.AlignmentFlag.AlignRight
    draw_text(painter, port.name, sized(11), colour, room, align)


def _foot(painter: QPainter, face: CardFace, theme: Theme) -> None:
    top = face.height - face.foot
    border = QColor(theme.node_border)
    border.setAlpha(120)
    painter.setPen(QPen(border, 1))
    painter.drawLine(QPointF(13, top), QPointF(WIDTH - 12, top))
    font, right = sized(11), WIDTH - 12.0
    for number, detail in enumerate(face.details):
        line = top + 3 + number * FOOT_LINE
        last = number == len(face.details) - 1
        if face.count and last:
            width = QFontMetricsF(font).horizontalAdvance(face.count) + 1
            place = QRectF(right - width, line, width, 16)
            draw_text(painter, face.count, font, QColor(theme.node_muted), place)
            right -= width + 8
        room = QRectF(13, line, right - 13, 16)
        draw_text(painter, detail, font, QColor(theme.node_text), room)

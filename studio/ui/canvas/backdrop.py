"""What lies behind the cards: a grid of points, and a hint where the board is empty."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui.canvas.pictures import sized
from studio.ui.canvas.viewport import Viewport
from studio.ui.theme import Theme

PITCH = 32
HINT = (
    ("This board is empty", 17, True),
    ("Drag a node here from the palette,", 13, False),
    ("or press Tab or double-click to search for one.", 13, False),
)


def paint_grid(painter: QPainter, view: Viewport, rect: QRect, theme: Theme) -> None:
    """Points every 32 units, where they are far enough apart."""
    step = PITCH * view.scale
    if step < 12:
        return
    painter.save()
    painter.setPen(QPen(QColor(theme.grid), 2 if step > 20 else 1))
    x0 = -(view.x * view.scale) % step
    y0 = -(view.y * view.scale) % step
    points = [
        QPointF(round(x0 + column * step), round(y0 + row * step))
        for column in range(int(rect.width() / step) + 1)
        for row in range(int(rect.height() / step) + 1)
    ]
    painter.drawPoints(points)
    painter.restore()


def paint_hint(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """Say how to begin."""
    painter.save()
    height = 26.0
    top = rect.center().y() - height * len(HINT) / 2
    for row, (text, size, bold) in enumerate(HINT):
        painter.setFont(sized(size, bold))
        painter.setPen(QColor(theme.text if bold else theme.muted))
        room = QRectF(8, top + row * height, rect.width() - 16, height)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()

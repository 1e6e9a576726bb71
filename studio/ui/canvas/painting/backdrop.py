"""What lies behind the cards: a grid of points, and a hint where the board is empty."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.text import sized
from studio.ui.canvas.scene.viewport import Viewport

PITCH = 40
HINT = (
    ("This board is empty", 17, True),
    ("Drag a node here from the palette,", 13, False),
    ("or press Tab or double-click to search for one.", 13, False),
)


class Backdrop:
    """The canvas colour with points every 40 units, where they are far enough apart."""

    def __init__(self) -> None:
        self._made: tuple[float, int, int] | None = None
        self._points = QPolygonF()

    def paint(self, painter: QPainter, view: Viewport, rect: QRect, theme: Theme) -> None:
        """Fill the widget; places of the points are worked out once for each scale."""
        painter.fillRect(rect, QColor(theme.canvas))
        step = PITCH * view.scale
        if step < 14:
            return
        key = (view.scale, rect.width(), rect.height())
        if key != self._made:
            self._made = key
            self._points = _points(step, rect)
        painter.save()
        painter.setPen(QPen(QColor(theme.grid), 2 if step > 20 else 1))
        x, y = -(view.x * view.scale) % step - step, -(view.y * view.scale) % step - step
        painter.translate(round(x), round(y))
        painter.drawPoints(self._points)
        painter.restore()


def _points(step: float, rect: QRect) -> QPolygonF:
    columns = [round(n * step) for n in range(int(rect.width() / step) + 3)]
    rows = [round(n * step) for n in range(int(rect.height() / step) + 3)]
    return QPolygonF([QPointF(x, y) for x in columns for y in rows])


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

"""Selecting with a rectangle drawn on the empty canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

if TYPE_CHECKING:
    from studio.ui.canvas.canvas import Canvas

_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class BoxSelect:
    """Selects the nodes that the rectangle touches; with Shift or Ctrl, in addition."""

    def __init__(self, canvas: Canvas, start: QPointF, keys: Qt.KeyboardModifier) -> None:
        self._canvas = canvas
        self._start = canvas.view.to_scene(start)
        self._kept = canvas.selection if keys & _ADDING else frozenset()
        self._before = canvas.selection
        self._rect = QRectF()
        canvas.select(self._kept)

    def drag(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Select what the rectangle touches now."""
        end = self._canvas.view.to_scene(point)
        self._rect = QRectF(self._start, end).normalized()
        r = self._rect
        box = (r.left(), r.top(), r.right(), r.bottom())
        self._canvas.select(self._kept | set(self._canvas.scene.boxes.touching(box)))
        self._canvas.update()

    def release(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Keep what is selected."""

    def cancel(self) -> None:
        """Go back to the selection before."""
        self._canvas.select(self._before)

    def paint(self, painter: QPainter) -> None:
        """Draw the rectangle."""
        accent = QColor(self._canvas.theme.accent)
        painter.setPen(QPen(accent, 1))
        accent.setAlpha(36)
        painter.setBrush(accent)
        painter.drawRect(self._canvas.view.rect_to_widget(self._rect))

"""Selecting with a rectangle drawn on the empty editor."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui.canvas.editor import BoardEditor

_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class BoxSelect:
    """Selects the nodes that the rectangle touches; with Shift or Ctrl, in addition."""

    def __init__(self, editor: BoardEditor, start: QPointF, keys: Qt.KeyboardModifier) -> None:
        self._editor = editor
        self._start = editor.view.to_scene(start)
        self._kept = editor.selection if keys & _ADDING else frozenset()
        self._before = editor.selection
        self._rect = QRectF()
        editor.select(self._kept)

    def drag(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Select what the rectangle touches now."""
        end = self._editor.view.to_scene(point)
        self._rect = QRectF(self._start, end).normalized()
        r = self._rect
        box = (r.left(), r.top(), r.right(), r.bottom())
        self._editor.select(self._kept | set(self._editor.scene.boxes.touching(box)))
        self._editor.update()

    def release(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Keep what is selected."""

    def cancel(self) -> None:
        """Go back to the selection before."""
        self._editor.select(self._before)

    def paint(self, painter: QPainter) -> None:
        """Draw the rectangle from where the press began to the pointer."""
        accent = QColor(self._editor.theme.accent)
        painter.setPen(QPen(accent, 1))
        accent.setAlpha(36)
        painter.setBrush(accent)
        painter.drawRect(self._editor.view.rect_to_widget(self._rect))

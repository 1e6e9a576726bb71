"""What every gesture of the mouse can do: one object from press to release."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter


class Gesture(Protocol):
    """A press that is being dragged. Points are in the widget."""

    def drag(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """The pointer moved."""

    def release(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """The button was let go: make the edit."""

    def cancel(self) -> None:
        """Leave everything as it was."""

    def paint(self, painter: QPainter) -> None:
        """Draw on top of the board."""

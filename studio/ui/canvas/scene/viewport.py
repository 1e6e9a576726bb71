"""Which part of the scene the widget shows, and how large."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QTransform

from studio.model.layout.cards import Box

SMALLEST, LARGEST = 0.01, 4.0
MARGIN = 48
FAR = 0.2
"""Below this scale cards are plain rectangles, and ports cannot be taken hold of."""


class Viewport:
    """Scale, and the scene point in the widget's top left corner."""

    def __init__(self) -> None:
        self.scale = 1.0
        self.x = -MARGIN * 1.0
        self.y = -MARGIN * 1.0

    def to_scene(self, point: QPointF) -> QPointF:
        """A point of the widget in the scene."""
        return QPointF(self.x + point.x() / self.scale, self.y + point.y() / self.scale)

    def to_widget(self, point: QPointF) -> QPointF:
        """A point of the scene in the widget."""
        return QPointF((point.x() - self.x) * self.scale, (point.y() - self.y) * self.scale)

    def rect_to_widget(self, rect: QRectF) -> QRectF:
        """A rectangle of the scene in the widget."""
        return QRectF(self.to_widget(rect.topLeft()), rect.size() * self.scale)

    def visible(self, size: QSizeF) -> Box:
        """The box of the scene that a widget of this size shows."""
        return (
            self.x,
            self.y,
            self.x + size.width() / self.scale,
            self.y + size.height() / self.scale,
        )

    def transform(self) -> QTransform:
        """From the scene to the widget."""
        scale = self.scale
        return QTransform(scale, 0, 0, scale, -self.x * scale, -self.y * scale)

    def pan(self, dx: float, dy: float) -> None:
        """Move what is shown by a distance on the screen."""
        self.x -= dx / self.scale
        self.y -= dy / self.scale

    def zoom(self, factor: float, at: QPointF) -> None:
        """Zoom so that the scene stays put under a point of the widget."""
        fixed = self.to_scene(at)
        self.scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        self.x = fixed.x() - at.x() / self.scale
        self.y = fixed.y() - at.y() / self.scale

    def frame(self, box: Box, size: QSizeF) -> None:
        """Show a box whole and in the middle, never larger than 1:1."""
        left, top, right, bottom = box
        width = max(right - left, 1.0)
        height = max(bottom - top, 1.0)
        room = max(size.width() - 2 * MARGIN, 40), max(size.height() - 2 * MARGIN, 40)
        self.scale = min(max(min(room[0] / width, room[1] / height, 1.0), SMALLEST), LARGEST)
        self.x = (left + right - size.width() / self.scale) / 2
        self.y = (top + bottom - size.height() / self.scale) / 2


class PannedView(Protocol):
    """What can be panned and zoomed."""

    def pan_by(self, dx: float, dy: float) -> None:
        """Move what is shown by a distance on the screen."""

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom at a point of the widget, or at its middle."""

    def setCursor(self, shape: Qt.CursorShape) -> None:
        """Show another pointer."""

    def unsetCursor(self) -> None:
        """Show the usual pointer."""

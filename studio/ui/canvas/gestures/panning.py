"""Panning with the middle button, or with Space held; zooming and scrolling with the wheel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QPainter, QWheelEvent

from studio.ui.canvas.scene.viewport import PannedView


class Pan:
    """Moves the view with the pointer."""

    def __init__(self, view: PannedView, start: QPointF) -> None:
        self._view, self._last = view, start
        view.setCursor(Qt.CursorShape.ClosedHandCursor)

    def drag(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Move the view as far as the pointer went."""
        step = point - self._last
        self._last = point
        self._view.pan_by(step.x(), step.y())

    def release(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Keep what is in view, and show the usual pointer again."""
        self._view.unsetCursor()

    def cancel(self) -> None:
        """The same as letting go: panning edits nothing."""
        self._view.unsetCursor()

    def paint(self, painter: QPainter) -> None:
        """Panning shows nothing on top of the board."""


def pinch(view: PannedView, event: QEvent) -> bool:
    """Two fingers drawn apart on a touchpad zoom."""
    if not isinstance(event, QNativeGestureEvent):
        return False
    if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
        return False
    view.zoom_by(1 + event.value(), event.position())
    return True


def wheel(view: PannedView, event: QEvent) -> bool:
    """A wheel zooms at the pointer, two fingers pan; with Ctrl both zoom, with Shift both pan."""
    if not isinstance(event, QWheelEvent):
        return False
    turn, keys = event.angleDelta(), event.modifiers()
    fingers = event.device().type() == QInputDevice.DeviceType.TouchPad or (
        event.phase() != Qt.ScrollPhase.NoScrollPhase
    )
    zooming = bool(keys & Qt.KeyboardModifier.ControlModifier)
    sideways = bool(keys & Qt.KeyboardModifier.ShiftModifier)
    if zooming or not (fingers or sideways):
        view.zoom_by(1.0015 ** (turn.y() or turn.x()), event.position())
    elif not event.pixelDelta().isNull():
        view.pan_by(event.pixelDelta().x(), event.pixelDelta().y())
    else:
        dx, dy = (turn.y(), turn.x()) if sideways and not turn.x() else (turn.x(), turn.y())
        view.pan_by(dx / 2, dy / 2)
    event.accept()
    return True

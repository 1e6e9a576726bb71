"""A drag inside the window: the same on every desktop, without a loop of its own while it lasts.

The widget under the pointer gets the drag events that Qt would send it.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QLabel, QWidget

_COPY = Qt.DropAction.CopyAction
_GHOST = (
    Qt.WindowType.ToolTip
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowTransparentForInput
    | Qt.WindowType.WindowDoesNotAcceptFocus
)
_BESIDE = QPoint(14, 10)
"""Where the picture hangs, so that it is never under the pointer."""


class Dragging(QObject):
    """Follows the mouse from a press to the release; Escape gives up. Deletes itself at the end."""

    def __init__(self, source: QWidget, mime: QMimeData, picture: QPixmap) -> None:
        super().__init__(source)
        self._mime = mime
        self._target: QWidget | None = None
        self._accepted = False
        self._ghost = QLabel(None, _GHOST)
        self._ghost.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._ghost.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._ghost.setPixmap(picture)
        self._app = QCoreApplication.instance()
        assert self._app is not None
        self._app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not watched.isWidgetType():
            return False
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self._move(event)
            return True
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self._move(event)
            self._drop(event)
            return True
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._leave()
            self._end()
            return True
        return False

    def _move(self, event: QMouseEvent) -> None:
        at = event.globalPosition().toPoint()
        self._ghost.move(at + _BESIDE)
        self._ghost.show()
        target = QApplication.widgetAt(at)
        while target is not None and not target.acceptDrops():
            target = target.parentWidget()
        if target is not self._target:
            self._leave()
            self._target = target
            if target is not None:
                self._accepted = self._send(QDragEnterEvent, event)
        elif target is not None and self._accepted:
            self._send(QDragMoveEvent, event)
        self._ghost.setEnabled(self._accepted)

    def _send(self, kind: type[QDragEnterEvent] | type[QDragMoveEvent], event: QMouseEvent) -> bool:
        assert self._target is not None
        place = self._target.mapFromGlobal(event.globalPosition().toPoint())
        made = kind(place, _COPY, self._mime, Qt.MouseButton.LeftButton, event.modifiers())
        QApplication.sendEvent(self._target, made)
        return made.isAccepted()

    def _leave(self) -> None:
        if self._target is not None and self._accepted:
            QApplication.sendEvent(self._target, QDragLeaveEvent())
        self._target, self._accepted = None, False

    def _drop(self, event: QMouseEvent) -> None:
        target, accepted = self._target, self._accepted
        self._end()
        if target is None or not accepted:
            return
        place = QPointF(target.mapFromGlobal(event.globalPosition().toPoint()))
        button = Qt.MouseButton.LeftButton
        made = QDropEvent(place, _COPY, self._mime, button, event.modifiers())
        QApplication.sendEvent(target, made)

    def _end(self) -> None:
        assert self._app is not None
        self._app.removeEventFilter(self)
        self._ghost.close()
        self._ghost.deleteLater()
        self._target = None
        self.deleteLater()

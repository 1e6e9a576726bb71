"""Renaming a node in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from studio.ui.canvas import editing
from studio.ui.canvas.geometry import WIDTH
from studio.ui.canvas.lettering import sized

if TYPE_CHECKING:
    from studio.ui.canvas.canvas import Canvas


class Rename(QLineEdit):
    """A field over the node's title. Enter renames, Escape leaves the name as it was."""

    def __init__(self, canvas: Canvas, id: str) -> None:
        super().__init__(id, canvas)
        self._canvas, self._id = canvas, id
        self.setObjectName("canvas-rename")
        self.setAccessibleName(f"New name of {id}")
        self._style(canvas.theme.accent)
        scale = max(canvas.view.scale, 0.7)
        self.setFont(sized(13 * scale, bold=True))
        card = canvas.scene.cards[id]
        rect = canvas.view.rect_to_widget(QRectF(card.x + 44, card.y + 4, WIDTH - 52, 26)).toRect()
        rect.setWidth(max(rect.width(), 120))
        rect.setHeight(max(rect.height(), 24))
        self.setGeometry(rect)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.returnPressed.connect(self._take)
        self.textEdited.connect(lambda: self._style(canvas.theme.accent))

    def event(self, event: QEvent) -> bool:
        """Escape, and a click elsewhere, leave the name as it was."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self._end()
            event.accept()
            return True
        if event.type() == QEvent.Type.FocusOut:
            self._end()
        return super().event(event)

    def _take(self) -> None:
        canvas, new = self._canvas, self.text().strip()
        if self._id not in canvas.scene.cards or new == self._id:
            self._end()
            return
        edited = editing.rename(canvas.document.project, canvas.board, self._id, new)
        if isinstance(edited, str):
            canvas.message.emit(edited)
            self.setToolTip(edited)
            self._style(canvas.theme.error)
            return
        self._end()
        canvas.edit(edited, select={new})

    def _end(self) -> None:
        if not self.isHidden():
            self.hide()
            self._canvas.setFocus()
            self.deleteLater()

    def _style(self, border: str) -> None:
        theme = self._canvas.theme
        self.setStyleSheet(
            f"background: {theme.base}; color: {theme.text}; border: 2px solid {border};"
            " border-radius: 4px; padding: 0 3px;"
        )


def start_rename(canvas: Canvas, id: str) -> QObject:
    """Open the field over a node."""
    return Rename(canvas, id)

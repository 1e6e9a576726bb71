"""Renaming a node in its place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.model.layout.cards import WIDTH
from studio.model.operations.edited import Refusal
from studio.model.operations.nodes import rename
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.painting.text import sized


class RenameField(QLineEdit):
    """A field over the node's title. Enter renames, Escape leaves the name as it was."""

    def __init__(self, parent: QWidget, editor: BoardEditor, id: str) -> None:
        super().__init__(id, parent)
        self._editor, self._id = editor, id
        self.setObjectName("canvas-rename")
        self.setAccessibleName(f"New name of {id}")
        self._style(editor.theme.accent)
        scale = max(editor.view.scale, 0.7)
        self.setFont(sized(13 * scale, bold=True))
        card = editor.scene.cards[id]
        rect = editor.view.rect_to_widget(QRectF(card.x + 44, card.y + 4, WIDTH - 52, 26)).toRect()
        rect.setWidth(max(rect.width(), 120))
        rect.setHeight(max(rect.height(), 24))
        self.setGeometry(rect)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.returnPressed.connect(self._take)
        self.textEdited.connect(lambda: self._style(editor.theme.accent))

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
        editor, new = self._editor, self.text().strip()
        if self._id not in editor.scene.cards or new == self._id:
            self._end()
            return
        try:
            edited = rename(editor.drawn.project, editor.scene.name, self._id, new)
        except Refusal as refusal:
            editor.say(str(refusal))
            self.setToolTip(str(refusal))
            self._style(editor.theme.error)
            return
        self._end()
        editor.attempt(lambda drawn: edited)

    def _end(self) -> None:
        if not self.isHidden():
            self.hide()
            self._editor.take_focus()
            self.deleteLater()

    def _style(self, border: str) -> None:
        theme = self._editor.theme
        self.setStyleSheet(
            f"background: {theme.base}; color: {theme.text}; border: 2px solid {border};"
            " border-radius: 4px; padding: 0 3px;"
        )

"""A field in which a name is typed in its place on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.model.layout.cards import WIDTH
from studio.model.operations.edited import Refusal
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.painting.text import sized


class NameField(QLineEdit):
    """Enter takes the name, Escape gives up. What is done with it is said by those who derive from
    it, and what a click elsewhere means."""

    def __init__(self, parent: QWidget, editor: BoardEditor, name: str, x: float, y: float) -> None:
        """`x` and `y` are the corner, in the scene, of the card whose title it covers."""
        super().__init__(name, parent)
        self._editor, self._proposed = editor, name
        self._style(editor.theme.accent)
        scale = max(editor.view.scale, 0.7)
        self.setFont(sized(13 * scale, bold=True))
        rect = editor.view.rect_to_widget(QRectF(x + 44, y + 4, WIDTH - 52, 26)).toRect()
        rect.setWidth(max(rect.width(), 120))
        rect.setHeight(max(rect.height(), 24))
        room = parent.rect()
        rect.moveLeft(max(room.left(), min(rect.left(), room.right() - rect.width())))
        rect.moveTop(max(room.top(), min(rect.top(), room.bottom() - rect.height())))
        self.setGeometry(rect)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.returnPressed.connect(self._take)
        self.textEdited.connect(lambda: self._style(editor.theme.accent))

    def take(self, name: str) -> None:
        """Do what the name is for. Raises Refusal where it cannot be."""
        raise NotImplementedError

    def leave(self) -> None:
        """What a click elsewhere means: nothing is done."""
        self.finish()

    def event(self, event: QEvent) -> bool:
        """Escape gives up; another place that is clicked takes the keys. No key goes on to the
        canvas below, where it would mean something else."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self.finish()
            event.accept()
            return True
        if event.type() == QEvent.Type.FocusOut and not self.isHidden():
            self.leave()
        done = super().event(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            event.accept()
            return True
        return done

    def finish(self) -> None:
        """Close the field."""
        if not self.isHidden():
            self.hide()
            self._editor.take_focus()
            self.deleteLater()

    def _take(self) -> None:
        try:
            self.take(self.text().strip())
        except Refusal as refusal:
            self._editor.say(str(refusal))
            self.setToolTip(str(refusal))
            self._style(self._editor.theme.error)
            return
        self.finish()

    def _style(self, border: str) -> None:
        theme = self._editor.theme
        self.setStyleSheet(
            f"background: {theme.base}; color: {theme.text}; border: 2px solid {border};"
            " border-radius: 4px; padding: 0 3px;"
        )

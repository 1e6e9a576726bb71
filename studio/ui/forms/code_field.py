"""The field for Python of a person's own: an editor below its label."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from nodes.declare import Param
from studio.model.values import Value
from studio.ui.appearance.python_text import Highlighter, monospace
from studio.ui.appearance.theme import Theme
from studio.ui.forms.fields import SEVERAL, Field

INDENT = "    "

LINES = 16
"""Lines of code in view."""


class CodeEditor(QPlainTextEdit):
    """Text that is indented as Python is."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFont(monospace())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * len(INDENT))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + 16)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and plain:
            self._shift(-1 if event.key() == Qt.Key.Key_Backtab else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._break_line()
        else:
            super().keyPressEvent(event)

    def _break_line(self) -> None:
        """A new line, as deep as the one before, or deeper behind a colon."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        space = before[: len(before) - len(before.lstrip())]
        deeper = INDENT if before.rstrip().endswith(":") else ""
        cursor.insertText(f"\n{space}{deeper}")
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _shift(self, direction: int) -> None:
        """Indent the selected lines, or take that back; without a selection, insert spaces."""
        cursor = self.textCursor()
        if direction > 0 and not cursor.hasSelection():
            cursor.insertText(" " * (len(INDENT) - cursor.positionInBlock() % len(INDENT)))
            return
        document = self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last = document.findBlock(max(cursor.selectionStart(), cursor.selectionEnd() - 1))
        change = QTextCursor(document)
        change.beginEditBlock()
        for number in range(first, last.blockNumber() + 1):
            block = document.findBlockByNumber(number)
            change.setPosition(block.position())
            if direction > 0:
                change.insertText(INDENT)
            else:
                text = block.text()
                spaces = min(len(INDENT), len(text) - len(text.lstrip(" ")))
                keep = QTextCursor.MoveMode.KeepAnchor
                change.movePosition(QTextCursor.MoveOperation.Right, keep, spaces)
                change.removeSelectedText()
        change.endEditBlock()


class CodeField(Field):
    """Code, taken in as it is typed: what is wrong with it is an issue of its node."""

    wide = True

    def __init__(self, param: Param) -> None:
        self.text = CodeEditor()
        super().__init__(param, self.text)
        self._colours: Highlighter | None = None
        self._shown: str | None = None
        """What the project holds, as far as it is known here."""
        self.text.textChanged.connect(self._typed)
        self.text.left.connect(self.left)

    def show_value(self, value: Value, several: bool = False) -> None:
        text = "" if several else str(value)
        self.text.setPlaceholderText(SEVERAL if several else "")
        if text != self._shown:
            self._shown = text
            if text != self.text.toPlainText():
                self.text.setPlainText(text)

    def set_theme(self, theme: Theme) -> None:
        if self._colours is None:
            self._colours = Highlighter(self.text.document(), theme)
        else:
            self._colours.set_theme(theme)

    def _typed(self) -> None:
        text = self.text.toPlainText()
        if text != self._shown:
            self._shown = text
            self.give(text)

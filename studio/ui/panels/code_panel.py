"""The Code panel: the source of the current board, live, marked along with the canvas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from studio.model.document import Document
from studio.model.project import Project
from studio.model.report import BoardSource
from studio.ui.appearance.python_text import Highlighter, monospace
from studio.ui.appearance.theme import Theme
from studio.ui.idle_tasks import IdleTasks
from studio.ui.panels.document_lines import Lines
from studio.ui.processes.check_results import CheckResults


class LineNumbers(QWidget):
    """Numbers left of the text."""

    def __init__(self, view: SourceView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        return QSize(self._view.margin(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_numbers(QPainter(self), event.rect())


class SourceView(QPlainTextEdit):
    """Read-only text with line numbers and marked lines."""

    line_picked = Signal(int)
    """A line that was clicked, counted from 1."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._marked: frozenset[int] = frozenset()
        self.setObjectName("code_text")
        self.setAccessibleName("Source of the board")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFont(monospace())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._numbers = LineNumbers(self)
        self.colours = Highlighter(self.document(), theme)
        self.blockCountChanged.connect(self._room)
        self.updateRequest.connect(self._follow)
        self._room()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.colours.set_theme(theme)
        self.mark(self._marked)

    def margin(self) -> int:
        """Room that the numbers take."""
        digits = max(2, len(str(self.blockCount())))
        return 18 + self.fontMetrics().horizontalAdvance("9") * digits

    def mark(self, lines: Iterable[int]) -> None:
        """Emphasise lines, counted from 1."""
        self._marked = frozenset(lines)
        colour = QColor(self._theme.accent)
        colour.setAlpha(56 if self._theme.dark else 40)
        marks = []
        for line in sorted(self._marked):
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                mark: Any = QTextEdit.ExtraSelection()
                mark.format.setBackground(colour)
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                mark.cursor = QTextCursor(block)
                marks.append(mark)
        self.setExtraSelections(marks)
        self._numbers.update()

    def scroll_to(self, line: int) -> None:
        """Bring a line into view, if it is not."""
        block = self.document().findBlockByNumber(line - 1)
        place = self.blockBoundingGeometry(block).translated(self.contentOffset())
        if (
            not self.viewport()
            .rect()
            .contains(place.toRect().adjusted(0, 0, -place.toRect().width() + 1, 0))
        ):
            bar = self.verticalScrollBar()
            bar.setValue(max(0, line - 1 - bar.pageStep() // 3))

    def paint_numbers(self, painter: QPainter, area: QRect) -> None:
        """Draw the numbers of the lines in view."""
        theme = self._theme
        painter.fillRect(area, QColor(theme.raised))
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        height = self.blockBoundingRect(block).height()
        while block.isValid() and top <= area.bottom():
            number = block.blockNumber() + 1
            painter.setPen(QColor(theme.accent if number in self._marked else theme.muted))
            place = QRect(0, round(top), self._numbers.width() - 9, round(height))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, str(number))
            block, top = block.next(), top + height
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(
            QRect(inside.left(), inside.top(), self.margin(), inside.height())
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            cursor = self.cursorForPosition(event.position().toPoint())
            self.line_picked.emit(cursor.blockNumber() + 1)

    def _room(self) -> None:
        self.setViewportMargins(self.margin(), 0, 0, 0)

    def _follow(self, area: QRect, scrolled: int) -> None:
        if scrolled:
            self._numbers.scroll(0, scrolled)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())


class CodePanel(QWidget):
    """Source, a field to find text, and a Copy button."""

    nodes_picked = Signal(object)
    """Nodes that the clicked line belongs to, as a frozenset."""

    def __init__(self, document: Document, results: CheckResults, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("code")
        self.setAccessibleName("Code")
        self._results, self._board = results, ""
        self._selected: frozenset[str] = frozenset()
        self.view = SourceView(theme)
        self.view.line_picked.connect(self._picked)
        self._lines = Lines(self.view.document())
        self._idle = IdleTasks(self)
        self.note = QLabel("The board has errors; this is its last source without any.")
        self.note.setObjectName("code_note")
        self.note.setProperty("role", "note")
        self.note.hide()
        self.search = QLineEdit()
        self.search.setObjectName("code_find")
        self.search.setAccessibleName("Find in the code")
        self.search.setPlaceholderText("Find in the code…")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(260)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(lambda: self._find(self.search.text(), further=True))
        self.copy_button = QPushButton("Copy")
        self.copy_button.setObjectName("code_copy")
        self.copy_button.setAccessibleName("Copy the code")
        self.copy_button.setToolTip("Copy the whole source of this board")
        self.copy_button.clicked.connect(self.copy)
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._title)
        top.addWidget(self.note)
        top.addStretch(1)
        top.addWidget(self.search)
        top.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        results.sources_changed.connect(self._refresh)
        results.issues_changed.connect(self._refresh_note)
        document.subscribe(self._changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.view.set_theme(theme)

    def show_board(self, name: str) -> None:
        """Show the source of a board."""
        self._board = name
        self._refresh(frozenset([name]))

    def mark(self, nodes: frozenset[str]) -> None:
        """Mark the lines of nodes and bring the first into view."""
        self._selected = nodes
        source = self._source()
        lines = sorted({line for id in nodes for line in source.lines.get(id, ())})
        self.view.mark(lines)
        if lines:
            self.view.scroll_to(lines[0])

    def copy(self) -> None:
        """Put the source on the clipboard."""
        QGuiApplication.clipboard().setText(self._source().text)

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self._idle.start(iter(()))
            self._lines.clear()
            self.search.clear()

    def _source(self) -> BoardSource:
        return self._results.sources.get(self._board, BoardSource())

    def _refresh(self, boards: frozenset[str]) -> None:
        if self._board not in boards:
            return
        text = self._source().text
        self._title.setText(self._board)
        if not text:
            self.view.setPlaceholderText(
                "The code appears here once the board is checked and has no errors."
            )
        self._idle.start(self._show(text))
        self._refresh_note()

    def _show(self, text: str) -> Iterator[None]:
        """Bring the text up to date, then mark what is selected."""
        yield from self._lines.become(text.split("\n"))
        self.mark(self._selected)

    def _refresh_note(self) -> None:
        stale = self._board in self._results.stale and bool(self._source().text)
        self.note.setVisible(stale)

    def _find(self, text: str, further: bool = False) -> None:
        cursor = self.view.textCursor()
        if not further:
            cursor.setPosition(cursor.selectionStart())
            self.view.setTextCursor(cursor)
        if text and not self.view.find(text):
            self.view.moveCursor(QTextCursor.MoveOperation.Start)
            self.view.find(text)

    def _picked(self, line: int) -> None:
        nodes = frozenset(id for id, lines in self._source().lines.items() if line in lines)
        if nodes:
            self.nodes_picked.emit(nodes)

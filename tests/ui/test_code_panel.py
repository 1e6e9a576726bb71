"""The Code panel."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.model.messages import Checked, SourceReady
from studio.model.report import BoardSource, Issue
from studio.ui.window.window import Window
from tests.ui.windows import find, window_with

TEXT = 'class LeNet(nn.Module):\n    """Two\n    lines."""\n    a = 1\n    b = 22\n'
SOURCE = BoardSource(TEXT, {"conv1": (4,), "conv2": (5,)})


def show(window: Window) -> None:
    """What the checker would send, with the panel in front."""
    window.docks.reveal("code")
    window.link.source_ready.emit(SourceReady(1, {"LeNet": SOURCE}))


def marked(window: Window) -> list[int]:
    """Numbers of the marked lines."""
    marks: list[Any] = list(window.code.view.extraSelections())
    return [mark.cursor.blockNumber() + 1 for mark in marks]


def test_selecting_a_node_marks_its_lines(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        show(window)
        assert window.code.view.toPlainText() == TEXT
        assert window.tabs.canvas is not None
        window.tabs.canvas.select(["conv1", "conv2"])
        assert marked(window) == [4, 5]
        window.tabs.canvas.select([])
        assert marked(window) == []


def test_a_click_on_a_line_selects_the_node(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        show(window)
        view = window.code.view
        cursor = QTextCursor(view.document().findBlockByNumber(4))
        place = view.cursorRect(cursor).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert window.tabs.canvas is not None
        assert window.tabs.canvas.selection == {"conv2"}


def test_copy_and_find(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        show(window)
        qtbot.mouseClick(find(window, "code_copy"), Qt.MouseButton.LeftButton)
        assert QGuiApplication.clipboard().text() == TEXT
        field = find(window, "code_find")
        assert isinstance(field, QLineEdit)
        qtbot.keyClicks(field, "22")
        assert window.code.view.textCursor().selectedText() == "22"
        assert window.code.view.textCursor().blockNumber() == 4


def test_the_last_good_source_stays_with_a_note(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        show(window)
        error = Issue("x", "error", "wrong", "LeNet", "conv1")
        window.link.checked.emit(Checked(2, (error,), {}))
        assert find(window, "code_note")
        assert window.code.view.toPlainText() == TEXT
        window.link.checked.emit(Checked(3, (), {}))
        assert not window.code.note.isVisible()


def test_colours(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        show(window)
        view = window.code.view

        def colour(line: int) -> set[str]:
            formats: list[Any] = view.document().findBlockByNumber(line).layout().formats()
            return {QColor(f.format.foreground().color()).name() for f in formats}

        theme = window.theme
        assert theme.categories["Combine"] in colour(0)
        assert colour(1) == colour(2) == {theme.good}
        assert theme.warning in colour(4)


def test_each_board_has_its_own_source(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        show(window)
        window.tabs.open_board("Training")
        assert window.code.view.toPlainText() == ""
        window.tabs.open_board("LeNet")
        assert window.code.view.toPlainText() == TEXT

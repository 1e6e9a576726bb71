"""A person writes Python of their own in the inspector, and says that it may run."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nodes.layers.code import GATE
from studio.model import trust
from studio.model.messages import Checked
from studio.model.project import Board, Node, Project, Wire
from studio.model.report import Issue
from studio.ui.forms.code_field import CodeEditor
from studio.ui.window.window import Window
from tests.ui.windows import find, window_with

CONTROL = Qt.KeyboardModifier.ControlModifier


def drawn(code: str = GATE) -> Project:
    nodes = {
        "x": Node("x", "Input", {"shape": ("N", 8)}),
        "own": Node("own", "Code", {} if code == GATE else {"code": code}),
        "y": Node("y", "Output"),
    }
    wires = (Wire("x", "output", "own", "x"), Wire("own", "output", "y", "input"))
    return Project({"Net": Board("Net", "network", nodes, wires)})


def editor(window: Window) -> CodeEditor:
    field = find(window, "field_code")
    assert isinstance(field, CodeEditor)
    return field


def chosen(window: Window) -> None:
    window.go_to("Net", "own")
    QApplication.processEvents()


def code_of(window: Window) -> str:
    return str(window.document.project.boards["Net"].nodes["own"].params.get("code", GATE))


def test_code_is_written_in_the_inspector(qtbot: QtBot) -> None:
    with window_with(qtbot, drawn()) as window:
        chosen(window)
        field = editor(window)
        assert field.toPlainText() == GATE
        assert find(window, "field_start"), "the constructor's parameter"
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, "def twice(a, *, by: int = 2):")
        QTest.keyClick(field, Qt.Key.Key_Return)
        QTest.keyClicks(field, "return by * a")
        assert editor(window) is field, "it is typed in while the parameters change"
        assert code_of(window) == "def twice(a, *, by: int = 2):\n    return by * a"
        assert find(window, "field_by")
        gone = window.inspector.findChildren(QWidget, "field_start")
        assert not [widget for widget in gone if widget.isVisible()]
        window.document.undo()
        assert field.toPlainText() == GATE


def test_lines_are_indented(qtbot: QtBot) -> None:
    field = CodeEditor()
    qtbot.addWidget(field)
    field.setPlainText("a\n  b")
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.toPlainText() == "    a\n      b"
    QTest.keyClick(field, Qt.Key.Key_Backtab)
    QTest.keyClick(field, Qt.Key.Key_Backtab)
    assert field.toPlainText() == "a\nb"
    field.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.toPlainText() == "a\nb   "


OWN = "def same(x):\n    return x\n"


def told(window: Window) -> None:
    """Let the window know of an issue as the checker tells it."""
    issue = Issue(trust.UNTRUSTED, "error", "own: its code has not run", "Net", "own")
    window.link.checked.emit(Checked(0, (issue,), {}))
    QApplication.processEvents()


def test_it_is_read_before_it_is_trusted(qtbot: QtBot) -> None:
    with window_with(qtbot, drawn(OWN)) as window:
        chosen(window)
        told(window)
        (button,) = window.inspector.findChildren(QPushButton, "trust_wanted")
        seen: list[tuple[str, str]] = []

        def answer(name: str) -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, QDialog)
            texts = [view.toPlainText() for view in dialog.findChildren(QPlainTextEdit)]
            buttons = {b.objectName(): b for b in dialog.findChildren(QPushButton)}
            seen.append((texts[0], next(n for n, b in buttons.items() if b.isDefault())))
            if name:
                buttons[name].click()
            else:
                dialog.reject()

        for name, wanted in (("", False), ("trust_no", False), ("trust_yes", True)):
            QTimer.singleShot(0, lambda name=name: answer(name))
            button.click()
            assert trust.is_trusted(OWN) == wanted
        assert seen == [(OWN, "trust_no")] * 3


def test_the_writer_trusts_with_a_key(qtbot: QtBot) -> None:
    with window_with(qtbot, drawn(OWN)) as window:
        chosen(window)
        field = editor(window)
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Return, CONTROL)
        assert trust.is_trusted(OWN)
        assert field.toPlainText() == OWN

"""The list of issues."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from studio.model.edits import RemoveNodes, SetParam
from studio.model.gallery import template
from studio.model.messages import Checked
from studio.model.report import Fix, Issue
from studio.ui.panels.issues_panel import SHOWN, IssueRow, counted
from studio.ui.window.window import Window
from tests.ui.windows import find, window_with

FIX = Fix("Set kernel_size to 3", (SetParam("LeNet", "conv2", "kernel_size", 3),))
ERROR = Issue("kernel", "error", "conv2: the kernel is too large", "LeNet", "conv2", fixes=(FIX,))
WARNING = Issue("unused", "warning", "data: nothing uses it", "Training", "data")


def tell(window: Window, *issues: Issue) -> None:
    """What the checker would say."""
    window.link.checked.emit(Checked(1, issues, {}))
    QApplication.processEvents()


def rows(window: Window) -> list[Issue]:
    """What the list shows."""
    return [r.issue for r in window.issues.findChildren(IssueRow) if not r.isHidden()]


def test_errors_come_first_and_are_counted(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        assert find(window, "not_checked_yet")
        assert window.status.issues.text() == "Checking…"
        tell(window, WARNING, ERROR)
        qtbot.waitUntil(lambda: rows(window) == [ERROR, WARNING])  # they come in slices
        assert window.docks["issues"].windowTitle() == "Issues (2)"
        assert window.status.issues.text() == "1 error, 1 warning"
        tell(window)
        qtbot.waitUntil(lambda: rows(window) == [])
        assert find(window, "no_issues")
        assert window.docks["issues"].windowTitle() == "Issues"
        assert window.status.issues.text() == "No issues"
        window.files.show(template("mlp"), None)
        assert find(window, "not_checked_yet"), "that was about another project"
        assert window.status.issues.text() == "Checking…"


def test_a_click_goes_to_the_node(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        tell(window, ERROR)
        window.tabs.open_board("Training")
        row = find(window, "issue_LeNet_conv2_kernel")
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        assert window.tabs.board == "LeNet"
        assert window.tabs.canvas is not None
        assert window.tabs.canvas.selection == {"conv2"}


def test_a_fix_is_one_step_of_undo(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        tell(window, ERROR)
        before = window.document.project
        row = find(window, "issue_LeNet_conv2_kernel")
        (button,) = row.findChildren(QPushButton)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        nodes = window.document.project.boards["LeNet"].nodes
        assert nodes["conv2"].params["kernel_size"] == 3
        assert window.commands["undo"].text() == f"Undo {FIX.label}"
        window.commands["undo"].trigger()
        assert window.document.project == before


def test_a_fix_that_is_out_of_date_is_told(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        tell(window, ERROR)
        gone = RemoveNodes("LeNet", frozenset(["conv2"])).apply(window.document.project)
        window.document.edit("Delete conv2", gone)
        window.fix(FIX)
        assert window.document.project is gone
        assert "out of date" in window.status.currentMessage()


def test_a_long_list_is_cut(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        issues = [Issue("x", "error", f"number {n}", "LeNet", "conv1") for n in range(SHOWN + 5)]
        tell(window, *issues)
        qtbot.waitUntil(lambda: len(rows(window)) == SHOWN, timeout=5000)


def test_counting() -> None:
    assert counted(()) == "No issues"
    assert counted((ERROR, ERROR)) == "2 errors"
    assert counted((WARNING,)) == "1 warning"

"""The list of issues."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from studio.model.edits import RemoveNodes, SetParam
from studio.model.gallery import template
from studio.model.messages import Checked
from studio.model.report import Fix, Issue
from studio.ui.canvas.overlays.context_menu import ContextMenu
from studio.ui.panels.fix_button import FixButton
from studio.ui.panels.issue_row import IssueRow
from studio.ui.panels.issues_panel import SHOWN, counted
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
        window.fixes.take(FIX)
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


def canvas_of(window: Window) -> QImage:
    """What the canvas shows, once all cards of it are sharp."""
    canvas, seen = window.tabs.canvas, [QImage()]
    assert canvas is not None
    while len(seen) < 4 or any(image != seen[-1] for image in seen[-3:]):
        seen.append(canvas.grab().toImage())
    return seen[-1]


def test_a_fix_is_shown_while_it_is_pointed_at(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        tell(window, ERROR)
        before, calm = window.document.project, canvas_of(window)
        row = find(window, "issue_LeNet_conv2_kernel")
        (button,) = row.findChildren(FixButton)
        at = QPointF(5, 5)
        QApplication.sendEvent(
            button, QEnterEvent(at, at, QPointF(button.mapToGlobal(QPoint(5, 5))))
        )
        assert canvas_of(window) != calm
        assert "kernel_size 5×5 → 3×3" in button.toolTip()
        assert button.accessibleDescription() in button.toolTip()
        assert window.document.project is before
        QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
        assert canvas_of(window) == calm


def test_what_is_shown_ends_as_it_is_taken(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        tell(window, ERROR)
        canvas = window.tabs.canvas
        assert canvas is not None
        window.fixes.show(FIX)
        window.fixes.take(FIX)
        assert canvas.scene.board.nodes["conv2"].params["kernel_size"] == 3
        taken = canvas_of(window)
        window.fixes.show(None)
        assert canvas_of(window) == taken


def test_a_preview_far_away_is_looked_at_from_there(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        canvas = window.tabs.canvas
        assert canvas is not None
        canvas.pan_by(5000, 5000)
        away = canvas_of(window)
        window.fixes.show(FIX)
        assert canvas_of(window) != away
        window.fixes.show(None)
        assert canvas_of(window) == away


def test_a_warning_is_silenced_and_told_again(qtbot: QtBot) -> None:
    warning = Issue("no-activation", "warning", "fc2 follows fc1", "LeNet", "fc2")
    with window_with(qtbot) as window:
        tell(window, warning)
        row = find(window, "issue_LeNet_fc2_no-activation")
        qtbot.mouseClick(find(row, "silence"), Qt.MouseButton.LeftButton)
        node = window.document.project.boards["LeNet"].nodes["fc2"]
        assert node.silent == ("no-activation",)
        window.link.checked.emit(Checked(2, (), {}, silenced=(warning,)))
        qtbot.waitUntil(lambda: rows(window) == [])
        switch = find(window, "silenced")
        assert isinstance(switch, QToolButton)
        assert switch.text() == "1 silenced warning: show"
        qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: rows(window) == [warning])
        qtbot.mouseClick(find(window, "tell_again"), Qt.MouseButton.LeftButton)
        assert not window.document.project.boards["LeNet"].nodes["fc2"].silent


def test_the_menu_of_a_node_silences_too(qtbot: QtBot) -> None:
    warning = Issue("no-activation", "warning", "fc2 follows fc1", "LeNet", "fc2", fixes=(FIX,))
    with window_with(qtbot) as window:
        tell(window, warning)
        canvas = window.tabs.canvas
        assert canvas is not None
        calm = canvas_of(window)

        def menu() -> ContextMenu:
            at = canvas.node_rect("fc2").center()
            return ContextMenu(canvas, canvas, canvas.commands, at)

        actions = {action.text(): action for action in menu().actions()}
        actions[FIX.label].hover()
        assert canvas_of(window) != calm
        actions["Silence “no activation” here"].trigger()
        nodes = window.document.project.boards["LeNet"].nodes
        assert nodes["fc2"].silent == ("no-activation",)
        again = {action.text(): action for action in menu().actions()}
        again["Tell “no activation” again"].trigger()
        assert not window.document.project.boards["LeNet"].nodes["fc2"].silent

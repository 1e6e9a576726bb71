"""Opening another project in a window: nothing of the one before is left, but what is the
person's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from studio.model.gallery import template
from studio.model.messages import Checked, NodesChecked, SourceReady
from studio.model.operations.adding import NewNode
from studio.model.project_file import save
from studio.model.report import BoardSource, Issue, NodeReport, Totals
from studio.ui.canvas.canvas import Canvas
from studio.ui.window.window import Window
from tests.ui.windows import find, window_with


def canvas(window: Window, board: str = "") -> Canvas:
    """The canvas of a board, shown and painted."""
    if board:
        window.tabs.open_board(board)
    found = window.tabs.canvas
    assert found is not None
    found.grab()
    return found


# ---- boards and canvases -----------------------------------------------------------------------


def test_it_opens_on_its_first_board(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        window.tabs.open_board("Training")
        window.files.new_from("gpt")
        assert window.tabs.board == next(iter(window.document.project.boards))


@pytest.mark.parametrize("name", ["lenet", "mlp"])
def test_a_board_of_the_same_name_is_fitted_as_on_a_first_view(qtbot: QtBot, name: str) -> None:
    with window_with(qtbot, template(name)) as window:
        first = canvas(window, "Training").view
        fitted = (first.x, first.y, first.scale)
    with window_with(qtbot, template("lenet")) as window:
        canvas(window, "Training").zoom_by(3.0)
        canvas(window, "Training").pan_by(500, 500)
        window.files.new_from(name)
        view = canvas(window, "Training").view
        assert (view.x, view.y, view.scale) == fitted


def test_nothing_is_selected_and_the_inspector_shows_the_board(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        canvas(window).select(["conv1"])
        window.files.new_from("lenet")
        assert canvas(window).selection == frozenset()
        assert window.inspector.board.isVisible()
        assert not window.inspector.node.isVisible()
        assert not window.commands["delete"].isEnabled()


def test_a_search_over_the_canvas_goes_with_it(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        canvas(window).open_search(canvas(window).rect().center())
        window.files.new_from("lenet")
        assert not any(w.isVisible() for w in window.findChildren(QWidget, "canvas-search"))


def test_an_edit_an_undo_and_a_save_keep_where_one_was(qtbot: QtBot, tmp_path: Path) -> None:
    with window_with(qtbot, template("lenet")) as window:
        canvas(window, "Training").zoom_by(3.0)
        view = canvas(window).view
        seen = (view.x, view.y, view.scale)
        canvas(window).select(["update"])
        settings = replace(window.document.project.settings, epochs=77)
        window.document.edit("Change epochs", replace(window.document.project, settings=settings))
        window.document.undo()
        save(window.document.project, tmp_path / "mine.json")
        window.document.mark_saved(window.document.project, tmp_path / "mine.json")
        window.files.save()
        assert window.tabs.board == "Training"
        view = canvas(window).view
        assert (view.x, view.y, view.scale) == seen
        assert canvas(window).selection == {"update"}


# ---- what the checker said ---------------------------------------------------------------------

SOURCE = BoardSource("class Old(nn.Module):\n" + "    a = 1\n" * 500, {"update": (2,)})
WRONG = Issue("x", "error", "wrong", "Training", "update")


def test_the_code_of_the_project_before_is_not_shown(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        window.docks.reveal("code")
        window.tabs.open_board("Training")
        window.link.source_ready.emit(SourceReady(1, {"LeNet": SOURCE, "Training": SOURCE}))
        qtbot.waitUntil(lambda: window.code.view.toPlainText() == SOURCE.text)
        window.code.search.setText("Old")
        window.files.new_from("lenet")
        assert window.code.view.toPlainText() == ""
        assert window.code.search.text() == ""
        window.tabs.open_board("Training")
        assert window.code.view.toPlainText() == ""
        window.code.copy()
        assert QGuiApplication.clipboard().text() == ""


def test_issues_and_counts_of_the_project_before_are_gone(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        report = NodeReport(parameters=12345)
        window.link.nodes_checked.emit(NodesChecked(1, "LeNet", {"conv1": report}))
        window.link.checked.emit(Checked(1, (WRONG,), {"LeNet": Totals(12345, 1, 1)}))
        assert "1 error" in window.status.issues.text()
        window.files.new_from("lenet")
        assert not window.status.parameters.isVisible()
        assert "error" not in window.status.issues.text()
        assert window.docks["issues"].windowTitle() == "Issues"
        assert not canvas(window).scene.reports
        assert not canvas(window, "Training").scene.issues
        assert window.results.report("LeNet", "conv1") is None


# ---- fields and words --------------------------------------------------------------------------


def field(window: Window, name: str) -> QLineEdit:
    """The line that a number of the inspector's is typed into."""
    found = find(window.inspector, f"line_{name}")
    assert isinstance(found, QLineEdit)
    return found


def test_what_is_wrong_with_a_field_is_not_said_of_the_next_project(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        before = field(window, "epochs").text()
        qtbot.keyClicks(field(window, "epochs"), "x")
        assert find(window, "problem_epochs")
        canvas(window).select(["conv1"])
        size = field(window, "out_channels").text()
        qtbot.keyClicks(field(window, "out_channels"), "x")
        assert find(window, "problem_out_channels")
        window.files.new_from("lenet")
        assert not any(w.isVisible() for w in window.findChildren(QLabel, "problem_epochs"))
        assert field(window, "epochs").text() == before
        canvas(window).select(["conv1"])
        assert not any(w.isVisible() for w in window.findChildren(QLabel, "problem_out_channels"))
        assert field(window, "out_channels").text() == size


def test_several_nodes_say_nothing_of_the_project_before(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        canvas(window).select(["conv1", "conv2"])
        qtbot.keyClicks(field(window, "out_channels"), "x")
        assert find(window, "problem_out_channels")
        window.files.new_from("lenet")
        canvas(window).select(["conv1", "conv2"])
        assert not any(w.isVisible() for w in window.findChildren(QLabel, "problem_out_channels"))


def test_the_palette_offers_everything_again(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        everything = window.node_types.shown
        qtbot.keyClicks(window.node_types.search, "conv2d")
        assert window.node_types.shown != everything
        window.files.new_from("lenet")
        assert window.node_types.search.text() == ""
        assert window.node_types.shown == everything


def test_the_inspector_is_at_its_top(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        window.inspector.widget().setMinimumHeight(5000)
        QApplication.processEvents()
        bar = window.inspector.verticalScrollBar()
        bar.setValue(bar.maximum())
        assert bar.value() > 0
        window.files.new_from("lenet")
        assert bar.value() == 0


def test_messages_and_undo_are_of_the_project_that_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    with window_with(qtbot, template("lenet")) as window:
        canvas(window).add_node(NewNode("ReLU"))
        save(window.document.project, tmp_path / "mine.json")
        assert window.files.read(tmp_path / "mine.json")
        canvas(window).add_node(NewNode("ReLU"))
        window.files.save()
        assert "mine.json" in window.status.currentMessage()
        window.commands["new_empty"].trigger()
        assert window.status.currentMessage() == ""
        assert window.commands["undo"].text() == "Undo"
        assert not window.commands["undo"].isEnabled()
        assert not window.isWindowModified()


@pytest.mark.parametrize("place", ["tab", "inspector"])
def test_a_name_being_typed_is_the_name_before(qtbot: QtBot, place: str) -> None:
    """It is not given to what is called alike in the next project, and not lost in silence."""
    with window_with(qtbot, template("lenet")) as window:
        window.activateWindow()
        window.tabs.open_board("Training")
        if place == "tab":
            window.commands["rename"].trigger()
        line = find(window.tabs if place == "tab" else window.inspector, "board_name")
        assert isinstance(line, QLineEdit)
        line.setFocus()
        line.selectAll()
        qtbot.keyClicks(line, "mine")
        asked: list[str] = []

        def discard() -> None:
            box = QApplication.activeModalWidget()
            assert isinstance(box, QMessageBox)
            asked.append(box.objectName())
            box.button(QMessageBox.StandardButton.Discard).click()

        QTimer.singleShot(100, discard)
        window.files.new_from("lenet")
        canvas(window).setFocus()
        QApplication.processEvents()
        assert asked == ["unsaved"]
        assert window.document.project.boards == template("lenet").boards
        assert [window.tabs.tabText(i) for i in range(2)] == list(template("lenet").boards)


def test_who_stays_goes_on_typing(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        window.activateWindow()
        line = field(window, "epochs")
        line.setFocus()
        qtbot.keyClicks(line, "1")

        def cancel() -> None:
            box = QApplication.activeModalWidget()
            assert isinstance(box, QMessageBox)
            box.button(QMessageBox.StandardButton.Cancel).click()

        QTimer.singleShot(100, cancel)
        window.files.new()
        assert window.focusWidget() is find(window, "field_epochs")


def test_the_clipboard_is_the_persons(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        canvas(window).select(["conv1"])
        window.commands["copy"].trigger()
        window.files.new()
        window.commands["paste"].trigger()
        assert [node.type for node in canvas(window).scene.board.nodes.values()][-1] == "Conv2d"


def test_keys_go_to_the_new_canvas(qtbot: QtBot) -> None:
    with window_with(qtbot, template("lenet")) as window:
        window.node_types.search.setFocus()
        window.files.new_from("mlp")
        QApplication.processEvents()
        assert window.focusWidget() is canvas(window)

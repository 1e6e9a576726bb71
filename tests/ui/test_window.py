"""The window: boards, files, menus, what is remembered."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.model.edits import AddNode, AddWire, RemoveWires
from studio.model.gallery import empty, gallery, template
from studio.model.messages import Checked
from studio.model.operations.adding import NewNode
from studio.model.operations.nodes import rename
from studio.model.project import Board, Node, Project, Wire
from studio.model.project_file import load, save
from studio.model.report import Fix, Totals
from studio.session.runs import read_run
from studio.ui.window.startup import after_first_paint
from studio.ui.window.window import Window
from studio.ui.window.window_settings import WindowSettings
from tests.ui.windows import find, window_with


def answer(button: QMessageBox.StandardButton) -> None:
    """Click a button of the message box that comes."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        box.button(button).click()

    QTimer.singleShot(50, click)


def add_node(window: Window) -> None:
    """Make an unsaved change."""
    assert window.tabs.canvas is not None
    window.tabs.canvas.add_node(NewNode("ReLU"))


def test_it_opens_on_lenet_the_first_time(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        window.files.start(None)
        assert window.tabs.board == "LeNet"
        assert window.document.path is None
        assert not window.document.modified


def test_every_panel_and_action_has_a_name(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        for name in ("palette", "palette_search", "palette_list", "inspector", "issues", "boards"):
            (widget,) = window.findChildren(QWidget, name)
            assert widget.accessibleName()
        for name, action in window.commands.by_name.items():
            assert action.objectName() == f"action_{name}"
            assert action.toolTip()
        for dock in window.docks.by_name.values():
            assert dock.accessibleName()


def test_no_two_actions_share_a_key(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        keys = [k.toString() for a in window.commands.by_name.values() for k in a.shortcuts()]
        assert len(keys) == len(set(keys))


def test_boards_are_added_renamed_duplicated_and_removed_with_undo(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        tabs = window.tabs
        tabs.add_board("block")
        assert tabs.board == "block"
        window.commands["rename"].trigger()
        field = find(window, "board_name")
        qtbot.keyClicks(field, "residual")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert list(window.document.project.boards) == ["net", "residual"]
        tabs.duplicate("residual")
        assert tabs.board == "residual_copy"
        tabs.remove("residual")
        assert list(window.document.project.boards) == ["net", "residual_copy"]
        for _ in range(4):
            window.commands["undo"].trigger()
        assert list(window.document.project.boards) == ["net"]
        assert tabs.count() == 1


def test_a_board_keeps_its_name_where_the_new_one_cannot_be(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        for name in ("for", "1st", "a b"):
            window.tabs.rename(0)
            field = find(window, "board_name")
            qtbot.keyClicks(field, name)
            qtbot.keyClick(field, Qt.Key.Key_Return)
            assert list(window.document.project.boards) == ["net"]
            assert "keeps its name" in window.status.currentMessage()


def test_undo_says_what_it_undoes(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        assert not window.commands["undo"].isEnabled()
        add_node(window)
        assert window.commands["undo"].text() == "Undo Add ReLU"
        assert window.isWindowModified()
        window.commands["undo"].trigger()
        assert window.commands["redo"].text() == "Redo Add ReLU"
        assert not window.isWindowModified()


def test_save_writes_the_file_and_remembers_it(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    save(empty(), path)
    with window_with(qtbot) as window:
        assert window.files.read(path)
        add_node(window)
        window.commands["save"].trigger()
        assert load(path) == window.document.project
        assert not window.document.modified
        assert WindowSettings().recent == [path]


def test_a_broken_file_is_told_and_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{\n oops")
    with window_with(qtbot) as window:
        before = window.document.project
        answer(QMessageBox.StandardButton.Ok)
        assert not window.files.read(path)
        assert window.document.project is before
        assert path.read_text() == "{\n oops"


def test_unsaved_work_is_asked_about(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        add_node(window)
        answer(QMessageBox.StandardButton.Cancel)
        window.close()
        assert window.isVisible()
        answer(QMessageBox.StandardButton.Discard)
        window.files.new()
        assert window.document.project.boards == empty().boards


def test_a_read_only_folder_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "gone" / "mine.json"
    path.parent.mkdir()
    save(empty(), path)
    with window_with(qtbot) as window:
        window.files.read(path)
        add_node(window)
        path.unlink()
        path.parent.rmdir()
        answer(QMessageBox.StandardButton.Ok)
        assert not window.files.save()
        assert window.document.modified


@pytest.mark.parametrize("name", gallery())
def test_every_template_is_shown(qtbot: QtBot, name: str) -> None:
    with window_with(qtbot, template(name)) as window:
        boards = template(name).boards.values()
        assert window.tabs.count() == sum(board.kind != "block" for board in boards)
        for board in template(name).boards:
            window.tabs.open_board(board)
            assert window.tabs.canvas is not None
            assert window.tabs.board == board


def test_a_dropped_project_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "dropped.json"
    save(Project({"dropped": Board("dropped", "network")}), path)
    with window_with(qtbot) as window:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        assert window.tabs.canvas is not None
        for event in (
            QDragEnterEvent(QPoint(50, 50), copy, data, left, none),
            QDropEvent(QPoint(50, 50), copy, data, left, none),
        ):
            QApplication.sendEvent(window.tabs.canvas, event)
        qtbot.waitUntil(lambda: window.document.path == path, timeout=2000)
        assert window.tabs.board == "dropped"


def test_counts_and_issues_are_in_the_status_bar(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        totals = {"LeNet": Totals(61706, 416520, 5000)}
        window.link.checked.emit(Checked(1, (), totals))
        assert window.status.parameters.text() == "61.7 k parameters"
        assert window.status.issues.text() == "No issues"
        window.tabs.open_board("Training")
        assert not window.status.parameters.isVisible()


def test_theme_and_layout_are_remembered(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        window.commands["theme_dark"].trigger()
        window.docks["palette"].close()
    with window_with(qtbot) as window:
        assert window.theme.dark
        assert not window.docks["palette"].isVisible()
        window.commands["reset_layout"].trigger()
        assert window.docks["palette"].isVisible()


def test_unknown_types_are_shown_and_kept(qtbot: QtBot) -> None:
    node = Node("odd", "NotYetInvented", {"size": 3})
    project = Project({"net": Board("net", "network", {"odd": node})})
    with window_with(qtbot, project) as window:
        assert window.tabs.canvas is not None
        window.tabs.canvas.select(["odd"])
        assert "does not know" in window.inspector.node.header.summary.text()
        assert window.document.project.boards == project.boards


def test_the_real_checker_fills_the_panels(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        window.link.start()
        qtbot.waitUntil(lambda: "LeNet" in window.results.sources, timeout=90_000)
        qtbot.waitUntil(lambda: window.status.parameters.isVisible(), timeout=30_000)
        assert window.tabs.canvas is not None
        window.tabs.canvas.select(["conv1"])
        assert "N×6×28×28" in window.inspector.node.facts.ports.text()
        code = window.code.view.toPlainText
        qtbot.waitUntil(lambda: "self.conv1 = nn.Conv2d(1, 6" in code(), timeout=10_000)


def press(name: str) -> None:
    """Press a button of the question that comes."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        button = box.findChild(QPushButton, name)
        assert button is not None
        button.click()

    QTimer.singleShot(100, click)


def trained(qtbot: QtBot, window: Window) -> Path:
    """The folder of a run that has just begun."""
    train = window.commands["train"]
    qtbot.waitUntil(train.isEnabled, timeout=60_000)
    train.trigger()
    qtbot.waitUntil(window.commands["pause"].isEnabled, timeout=60_000)
    assert window.runs.folder is not None
    return window.runs.folder


def test_closing_during_a_run_asks_and_leaves_a_run_to_resume(qtbot: QtBot, tmp_path: Path) -> None:
    with window_with(qtbot) as window:
        after_first_paint(window)
        folder = trained(qtbot, window)
        press("keep_working")
        window.close()
        assert window.isVisible()
        assert window.runs.busy
        press("stop_run")
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=60_000)
        assert read_run(folder).resumable


def test_what_a_run_goes_on_with_is_asked(qtbot: QtBot, tmp_path: Path) -> None:
    with window_with(qtbot) as window:
        after_first_paint(window)
        folder = trained(qtbot, window)
        window.commands["stop"].trigger()
        resume = window.runs.actions["resume"]
        qtbot.waitUntil(resume.isEnabled, timeout=60_000)
        project = window.document.project
        window.document.accept(rename(project, "LeNet", "conv1", "first"))
        qtbot.waitUntil(lambda: window.runs.refusal() is None, timeout=60_000)
        press("cancel")
        resume.trigger()
        assert not window.runs.busy
        press("drawn")
        resume.trigger()
        qtbot.waitUntil(window.commands["pause"].isEnabled, timeout=60_000)
        qtbot.waitUntil(lambda: "kept" in (folder / "log.txt").read_text(), timeout=60_000)
        window.document.undo()
        press("stop_run")
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=60_000)


def test_opening_another_project_during_a_run_asks_and_ends_it(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        after_first_paint(window)
        folder = trained(qtbot, window)
        press("keep_working")
        window.files.new_from("mlp")
        assert "LeNet" in window.document.project.boards
        assert window.runs.busy
        press("stop_run")
        window.files.new_from("mlp")
        assert "MLP" in window.document.project.boards
        assert not window.runs.busy
        assert window.runs.folder is None
        assert trained(qtbot, window) != folder, "at once, while the run before may still end"
        qtbot.waitUntil(lambda: read_run(folder).saved.state == "stopped", timeout=60_000)
        assert read_run(folder).resumable
        press("stop_run")
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=60_000)


def test_a_run_goes_on_without_its_project_and_is_found_there_again(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        after_first_paint(window)
        folder = trained(qtbot, window)
        project = window.document.project
        press("train_on")
        window.files.new_from("mlp")
        done = read_run(folder).saved.done
        qtbot.waitUntil(lambda: read_run(folder).saved.done > done, timeout=60_000)
        window.files.show(project, None)
        window.docks.reveal("training")
        qtbot.waitUntil(lambda: window.runs.folder == folder, timeout=60_000)
        assert not window.runs.busy, "it is nobody's here"
        window.commands["stop"].trigger()
        qtbot.waitUntil(lambda: not read_run(folder).under_way, timeout=60_000)
        assert read_run(folder).saved.state == "stopped"


def test_a_fix_makes_room_for_what_it_inserts(qtbot: QtBot) -> None:
    nodes = {
        "x": Node("x", "Input", {"shape": ("N", 1, 8, 8)}, (0.0, 0.0)),
        "head": Node("head", "Linear", {}, (200.0, 0.0)),
    }
    wire = Wire("x", "output", "head", "input")
    with window_with(qtbot, Project({"net": Board("net", "network", nodes, (wire,))})) as window:
        flatten = Node("flatten", "Flatten", {}, (100.0, 0.0))
        edits = (
            RemoveWires("net", frozenset({wire})),
            AddNode("net", flatten),
            AddWire("net", Wire("x", "output", "flatten", "input")),
            AddWire("net", Wire("flatten", "output", "head", "input")),
        )
        window.fixes.take(Fix("Insert Flatten", edits))
        canvas = window.tabs.canvas
        assert canvas is not None
        rects = [canvas.node_rect(id) for id in ("x", "flatten", "head")]
        assert not any(a.intersects(b) for a, b in pairwise(rects))
        window.document.undo()
        assert window.document.project.boards["net"].nodes == nodes

"""Blocks in the window: making and naming them, going in and out, what is seen inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from studio.model.edits import RenameNode
from studio.model.expression import Expression
from studio.model.gallery import empty, template
from studio.model.messages import NodesChecked
from studio.model.operations.boards import rename_board
from studio.model.project import Project
from studio.model.project_file import save
from studio.model.report import NodeReport, Signal
from studio.ui.canvas.gestures.node_drop import CarriedNode
from studio.ui.window.window import Window
from tests.ui.person import CONTROL, SHIFT, Person
from tests.ui.windows import find, window_with

PLAIN = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def person(qtbot: QtBot) -> Iterator[Person]:
    """Before ResNet-18."""
    with window_with(qtbot, template("resnet18")) as window:
        yield Person(qtbot, window)


def enter(person: Person, node: str) -> None:
    at = person.canvas.node_rect(node).center()
    QTest.mouseDClick(person.canvas, Qt.MouseButton.LeftButton, pos=at)
    QApplication.processEvents()


def crumbs(window: Window) -> list[str]:
    QApplication.processEvents()
    page = window.tabs.page
    assert page is not None
    found = [b for b in page.crumbs.findChildren(QToolButton) if b.isVisible()]
    return [b.text().replace("\u2002", " ") for b in found if b.objectName().startswith("crumb_")]


def key(person: Person, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(person.canvas, key, keys)
    QApplication.processEvents()


def test_a_block_is_named_as_it_is_made_in_one_step(person: Person) -> None:
    before = person.project
    person.canvas.select({"conv", "norm", "relu"})
    key(person, Qt.Key.Key_G, CONTROL)
    field = find(person.window, "canvas-block-name")
    assert isinstance(field, QLineEdit)
    assert field.selectedText() == field.text() == "block"
    QTest.keyClicks(field, "Stem")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert set(person.project.boards["Stem"].nodes) == {"x", "conv", "norm", "relu", "y"}
    assert person.canvas.selection == {"Stem"}
    person.window.document.undo()
    assert person.project == before


def test_escape_makes_no_block_and_a_click_elsewhere_makes_it(person: Person) -> None:
    person.canvas.select({"conv", "norm"})
    key(person, Qt.Key.Key_G, CONTROL)
    QTest.keyClick(find(person.window, "canvas-block-name"), Qt.Key.Key_Escape)
    assert "block" not in person.project.boards
    key(person, Qt.Key.Key_G, CONTROL)
    person.canvas.setFocus()
    QApplication.processEvents()
    assert "block" in person.project.boards


def test_a_name_that_cannot_be_is_told_and_the_field_stays(person: Person) -> None:
    person.canvas.select({"conv", "norm"})
    key(person, Qt.Key.Key_G, CONTROL)
    field = find(person.window, "canvas-block-name")
    QTest.keyClicks(field, "Residual")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    assert "already" in person.window.status.currentMessage()
    QTest.keyClick(field, Qt.Key.Key_Escape)


def test_nothing_selected_is_no_block(person: Person) -> None:
    person.canvas.select(())
    key(person, Qt.Key.Key_G, CONTROL)
    assert person.window.status.currentMessage()
    assert person.window.document.undo_label is None


def test_a_block_opens_inside_its_tab_and_one_comes_back_as_one_left(person: Person) -> None:
    window = person.window
    assert window.tabs.count() == 1
    person.canvas.zoom_by(1.7)
    person.canvas.pan_by(-120, 30)
    outside, place = person.canvas, person.canvas.looked_at
    enter(person, "stage3")
    assert (window.tabs.board, window.tabs.count()) == ("Residual", 1)
    assert crumbs(window) == ["ResNet18", "stage3: Residual"]
    assert window.inspector.board.header.name.text() == "Residual"
    person.canvas.zoom_by(0.5)
    inside = person.canvas.looked_at
    for out in ((Qt.Key.Key_Left, ALT), (Qt.Key.Key_Backspace,)):
        key(person, *out)
        assert window.tabs.board == "ResNet18"
        assert person.canvas is outside
        assert place is not None
        assert vars(person.canvas.view) == vars(place)
        assert person.canvas.selection == {"stage3"}
        key(person, Qt.Key.Key_Return)
        assert window.tabs.board == "Residual"
        assert inside is not None
        assert vars(person.canvas.view) == vars(inside)
        person.canvas.select(())
    person.click(find(window, "crumb_ResNet18"))
    assert window.tabs.board == "ResNet18"
    assert not find(window, "boards").findChild(QToolButton, "crumb_ResNet18").isVisible()


def test_the_copies_of_a_repeat_are_in_the_breadcrumb(person: Person) -> None:
    enter(person, "stage1")
    assert crumbs(person.window) == ["ResNet18", "stage1: Residual ×2"]


def told(person: Person, *sizes: int) -> NodesChecked:
    """What the checker says of `conv1`, where one is now."""
    page = person.window.tabs.page
    assert page is not None
    report = NodeReport({}, {"output": Signal(("N", *sizes), "float32")})
    return NodesChecked(1, page.path.root, {"conv1": report}, way=page.path.way)


def test_the_shapes_are_those_of_the_node_one_came_through(person: Person) -> None:
    window = person.window
    alone = NodeReport({}, {"output": Signal(("N", 64), "float32")})
    enter(person, "stage1")
    first = told(person, 64, 56)
    window.link.nodes_checked.emit(first)
    window.link.nodes_checked.emit(NodesChecked(1, "Residual", {"conv1": alone}))
    assert str(person.canvas.scene.reports["conv1"].outputs["output"]) == "N×64×56"
    key(person, Qt.Key.Key_Backspace)
    enter(person, "stage3")
    window.link.nodes_checked.emit(told(person, 256, 14))
    window.link.nodes_checked.emit(first)  # late
    assert str(person.canvas.scene.reports["conv1"].outputs["output"]) == "N×256×14"
    person.canvas.select({"conv1"})
    assert "N×256×14" in window.inspector.node.facts.ports.text()


def test_one_stays_inside_while_things_get_other_names_and_goes_out_with_them(
    person: Person,
) -> None:
    window = person.window
    person.canvas.select({"conv", "norm"})
    key(person, Qt.Key.Key_G, CONTROL)
    QTest.keyClick(find(window, "canvas-block-name"), Qt.Key.Key_Return)
    enter(person, "block")
    document = window.document
    document.accept(rename_board(document.project, "block", "Stem"))
    document.edit("Rename", RenameNode("ResNet18", "block", "stem").apply(document.project))
    assert (window.tabs.board, crumbs(window)) == ("Stem", ["ResNet18", "stem: Stem"])
    for _ in range(3):
        document.undo()
    assert window.tabs.board == "ResNet18"


def test_the_name_of_a_block_is_typed_in_the_breadcrumb(person: Person) -> None:
    enter(person, "stage2")
    person.window.commands["rename"].trigger()
    field = find(person.window, "breadcrumb").findChild(QLineEdit, "board_name")
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "Pair")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert crumbs(person.window) == ["ResNet18", "stage2: Pair"]
    assert person.project.boards["ResNet18"].nodes["stage4"].stands_for == "Pair"


def test_an_edit_that_changes_several_is_told_and_a_node_gets_a_block_of_its_own(
    person: Person,
) -> None:
    window = person.window
    enter(person, "stage2")
    assert window.tabs.page is not None
    assert window.tabs.page.crumbs.used.text() == "used 4 times"
    person.click(find(window, "make_independent"))
    assert window.tabs.board == "Residual2"
    assert crumbs(window) == ["ResNet18", "stage2: Residual2"]
    assert window.tabs.page.crumbs.used.text() == "used once"
    window.document.undo()
    assert window.tabs.board == "Residual"


def test_a_block_is_unpacked_from_inside_and_by_key(person: Person) -> None:
    window = person.window
    enter(person, "stage2")
    person.click(find(window, "unpack"))
    assert window.tabs.board == "ResNet18"
    assert "stage2" not in person.project.boards["ResNet18"].nodes
    assert person.canvas.selection >= {"conv1", "conv2"}
    person.canvas.select({"down3"})
    key(person, Qt.Key.Key_G, CONTROL | SHIFT)
    assert "down3" not in person.project.boards["ResNet18"].nodes


def test_blocks_that_stand_nowhere_are_reached_by_the_list(person: Person) -> None:
    window = person.window
    window.tabs.add_board("block")
    assert crumbs(window) == ["ResNet18", "block"]
    person.canvas.select(())
    key(person, Qt.Key.Key_Backspace)
    assert window.tabs.board == "ResNet18"
    button = find(window, "blocks")
    assert isinstance(button, QToolButton)
    menu = button.menu()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()[:3]] == [
        "Residual\tused 4 times",
        "Downsample\tused 3 times",
        "block\tnot used",
    ]
    menu.actions()[2].trigger()
    assert window.tabs.board == "block"
    menu.actions()[1].trigger()
    assert crumbs(window) == ["ResNet18", "down2: Downsample"]


def test_a_board_that_is_asked_for_is_found_where_it_stands(qtbot: QtBot) -> None:
    with window_with(qtbot, template("vit")) as window:
        block = next(b.name for b in window.document.project.of_kind("block"))
        window.tabs.open_board("Training")
        window.go_to(block, "")
        assert (window.tabs.board, window.tabs.currentIndex()) == (block, 0)
        assert len(crumbs(window)) == 2


def test_a_project_of_blocks_alone_shows_them_as_tabs(qtbot: QtBot) -> None:
    blocks = {b.name: b for b in template("resnet18").of_kind("block")}
    with window_with(qtbot, Project(blocks)) as window:
        assert window.tabs.count() == 2
        assert window.tabs.board == "Residual"


def test_a_network_on_a_training_board_opens_its_tab(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        window.tabs.open_board("Training")
        training = window.document.project.boards["Training"]
        enter(Person(qtbot, window), training.networks[0].id)
        assert window.tabs.board == "LeNet"
        assert crumbs(window) == []


def test_the_breadcrumb_fits_a_small_window(person: Person) -> None:
    enter(person, "stage2")
    person.window.resize(700, 500)
    QApplication.processEvents()
    bar = find(person.window, "breadcrumb")
    assert bar.width() <= find(person.window, "boards").width()
    for button in bar.findChildren(QToolButton):
        if button.isVisible():
            assert bar.rect().contains(button.mapTo(bar, QPoint(1, 1)))


def test_the_real_checker_tells_both_places_apart(person: Person) -> None:
    window = person.window
    window.link.start()
    enter(person, "stage3")
    person.until(lambda: "conv1" in person.canvas.scene.reports, 90_000)
    person.until(lambda: "N×256×" in str(person.canvas.scene.reports["conv1"].outputs["output"]))
    key(person, Qt.Key.Key_Backspace)
    enter(person, "stage4")
    person.until(lambda: "conv1" in person.canvas.scene.reports)
    person.until(lambda: "N×512×" in str(person.canvas.scene.reports["conv1"].outputs["output"]))


def test_a_shipped_block_comes_by_double_click_and_by_search(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        window.library_files.read_shipped()
        offered = window.node_types
        qtbot.waitUntil(
            lambda: any(o.name == "Bottleneck" for o in offered.offered), timeout=20_000
        )
        block = next(offer for offer in offered.offered if offer.name == "Bottleneck")
        assert "He et al." in block.summary
        offered.chosen.emit(block.new)
        assert window.tabs.canvas is not None
        assert window.document.undo_label == "Add Block"
        window.tabs.canvas.open_search(QPoint(30, 300))
        field = find(window, "canvas-search-field")
        QTest.keyClicks(field, "squeeze exc")
        QTest.keyClick(field, Qt.Key.Key_Return)
        nodes = window.document.project.boards["net"].nodes
        assert {"Bottleneck", "SqueezeExcitation"} <= nodes.keys()
        window.document.undo()
        window.document.undo()
        assert list(window.document.project.boards) == ["net"]


def test_blocks_of_another_project_are_offered_and_dropped(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "unet.json"
    save(template("unet"), path)
    with window_with(qtbot, empty()) as window:
        window.library_files.read(path)
        qtbot.waitUntil(lambda: bool(window.library.blocks), timeout=20_000)
        assert "2 blocks of unet.json" in window.status.currentMessage()
        rows = [offer for offer in window.node_types.shown if offer.group == "Other projects"]
        assert [offer.name for offer in rows] == ["DoubleConv", "Up"]
        data, left = CarriedNode(rows[1].new), Qt.MouseButton.LeftButton
        assert window.tabs.canvas is not None
        for event in (
            QDragEnterEvent(QPoint(200, 200), Qt.DropAction.CopyAction, data, left, PLAIN),
            QDragMoveEvent(QPoint(210, 200), Qt.DropAction.CopyAction, data, left, PLAIN),
            QDropEvent(QPoint(210, 200), Qt.DropAction.CopyAction, data, left, PLAIN),
        ):
            assert window.tabs.canvas.event(event)
        assert {"net", "DoubleConv", "Up"} == window.document.project.boards.keys()
        assert window.tabs.canvas.selection == {"Up"}


def test_a_file_that_is_no_project_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text("{")
    with window_with(qtbot, empty()) as window:
        window.library_files.read(path)
        qtbot.waitUntil(lambda: "odd.json" in window.status.currentMessage(), timeout=20_000)
        assert not window.library.blocks


def test_a_parameter_becomes_one_of_the_block_by_one_click(person: Person) -> None:
    window = person.window
    person.canvas.select({"conv"})
    assert not window.findChildren(QToolButton, "promote_padding")[0].isVisible()
    enter(person, "stage2")
    person.canvas.select({"conv1"})
    person.click(find(window, "promote_padding"))
    block = person.project.boards["Residual"]
    assert block.params["padding"] == 1
    assert block.nodes["conv1"].params["padding"] == Expression("padding")
    buttons = window.inspector.node.findChildren(QToolButton, "promote_padding")
    assert not any(button.isVisible() for button in buttons)
    key(person, Qt.Key.Key_Left, ALT)
    person.canvas.select({"stage2"})
    find(window, "field_padding")
    window.document.undo()
    assert "padding" not in person.project.boards["Residual"].params

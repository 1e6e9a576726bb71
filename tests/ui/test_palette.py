"""The palette: what it offers, how it is searched, what it adds."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from nodes.catalogue import CATEGORIES, builtin
from studio.model.gallery import empty, template
from studio.model.operations.adding import NewNode
from studio.model.project import Board, Node, Project
from studio.ui.canvas.gestures.node_drop import carried
from studio.ui.panels.palette import OWN, Palette
from tests.ui.windows import find, window_with


def shown(palette: Palette) -> dict[str, list[str]]:
    """Heading -> rows."""
    tree = palette.tree
    return {
        heading.text(0): [heading.child(row).text(0) for row in range(heading.childCount())]
        for place in range(tree.topLevelItemCount())
        if (heading := tree.topLevelItem(place)) is not None
    }


def test_every_type_of_the_board_is_there_by_category(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        rows = shown(window.node_types)
        wanted = [t for t in builtin().types.values() if "network" in t.boards]
        assert sorted(name for names in rows.values() for name in names) == sorted(
            t.name for t in wanted
        )
        places = [CATEGORIES.index(name) for name in rows if name in CATEGORIES]
        assert places == sorted(places)


def test_a_training_board_is_offered_its_own_types(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        window.tabs.open_board("Training")
        rows = shown(window.node_types)
        assert "CrossEntropy" in rows["Loss"]
        assert list(rows)[:5] == ["Structure", "Data", "Loss", "Metric", "Update"]
        assert "Input" not in rows["Structure"]
        assert "Conv2d" in rows["Convolution"]
        assert rows[OWN] == ["LeNet"]


def test_search_and_enter_add_a_node(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        search = find(window, "palette_search")
        qtbot.keyClicks(search, "conv image")
        assert "Conv2d" in shown(window.node_types)["Convolution"]
        assert "Linear" not in shown(window.node_types)
        assert isinstance(search, QLineEdit)
        search.clear()
        qtbot.keyClicks(search, "gelu")
        qtbot.keyClick(search, Qt.Key.Key_Return)
        nodes = window.document.project.boards["net"].nodes
        assert [node.type for node in nodes.values()] == ["GELU"]


def test_nothing_found_is_said(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        qtbot.keyClicks(find(window, "palette_search"), "zzz")
        assert window.node_types.tree.topLevelItemCount() == 0


def test_double_click_adds_a_node(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        tree = window.node_types.tree
        heading = tree.topLevelItem(0)
        assert heading is not None
        place = tree.visualItemRect(heading.child(0)).center()
        left = Qt.MouseButton.LeftButton
        qtbot.mouseClick(tree.viewport(), left, pos=place)
        qtbot.mouseDClick(tree.viewport(), left, pos=place)
        assert len(window.document.project.boards["net"].nodes) == 1


def test_headings_fold(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        tree = window.node_types.tree
        heading = tree.topLevelItem(0)
        assert heading is not None
        place = tree.visualItemRect(heading).center()
        qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert not heading.isExpanded()


def test_own_blocks_are_offered_but_not_inside_themselves(qtbot: QtBot) -> None:
    with window_with(qtbot, template("vit")) as window:
        block = next(b.name for b in window.document.project.of_kind("block"))
        assert shown(window.node_types)[OWN] == [block]
        window.tabs.open_board(block)
        assert OWN not in shown(window.node_types)


def test_an_own_block_is_added_and_dropped_with_its_name(qtbot: QtBot) -> None:
    inside = {"x": Node("x", "Input"), "y": Node("y", "Output")}
    boards = {"net": Board("net", "network"), "part": Board("part", "block", inside)}
    with window_with(qtbot, Project(boards)) as window:
        window.add(NewNode("Block", {"block": "part"}))
        canvas = window.tabs.canvas
        assert canvas is not None
        own = next(offer for offer in window.node_types.offered if offer.name == "part")
        data = carried(own.new)
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        event = QDropEvent(QPoint(200, 200), copy, data, left, Qt.KeyboardModifier.NoModifier)
        canvas.event(event)
        nodes = window.document.project.boards["net"].nodes.values()
        assert [node.params["block"] for node in nodes] == ["part", "part"]


def test_the_ghost_is_sharp(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        ghost = window.node_types.tree.ghost(window.node_types.offered[0])
        assert ghost.devicePixelRatio() == window.devicePixelRatioF()
        assert ghost.deviceIndependentSize().height() == 36


def test_a_search_lists_the_best_name_first(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        qtbot.keyClicks(find(window, "palette_search"), "norm")
        rows = [offer.name for offer in window.node_types.offered]
        named = ["norm" in name.lower() for name in rows]
        assert named == sorted(named, reverse=True)
        qtbot.keyClicks(find(window, "palette_search"), "alisation")
        assert next(iter(shown(window.node_types))) == "Normalisation"

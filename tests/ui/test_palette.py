"""The palette: what it offers, how it is searched, what it adds."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from nodes.catalogue import CATEGORIES, builtin
from studio.model.gallery import empty, template
from studio.model.offers import OWN
from studio.model.operations.adding import NewNode
from studio.model.project import Board, Node, Project
from studio.ui.canvas.gestures.node_drop import CarriedNode
from studio.ui.panels.palette import Palette
from studio.ui.panels.palette_painting import ghost, star_place
from studio.ui.panels.palette_rows import BY_WHAT_IT_DOES, FAVOURITES, RECENT, Heading
from studio.ui.window.window import Window
from tests.ui.windows import find, window_with


def shown(palette: Palette) -> dict[str, list[str]]:
    """Heading -> rows; those of a search by name stand under no heading."""
    found: dict[str, list[str]] = {}
    title = ""
    for row in palette.list.rows.rows:
        if isinstance(row, Heading):
            title = row.title
            found[title] = []
        else:
            found.setdefault(title, []).append(row.offer.name)
    return found


def groups(palette: Palette) -> dict[str, list[str]]:
    """Everything that is offered, by group."""
    found: dict[str, list[str]] = {}
    for offer in palette.offered:
        found.setdefault(offer.group, []).append(offer.name)
    return found


def search_for(window: Window, text: str) -> QLineEdit:
    """Type into the search."""
    field = find(window, "palette_search")
    assert isinstance(field, QLineEdit)
    field.clear()
    QTest.keyClicks(field, text)
    return field


def click(palette: Palette, name: str, part: Callable[[QRect], QRect] | None = None) -> None:
    """Click on the first row of that name, or on a part of it."""
    view = palette.list
    area = view.visualRect(view.place_of(name))
    at = (part(area) if part else area).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_every_type_of_the_board_is_there_by_category(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        rows = groups(window.node_types)
        wanted = [t for t in builtin().types.values() if "network" in t.boards]
        assert sorted(name for names in rows.values() for name in names) == sorted(
            t.name for t in wanted
        )
        titles = list(shown(window.node_types))
        places = [CATEGORIES.index(name) for name in titles if name in CATEGORIES]
        assert places == sorted(places)
        assert len(places) == len(rows)


def test_a_training_board_is_offered_its_own_types(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        window.tabs.open_board("Training")
        rows = groups(window.node_types)
        assert "CrossEntropy" in rows["Loss"]
        assert list(rows)[:6] == [OWN, "Structure", "Data", "Loss", "Metric", "Update"]
        assert "Input" not in rows["Structure"]
        assert "Conv2d" in rows["Convolution"]
        assert rows[OWN] == ["LeNet"]


def test_search_and_enter_add_a_node(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        search_for(window, "conv image")
        found = [offer.name for offer in window.node_types.shown]
        assert "Conv2d" in found
        assert "Linear" not in found
        qtbot.keyClick(search_for(window, "gelu"), Qt.Key.Key_Return)
        nodes = window.document.project.boards["net"].nodes
        assert [node.type for node in nodes.values()] == ["GELU"]


def test_arrows_choose_another_hit(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        field = search_for(window, "relu")
        qtbot.keyClick(field, Qt.Key.Key_Down)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        nodes = window.document.project.boards["net"].nodes
        assert [node.type for node in nodes.values()] == ["ReLU6"]
        qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert field.text() == ""


def test_nothing_found_is_said(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        for query, said in (("zzz", "Nothing is"), ("bcewith", "BCEWithLogits goes on a training")):
            search_for(window, query)
            assert window.node_types.shown == []
            note = find(window, "palette_nothing")
            assert isinstance(note, QLabel)
            assert said in note.text()


def test_double_click_adds_a_node(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        view = window.node_types.list
        place = view.visualRect(view.place_of("Linear")).center()
        left = Qt.MouseButton.LeftButton
        qtbot.mouseClick(view.viewport(), left, pos=place)
        qtbot.mouseDClick(view.viewport(), left, pos=place)
        assert len(window.document.project.boards["net"].nodes) == 1


def test_headings_fold_for_good(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        assert shown(window.node_types)["Pooling"] == []
        click(window.node_types, "Pooling")
        assert "MaxPool1d" in shown(window.node_types)["Pooling"]
        click(window.node_types, FAVOURITES)
        assert shown(window.node_types)[FAVOURITES] == []
    with window_with(qtbot, empty()) as window:
        assert "MaxPool1d" in shown(window.node_types)["Pooling"]
        assert shown(window.node_types)[FAVOURITES] == []
        view = window.node_types.list
        view.setCurrentIndex(view.place_of("MaxPool1d"))
        qtbot.keyClick(view, Qt.Key.Key_Left)
        assert shown(window.node_types)["Pooling"] == []
        qtbot.keyClick(view, Qt.Key.Key_Right)
        assert "MaxPool1d" in shown(window.node_types)["Pooling"]


def test_stars_are_kept(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        assert "Linear" in shown(window.node_types)[FAVOURITES]
        click(window.node_types, "Linear", star_place)
        field = search_for(window, "bilinear")
        qtbot.keyClick(field, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
        field.clear()
        favourites = shown(window.node_types)[FAVOURITES]
        assert "Linear" not in favourites
        assert "Bilinear" in favourites
    with window_with(qtbot, empty()) as window:
        assert shown(window.node_types)[FAVOURITES] == favourites
        assert not window.document.project.boards["net"].nodes


def test_what_was_used_last_is_at_hand(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        for name in ("GRU", "Fold", "GRU"):
            window.add(NewNode(name))
        assert shown(window.node_types)[RECENT] == ["GRU", "Fold"]
        canvas = window.tabs.canvas
        assert canvas is not None
        canvas.commands.select_all()
        canvas.commands.duplicate()
        assert shown(window.node_types)[RECENT] == ["GRU", "Fold"]
    with window_with(qtbot, empty()) as window:
        assert shown(window.node_types)[RECENT] == ["GRU", "Fold"]


def test_the_row_under_the_pointer_stays_there(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        view = window.node_types.list
        click(window.node_types, "Shape")
        at = view.place_of("Fold")
        view.setCurrentIndex(at)
        view.scrollTo(at)
        before = view.visualRect(at).top()
        window.add(NewNode("Fold"))
        assert view.currentIndex().data() == "Fold"
        assert view.visualRect(view.currentIndex()).top() == before


def test_own_blocks_are_offered_but_not_inside_themselves(qtbot: QtBot) -> None:
    with window_with(qtbot, template("vit")) as window:
        block = next(b.name for b in window.document.project.of_kind("block"))
        assert groups(window.node_types)[OWN] == [block]
        window.tabs.open_board(block)
        assert OWN not in groups(window.node_types)


def test_an_own_block_is_added_and_dropped_with_its_name(qtbot: QtBot) -> None:
    inside = {"x": Node("x", "Input"), "y": Node("y", "Output")}
    boards = {"net": Board("net", "network"), "part": Board("part", "block", inside)}
    with window_with(qtbot, Project(boards)) as window:
        window.add(NewNode("Block", {"block": "part"}))
        canvas = window.tabs.canvas
        assert canvas is not None
        own = next(offer for offer in window.node_types.offered if offer.name == "part")
        data = CarriedNode(own.new)
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        event = QDropEvent(QPoint(200, 200), copy, data, left, Qt.KeyboardModifier.NoModifier)
        canvas.event(event)
        nodes = window.document.project.boards["net"].nodes.values()
        assert [node.params["block"] for node in nodes] == ["part", "part"]


def test_the_ghost_is_sharp(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        palette, ratio = window.node_types, window.devicePixelRatioF()
        picture = ghost(palette.offered[0], window.theme, palette.font(), 90, 2 * ratio)
        assert picture.devicePixelRatio() == 2 * ratio
        assert picture.deviceIndependentSize().height() == 36


def test_a_search_lists_the_best_name_first(qtbot: QtBot) -> None:
    with window_with(qtbot, empty()) as window:
        search_for(window, "norm")
        rows = [offer.name for offer in window.node_types.shown]
        named = ["norm" in name.lower() for name in rows]
        assert named == sorted(named, reverse=True)
        search_for(window, "skip")
        assert shown(window.node_types)[BY_WHAT_IT_DOES][0] == "Add"

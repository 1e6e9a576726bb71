"""The canvas, driven by a real mouse and keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QMenu
from pytestqt.qtbot import QtBot

from nodes.catalogue import builtin
from studio.model.document import Document
from studio.model.operations.adding import NewNode, add
from studio.model.project import Board, Node, Project, Wire
from studio.model.report import Fix, Issue, NodeReport, Signal
from studio.ui.appearance.theme import LIGHT
from studio.ui.canvas.canvas import Canvas
from studio.ui.canvas.gestures.node_drop import CarriedNode
from studio.ui.canvas.overlays.tooltips import tip

LEFT = Qt.MouseButton.LeftButton
_NO_PHASE = Qt.ScrollPhase.NoScrollPhase
PLAIN = Qt.KeyboardModifier.NoModifier


def node(id: str, type_name: str, x: float, y: float = 0.0) -> Node:
    return Node(id, type_name, {}, (x, y), uid=id)


def chain() -> Project:
    nodes = [
        node("x", "Input", 0),
        node("conv", "Conv2d", 280),
        node("relu", "ReLU", 560),
        node("y", "Output", 840),
        node("embed", "Embedding", 280, 240),
        node("add", "Add", 560, 240),
    ]
    wires = (
        Wire("x", "output", "conv", "input"),
        Wire("conv", "output", "relu", "input"),
        Wire("relu", "output", "y", "input"),
    )
    return Project({"net": Board("net", "network", {n.id: n for n in nodes}, wires)})


class Hand:
    """A canvas, and a hand on its mouse."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.qtbot = qtbot
        self.document = Document(project)
        self.canvas = Canvas(self.document, "net", builtin().types, LIGHT)
        qtbot.addWidget(self.canvas)
        self.canvas.resize(1200, 640)
        self.said: list[str] = []
        self.canvas.message.connect(self.said.append)
        self.canvas.show()
        qtbot.waitExposed(self.canvas)
        self.canvas.grab()
        self.canvas.reset_zoom()
        self.canvas.pan_by(40 - self.canvas.node_rect("x").x(), 40 - self.canvas.node_rect("x").y())

    @property
    def board(self) -> Board:
        return self.document.project.boards["net"]

    def wires(self) -> set[str]:
        return {str(wire) for wire in self.board.wires}

    def middle(self, id: str) -> QPoint:
        return self.canvas.node_rect(id).center()

    def press(self, at: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.qtbot.mouseMove(self.canvas, at)
        self.qtbot.mousePress(self.canvas, LEFT, keys, at)

    def drag(self, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.press(start, keys)
        for part in (0.1, 0.5, 0.9, 1.0):
            self.move(start + (end - start) * part)
        self.release(end, keys)

    def move(self, at: QPoint) -> None:
        self.qtbot.mouseMove(self.canvas, at)

    def release(self, at: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.qtbot.mouseRelease(self.canvas, LEFT, keys, at)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.qtbot.mouseClick(self.canvas, LEFT, keys, at)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.qtbot.keyClick(self.canvas, key, keys)

    def drop(self, type_name: str, at: QPoint) -> None:
        mime = CarriedNode(NewNode(type_name))
        copy = Qt.DropAction.CopyAction
        for event in (
            QDragEnterEvent(at, copy, mime, LEFT, PLAIN),
            QDragMoveEvent(at, copy, mime, LEFT, PLAIN),
            QDropEvent(QPointF(at), copy, mime, LEFT, PLAIN),
        ):
            QApplication.sendEvent(self.canvas, event)

    def click_action(self, menu: QMenu, action: QAction) -> None:
        self.qtbot.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(action).center())
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def search_field(self) -> QLineEdit:
        field = self.canvas.findChild(QLineEdit, "canvas-search-field")
        assert isinstance(field, QLineEdit)
        return field

    def offered(self) -> list[str]:
        found = self.canvas.findChild(QListWidget, "canvas-search-list")
        assert isinstance(found, QListWidget)
        return [found.item(row).text() for row in range(found.count())]


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return Hand(qtbot, chain())


def test_a_node_is_dragged_onto_the_grid_in_one_step(hand: Hand) -> None:
    hand.drag(hand.middle("embed"), hand.middle("embed") + QPoint(101, 67))
    x, y = hand.board.nodes["embed"].at
    assert (x, y) != (280, 240)
    assert x % 8 == 0
    assert y % 8 == 0
    assert hand.document.undo_label == "Move embed"
    hand.document.undo()
    assert hand.board.nodes["embed"].at == (280, 240)
    assert hand.document.undo_label is None


def test_a_dragged_node_snaps_into_line_with_another(hand: Hand) -> None:
    hand.drag(hand.middle("embed"), hand.middle("embed") + QPoint(277, 130))
    assert hand.board.nodes["embed"].at[0] == 560


def test_escape_during_a_drag_leaves_everything_as_it_was(hand: Hand) -> None:
    before = hand.document.project
    start = hand.middle("embed")
    hand.press(start)
    hand.move(start + QPoint(60, 60))
    hand.key(Qt.Key.Key_Escape)
    hand.release(start + QPoint(60, 60))
    assert hand.document.project is before
    assert hand.middle("embed") == start


def test_clicks_select_and_ctrl_toggles(hand: Hand) -> None:
    chosen: list[frozenset[str]] = []
    hand.canvas.selection_changed.connect(chosen.append)
    hand.click(hand.middle("conv"))
    hand.click(hand.middle("relu"), Qt.KeyboardModifier.ControlModifier)
    hand.click(hand.middle("conv"), Qt.KeyboardModifier.ShiftModifier)
    assert chosen == [{"conv"}, {"conv", "relu"}, {"relu"}]
    hand.click(QPoint(600, 560))
    assert hand.canvas.selection == frozenset()


def test_a_box_selects_what_it_touches(hand: Hand) -> None:
    hand.drag(hand.canvas.node_rect("conv").topLeft() - QPoint(20, 20), hand.middle("relu"))
    assert hand.canvas.selection == {"conv", "relu"}


def test_wiring_from_output_to_input(hand: Hand) -> None:
    canvas = hand.canvas
    hand.drag(canvas.port_at("relu", "output", True), canvas.port_at("add", "inputs", False))
    hand.drag(canvas.port_at("conv", "output", True), canvas.port_at("add", "inputs", False))
    assert {"relu.output -> add.inputs", "conv.output -> add.inputs"} < hand.wires()
    assert hand.document.undo_label == "Wire conv to add"


def test_wiring_from_input_to_output(hand: Hand) -> None:
    canvas = hand.canvas
    canvas.attempt(lambda drawn: add(drawn, NewNode("ReLU"), (0, 240)))
    hand.drag(canvas.port_at("relu2", "input", False), canvas.port_at("x", "output", True))
    assert "x.output -> relu2.input" in hand.wires()


def test_a_wrong_kind_is_refused_with_the_reason(hand: Hand) -> None:
    before = hand.document.project
    start = hand.canvas.port_at("relu", "output", True)
    end = hand.canvas.port_at("embed", "input", False)
    hand.press(start)
    hand.move(start + QPoint(-20, 20))
    hand.move(end)
    assert "gives real numbers" in hand.said[-1]
    assert "takes whole numbers" in hand.said[-1]
    hand.release(end)
    assert hand.document.project is before


def test_a_circle_is_refused_with_the_reason(hand: Hand) -> None:
    canvas = hand.canvas
    hand.drag(canvas.port_at("relu", "output", True), canvas.port_at("add", "inputs", False))
    before = hand.document.project
    hand.drag(canvas.port_at("add", "output", True), canvas.port_at("conv", "input", False))
    assert hand.document.project is before
    assert hand.said[-1] == "conv feeds add already: this wire would close a circle."


def test_a_node_cannot_feed_itself(hand: Hand) -> None:
    canvas = hand.canvas
    hand.drag(canvas.port_at("add", "output", True), canvas.port_at("add", "inputs", False))
    assert hand.said[-1] == "add cannot feed itself."


def test_the_same_wire_is_not_made_twice(hand: Hand) -> None:
    before = hand.document.project
    canvas = hand.canvas
    hand.drag(canvas.port_at("conv", "output", True), canvas.port_at("relu", "input", False))
    assert hand.document.project is before
    assert hand.said[-1] == "conv feeds relu.input already."


def test_a_wire_is_picked_up_at_its_input_and_dropped(hand: Hand) -> None:
    hand.drag(hand.canvas.port_at("relu", "input", False), QPoint(600, 560))
    assert "conv.output -> relu.input" not in hand.wires()
    assert hand.canvas.findChild(QLineEdit, "canvas-search-field") is None
    hand.document.undo()
    assert "conv.output -> relu.input" in hand.wires()


def test_a_picked_up_wire_goes_to_another_input(hand: Hand) -> None:
    canvas = hand.canvas
    hand.drag(canvas.port_at("relu", "input", False), canvas.port_at("add", "inputs", False))
    assert "conv.output -> relu.input" not in hand.wires()
    assert "conv.output -> add.inputs" in hand.wires()
    hand.document.undo()
    assert hand.document.undo_label is None


def test_a_wire_let_go_offers_what_fits_and_wires_it(hand: Hand) -> None:
    hand.drag(hand.canvas.port_at("x", "output", True), QPoint(300, 480))
    assert "Conv2d" in hand.offered()
    assert "Embedding" not in hand.offered()
    assert "Input" not in hand.offered()
    hand.qtbot.keyClicks(hand.search_field(), "gelu")
    hand.qtbot.keyClick(hand.search_field(), Qt.Key.Key_Return)
    assert "x.output -> gelu.input" in hand.wires()
    assert hand.document.undo_label == "Add GELU"
    hand.document.undo()
    assert hand.document.undo_label is None


def test_tab_searches_and_enter_adds(hand: Hand) -> None:
    hand.canvas.setFocus()
    hand.move(QPoint(100, 500))
    hand.key(Qt.Key.Key_Tab)
    field = hand.search_field()
    hand.qtbot.keyClicks(field, "norm")
    offered = hand.offered()
    hand.qtbot.keyClick(field, Qt.Key.Key_Down)
    hand.qtbot.keyClick(field, Qt.Key.Key_Return)
    added = set(hand.board.nodes) - set(chain().boards["net"].nodes)
    assert {hand.board.nodes[id].type for id in added} == {offered[1]}
    assert hand.canvas.selection == added


def test_double_click_searches_and_escape_adds_nothing(hand: Hand) -> None:
    before = hand.document.project
    hand.qtbot.mouseDClick(hand.canvas, LEFT, PLAIN, QPoint(600, 560))
    hand.qtbot.keyClicks(hand.search_field(), "lin")
    assert hand.offered()[0] == "Linear"
    hand.qtbot.keyClick(hand.search_field(), Qt.Key.Key_Escape)
    assert hand.document.project is before


def test_an_offer_is_taken_by_a_click(hand: Hand) -> None:
    hand.qtbot.mouseDClick(hand.canvas, LEFT, PLAIN, QPoint(300, 500))
    found = hand.canvas.findChild(QListWidget, "canvas-search-list")
    assert isinstance(found, QListWidget)
    place = found.visualItemRect(found.item(0)).center()
    hand.qtbot.mouseClick(found.viewport(), LEFT, PLAIN, place)
    assert hand.document.undo_label == f"Add {hand.offered()[0]}"


def test_delete_keeps_the_flow(hand: Hand) -> None:
    hand.click(hand.middle("conv"))
    hand.key(Qt.Key.Key_Delete)
    assert hand.wires() == {"x.output -> relu.input", "relu.output -> y.input"}
    assert hand.document.undo_label == "Delete conv"


def test_delete_leaves_no_wire_that_does_not_fit(qtbot: QtBot) -> None:
    nodes = [
        Node("x", "Input", {"dtype": "int64"}, (0, 0)),
        node("embed", "Embedding", 280),
        node("linear", "Linear", 560),
    ]
    wires = (Wire("x", "output", "embed", "input"), Wire("embed", "output", "linear", "input"))
    board = Board("net", "network", {n.id: n for n in nodes}, wires)
    hand = Hand(qtbot, Project({"net": board}))
    hand.click(hand.middle("embed"))
    hand.key(Qt.Key.Key_Backspace)
    assert hand.wires() == set()


def test_a_wire_is_clicked_and_deleted(hand: Hand) -> None:
    start = hand.canvas.port_at("conv", "output", True)
    hand.click(start + QPoint(50, 0))
    hand.key(Qt.Key.Key_Delete)
    assert "conv.output -> relu.input" not in hand.wires()
    assert hand.document.undo_label == "Remove wire conv to relu"


def test_a_drop_from_the_palette_adds(hand: Hand) -> None:
    hand.drop("Linear", QPoint(150, 500))
    rect = hand.canvas.node_rect("linear")
    assert rect.contains(QPoint(150, 500))
    assert hand.document.undo_label == "Add Linear"


def test_a_drop_on_a_wire_inserts(hand: Hand) -> None:
    hand.drop("BatchNorm2d", hand.canvas.port_at("conv", "output", True) + QPoint(52, 0))
    assert {"conv.output -> norm.input", "norm.output -> relu.input"} < hand.wires()
    assert "conv.output -> relu.input" not in hand.wires()
    hand.document.undo()
    assert hand.document.undo_label is None


def test_a_node_moved_onto_a_wire_is_inserted(hand: Hand) -> None:
    hand.canvas.attempt(lambda drawn: add(drawn, NewNode("Dropout"), (0, 400)))
    grip = QPoint(88, 24)
    start = hand.canvas.node_rect("dropout").topLeft() + grip
    hand.drag(start, hand.canvas.port_at("conv", "output", True) + QPoint(52, 0))
    assert {"conv.output -> dropout.input", "dropout.output -> relu.input"} < hand.wires()
    assert hand.document.undo_label == "Insert dropout"


def test_a_type_of_another_board_is_not_taken(hand: Hand) -> None:
    before = hand.document.project
    hand.drop("CrossEntropy", QPoint(150, 500))
    assert hand.document.project is before
    assert hand.said[-1] == "CrossEntropy does not belong on a network board."


def test_arrows_nudge_in_one_step(hand: Hand) -> None:
    hand.click(hand.middle("embed"))
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Down)
    assert hand.board.nodes["embed"].at == (288, 248)
    hand.document.undo()
    assert hand.board.nodes["embed"].at == (280, 240)


def test_copy_and_paste(hand: Hand) -> None:
    hand.click(hand.middle("conv"))
    hand.click(hand.middle("relu"), Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert hand.canvas.selection == {"conv2", "relu2"}
    assert "conv2.output -> relu2.input" in hand.wires()


def test_cut_and_duplicate(hand: Hand) -> None:
    hand.click(hand.middle("embed"))
    hand.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert hand.canvas.selection == {"embedding"} or hand.canvas.selection == {"embed2"}
    hand.key(Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    assert set(hand.board.nodes) == set(chain().boards["net"].nodes)
    assert "Embedding" in QGuiApplication.clipboard().text()


def test_foreign_text_is_not_pasted(hand: Hand) -> None:
    before = hand.document.project
    QGuiApplication.clipboard().setText("hello")
    hand.canvas.commands.paste()
    assert hand.document.project is before
    assert "holds no Netloom nodes" in hand.said[-1]


def test_f2_renames_and_refuses_bad_names(hand: Hand) -> None:
    hand.click(hand.middle("conv"))
    hand.key(Qt.Key.Key_F2)
    field = hand.canvas.findChild(QLineEdit, "canvas-rename")
    assert isinstance(field, QLineEdit)
    field.clear()
    hand.qtbot.keyClicks(field, "forward")
    hand.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "conv" in hand.board.nodes
    assert "'forward' is a word that the code needs" in hand.said[-1]
    field.clear()
    hand.qtbot.keyClicks(field, "stem")
    hand.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "stem" in hand.board.nodes
    assert "x.output -> stem.input" in hand.wires()
    assert hand.canvas.selection == {"stem"}


def test_space_and_drag_pans(hand: Hand) -> None:
    before = hand.middle("conv")
    hand.canvas.setFocus()
    hand.qtbot.keyPress(hand.canvas, Qt.Key.Key_Space)
    hand.drag(QPoint(600, 560), QPoint(650, 580))
    hand.qtbot.keyRelease(hand.canvas, Qt.Key.Key_Space)
    assert hand.middle("conv") == before + QPoint(50, 20)
    assert hand.canvas.selection == frozenset()


def test_double_click_opens_a_block(qtbot: QtBot) -> None:
    inner = Board("res", "block", {"x": node("x", "Input", 0), "y": node("y", "Output", 280)})
    outer = Board(
        "net",
        "network",
        {"x": node("x", "Input", 0), "res": Node("res", "Block", {"block": "res"}, (280, 0))},
    )
    hand = Hand(qtbot, Project({"net": outer, "res": inner}))
    opened: list[str] = []
    hand.canvas.entered.connect(opened.append)
    qtbot.mouseDClick(hand.canvas, LEFT, PLAIN, hand.middle("res"))
    assert opened == ["res"]
    hand.canvas.open_search(QPoint(10, 300))
    assert "res" in hand.offered()


def test_undo_far_back_shows_every_step(hand: Hand) -> None:
    hand.drop("Linear", QPoint(150, 500))
    hand.click(hand.middle("conv"))
    hand.key(Qt.Key.Key_Delete)
    hand.canvas.commands.arrange()
    while hand.document.undo_label:
        hand.document.undo()
    assert hand.document.project == chain()
    assert set(hand.canvas.scene.cards) == set(hand.board.nodes)
    assert set(hand.canvas.scene.curves) == set(hand.board.wires)


def test_the_wheel_zooms_at_the_pointer(hand: Hand) -> None:
    at = QPointF(hand.middle("conv"))
    wheel = QWheelEvent(
        at, at, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, PLAIN, _NO_PHASE, False
    )
    QApplication.sendEvent(hand.canvas, wheel)
    assert hand.canvas.view.scale > 1.2
    assert (hand.middle("conv") - at.toPoint()).manhattanLength() <= 2
    hand.key(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert hand.canvas.view.scale == pytest.approx(1.0)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_menu_offers_fixes_and_makes_a_block(hand: Hand) -> None:
    chosen: list[object] = []
    hand.canvas.fix_chosen.connect(chosen.append)
    fix = Fix("Set it right", ())
    hand.canvas.set_issues([Issue("bad", "error", "conv: bad", "net", "conv", fixes=(fix,))])
    hand.canvas.select({"conv", "relu"})
    at = hand.middle("conv")
    for text in ("Set it right", "Make a block of these…\tCtrl+G"):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, hand.canvas.mapToGlobal(at))
        QApplication.sendEvent(hand.canvas, event)
        menu = hand.canvas.findChild(QMenu, "canvas-menu")
        assert isinstance(menu, QMenu)
        action = next(a for a in menu.actions() if a.text() == text)
        hand.click_action(menu, action)
    assert chosen == [fix]
    field = hand.canvas.findChild(QLineEdit, "canvas-block-name")
    assert isinstance(field, QLineEdit)
    hand.qtbot.keyClick(field, Qt.Key.Key_Return)
    block = hand.document.project.boards["block"]
    assert {str(w) for w in block.wires} == {
        "x.output -> conv.input",
        "conv.output -> relu.input",
        "relu.output -> y.input",
    }
    assert {"x.output -> block.x", "block.y -> y.input"} == hand.wires()
    assert hand.canvas.selection == {"block"}
    assert hand.document.undo_label == "Make block block"
    hand.canvas.commands.unpack("block")
    assert hand.wires() == {str(wire) for wire in chain().boards["net"].wires}
    hand.document.undo()
    hand.document.undo()
    assert hand.document.project == chain()


def test_a_block_around_another_node_is_refused(hand: Hand) -> None:
    hand.canvas.select({"conv", "y"})
    hand.key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    said = "y is an Output of this board and cannot go into a block: deselect it."
    assert hand.said == [said]
    assert hand.document.undo_label is None


def test_reports_and_issues_are_told(hand: Hand) -> None:
    signal = Signal(("N", 6, 28, 28), "float32")
    hand.canvas.set_reports({"conv": NodeReport({}, {"output": signal}, 61_706)})
    hand.canvas.set_issues([Issue("bad", "error", "conv: <bad>", "net", "conv")])
    hand.canvas.grab()
    scene, view = hand.canvas.scene, hand.canvas.view
    card = tip(scene, view.to_scene(QPointF(hand.middle("conv"))), 1.0)
    assert "61,706 parameters" in card
    assert "conv: &lt;bad&gt;" in card
    middle = hand.canvas.port_at("conv", "output", True) + QPoint(52, 0)
    assert "N×6×28×28" in tip(scene, view.to_scene(QPointF(middle)), 1.0)
    hand.canvas.set_reports({}, frozenset({"conv"}))
    assert "parameters" not in tip(scene, view.to_scene(QPointF(hand.middle("conv"))), 1.0)


def test_an_unknown_type_is_a_placeholder_with_its_wires(qtbot: QtBot) -> None:
    nodes = [node("x", "Input", 0), node("odd", "Mystery", 280)]
    wires = (Wire("x", "output", "odd", "what"),)
    hand = Hand(
        qtbot,
        Project({"net": Board("net", "network", {n.id: n for n in nodes}, wires)}),
    )
    assert hand.canvas.port_at("odd", "what", False) == hand.canvas.port_at("odd", "?", False)
    hand.canvas.grab()


def test_what_lies_behind_makes_room(hand: Hand) -> None:
    hand.drop("BatchNorm2d", hand.canvas.port_at("conv", "output", True) + QPoint(52, 0))
    at = {id: n.at for id, n in hand.board.nodes.items()}
    assert at["conv"][0] < at["norm"][0] < at["relu"][0] < at["y"][0]
    assert at["relu"][0] - at["norm"][0] == at["y"][0] - at["relu"][0] == 280
    assert {at[id][1] for id in ("conv", "norm", "relu", "y")} == {0}
    assert at["embed"] == (280, 240)


def test_nodes_are_reached_by_keyboard(hand: Hand) -> None:
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_Right)
    assert hand.canvas.selection == {"x"}
    for _ in range(2):
        hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert hand.canvas.selection == {"add"}
    assert hand.canvas.accessibleDescription() == "add, Add"


def test_a_closed_canvas_no_longer_listens(qtbot: QtBot) -> None:
    document = Document(chain())
    canvas = Canvas(document, "net", builtin().types, LIGHT)
    canvas.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    document.edit("Clear", Project())


def test_a_board_that_goes_away_leaves_an_empty_canvas(hand: Hand) -> None:
    hand.canvas.select({"conv"})
    hand.document.edit("Clear", Project())
    hand.canvas.grab()
    assert hand.canvas.selection == frozenset()
    hand.document.undo()
    assert set(hand.canvas.scene.cards) == set(hand.board.nodes)

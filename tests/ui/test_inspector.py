"""The inspector: fields by kind of parameter, what is refused, undo, names, blocks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nodes.catalogue import builtin
from nodes.declare import BoardKind
from studio.model.edits import SetParam
from studio.model.expression import Expression
from studio.model.gallery import template
from studio.model.messages import Checked, NodesChecked
from studio.model.project import Board, Node, Project
from studio.model.report import Fix, Issue, NodeReport, Signal
from studio.ui.window.window import Window
from tests.ui.windows import find, window_with


def board(kind: BoardKind = "network", *nodes: Node) -> Project:
    """A project of one board named net."""
    return Project({"net": Board("net", kind, {node.id: node for node in nodes})})


def select(window: Window, *ids: str) -> None:
    """Select nodes on the canvas."""
    assert window.tabs.canvas is not None
    window.tabs.canvas.select(ids)


def line(window: QWidget, name: str) -> QLineEdit:
    """The line of a field."""
    field = find(window, f"field_{name}")
    found = field.findChild(QLineEdit) if isinstance(field, QAbstractSpinBox) else field
    assert isinstance(found, QLineEdit)
    return found


def type_in(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    """Replace a line's text by typing."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)


def value(window: Window, id: str, name: str) -> object:
    """What the project holds."""
    return window.document.project.boards["net"].nodes[id].params.get(name)


def problem(window: Window, name: str) -> str:
    """The sentence under a field."""
    label = find(window, f"problem_{name}")
    assert isinstance(label, QLabel)
    return label.text()


def seen(window: Window, name: str) -> bool:
    """Whether a widget of that name is shown."""
    return any(widget.isVisible() for widget in window.findChildren(QWidget, name))


def click(qtbot: QtBot, window: Window, name: str) -> None:
    """Click a widget."""
    qtbot.mouseClick(find(window, name), Qt.MouseButton.LeftButton)


CONV = Node("conv", "Conv2d")


def test_typing_is_one_step_of_undo(qtbot: QtBot) -> None:
    with window_with(qtbot, board("network", CONV)) as window:
        select(window, "conv")
        type_in(qtbot, line(window, "out_channels"), "128")
        assert value(window, "conv", "out_channels") == 128
        assert window.commands["undo"].text() == "Undo Change conv.out_channels"
        window.commands["undo"].trigger()
        assert value(window, "conv", "out_channels") is None
        assert line(window, "out_channels").text() == "16"


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("out_channels", "0", "1 or more"),
        ("out_channels", "many", "whole number"),
        ("kernel_size", "3, x", "whole number"),
        ("out_channels", "=dim", "block"),
        ("out_channels", "99999999999", "at most"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(
    qtbot: QtBot, name: str, text: str, word: str
) -> None:
    with window_with(qtbot, board("network", CONV)) as window:
        select(window, "conv")
        field = line(window, name)
        field.setFocus()
        field.selectAll()
        field.insert("")
        before = window.document.project
        field.setText(text)
        field.textEdited.emit(text)
        assert window.document.project is before
        assert word in problem(window, name)
        type_in(qtbot, field, "7")
        assert not seen(window, f"problem_{name}")
        assert value(window, "conv", name) == 7


def test_expressions_on_the_board_of_a_block(qtbot: QtBot) -> None:
    node = Node("linear", "Linear")
    with window_with(qtbot, board("block", node)) as window:
        select(window, "linear")
        type_in(qtbot, line(window, "out_features"), "=4 * dim")
        assert value(window, "linear", "out_features") == Expression("4 * dim")


def test_a_state_is_carried_on_to_an_output_that_is_chosen(qtbot: QtBot) -> None:
    with window_with(qtbot, board("block", Node("h", "Input"), Node("after", "Output"))) as window:
        select(window, "h")
        click(qtbot, window, "advanced_fold")
        combo = find(window, "field_next")
        assert isinstance(combo, QComboBox)
        assert [combo.itemText(i) for i in range(combo.count())] == ["none", "after"]
        combo.setFocus()
        qtbot.keyClick(combo, Qt.Key.Key_Down)
        assert value(window, "h", "next") == "after"


def test_arrows_step_within_the_range(qtbot: QtBot) -> None:
    with window_with(
        qtbot, board("network", Node("conv", "Conv2d", {"out_channels": 1}))
    ) as window:
        select(window, "conv")
        field = line(window, "out_channels")
        qtbot.keyClick(field, Qt.Key.Key_Up)
        assert value(window, "conv", "out_channels") == 2
        for _ in range(3):
            qtbot.keyClick(field, Qt.Key.Key_Down)
        assert value(window, "conv", "out_channels") == 1


def test_checkbox_combo_and_the_rules_between_fields(qtbot: QtBot) -> None:
    with window_with(qtbot, board("network", CONV)) as window:
        select(window, "conv")
        box = find(window, "field_bias")
        assert isinstance(box, QCheckBox)
        box.click()
        assert value(window, "conv", "bias") is False
        click(qtbot, window, "advanced_fold")
        assert not seen(window, "field_init_std")
        combo = find(window, "field_init")
        assert isinstance(combo, QComboBox)
        combo.setFocus()
        qtbot.keyClicks(combo, "normal")
        assert value(window, "conv", "init") == "normal"
        assert find(window, "field_init_std")


def test_back_to_the_default(qtbot: QtBot) -> None:
    node = Node("conv", "Conv2d", {"out_channels": 3})
    with window_with(qtbot, board("network", node)) as window:
        select(window, "conv")
        qtbot.mouseClick(find(window, "reset_out_channels"), Qt.MouseButton.LeftButton)
        assert "out_channels" not in window.document.project.boards["net"].nodes["conv"].params
        assert line(window, "out_channels").text() == "16"


def test_a_name_that_cannot_be_is_said(qtbot: QtBot) -> None:
    with window_with(qtbot, board("network", CONV, Node("relu", "ReLU"))) as window:
        select(window, "conv")
        name = find(window, "node_name")
        assert isinstance(name, QLineEdit)
        for wrong in ("forward", "relu", "a b", "import os"):
            type_in(qtbot, name, wrong)
            qtbot.keyClick(name, Qt.Key.Key_Return)
            assert "conv" in window.document.project.boards["net"].nodes
            assert problem(window, "node_name")
        type_in(qtbot, name, "first")
        qtbot.keyClick(name, Qt.Key.Key_Return)
        assert list(window.document.project.boards["net"].nodes) == ["first", "relu"]
        assert window.tabs.canvas is not None
        assert window.tabs.canvas.selection == {"first"}


def test_shared_weights(qtbot: QtBot) -> None:
    nodes = (Node("a", "Linear"), Node("b", "Linear"), Node("c", "ReLU"))
    with window_with(qtbot, board("network", *nodes)) as window:
        select(window, "b")
        combo = find(window, "field_uses")
        assert isinstance(combo, QComboBox)
        assert [combo.itemText(i) for i in range(combo.count())] == ["none", "a"]
        combo.setFocus()
        qtbot.keyClick(combo, Qt.Key.Key_Down)
        assert window.document.project.boards["net"].nodes["b"].uses == "a"


def test_weights_are_renamed_wherever_they_stand(qtbot: QtBot) -> None:
    nodes = (
        Node("slow", "Network", {"network": "net", "instance": "teacher"}),
        Node("twin", "Network", {"network": "net", "instance": "teacher"}),
        Node("update", "Update", {"networks": ("teacher",)}),
    )
    train = Board("steps", "training", {node.id: node for node in nodes})
    with window_with(qtbot, board("network", CONV).with_board(train)) as window:
        select(window, "conv")
        assert not seen(window, "instance_name")
        window.tabs.open_board("steps")
        select(window, "slow")
        name = find(window, "instance_name")
        assert isinstance(name, QLineEdit)
        type_in(qtbot, name, "Old")
        qtbot.keyClick(name, Qt.Key.Key_Return)
        nodes_now = window.document.project.boards["steps"].nodes
        assert [nodes_now[id].instance for id in ("slow", "twin")] == ["Old", "Old"]
        assert nodes_now["update"].trained == ("Old",)
        type_in(qtbot, name, "steps")
        qtbot.keyClick(name, Qt.Key.Key_Return)
        assert "is the name of a board" in problem(window, "instance_name")


def test_several_nodes_are_changed_together(qtbot: QtBot) -> None:
    nodes = (Node("a", "Linear"), Node("b", "Linear", {"out_features": 5}))
    with window_with(qtbot, board("network", *nodes)) as window:
        select(window, "a", "b")
        field = line(window, "out_features")
        assert field.placeholderText() == "several values"
        type_in(qtbot, field, "12")
        assert [value(window, id, "out_features") for id in "ab"] == [12, 12]
        window.commands["undo"].trigger()
        assert [value(window, id, "out_features") for id in "ab"] == [None, 5]


def test_a_node_of_a_block_asks_for_the_blocks_parameters(qtbot: QtBot) -> None:
    part = Board("part", "block", {}, (), {"dim": 64})
    net = Board("net", "network", {"b": Node("b", "Block", {"block": "part"})})
    with window_with(qtbot, Project({"net": net, "part": part})) as window:
        select(window, "b")
        type_in(qtbot, line(window, "dim"), "32")
        assert value(window, "b", "dim") == 32


def test_a_blocks_parameters_are_added_renamed_and_removed(qtbot: QtBot) -> None:
    node = Node("fc", "Linear", {"out_features": Expression("4 * dim")})
    with window_with(qtbot, board("block", node)) as window:
        qtbot.mouseClick(find(window, "parameter_add"), Qt.MouseButton.LeftButton)
        assert window.document.project.boards["net"].params == {"dim": 64}
        name = find(window, "parameter_name_dim")
        assert isinstance(name, QLineEdit)
        type_in(qtbot, name, "width")
        qtbot.keyClick(name, Qt.Key.Key_Return)
        assert window.document.project.boards["net"].params == {"width": 64}
        assert value(window, "fc", "out_features") == Expression("4 * width")
        qtbot.mouseClick(find(window, "parameter_remove_width"), Qt.MouseButton.LeftButton)
        assert window.document.project.boards["net"].params == {}


def test_variables_are_added_set_renamed_and_removed(qtbot: QtBot) -> None:
    node = Node("fc", "Linear", {"out_features": Expression("4 * dim")})

    def enter(window: Window, field: str, text: str) -> None:
        found = find(window, field)
        assert isinstance(found, QLineEdit)
        type_in(qtbot, found, text)
        qtbot.keyClick(found, Qt.Key.Key_Return)

    with window_with(qtbot, board("network", node)) as window:
        document = window.document
        qtbot.mouseClick(find(window, "variable_add"), Qt.MouseButton.LeftButton)
        assert document.project.variables == {"dim": 64}
        enter(window, "variable_value_dim", "32")
        enter(window, "variable_name_dim", "width")
        assert document.project.variables == {"width": 32}
        assert value(window, "fc", "out_features") == Expression("4 * width")
        document.undo()
        assert find(window, "variable_value_dim"), "the panel follows undo"
        enter(window, "variable_value_dim", "=nobody")
        found = find(window, "variable_problem")
        assert isinstance(found, QLabel)
        assert "must be a number" in found.text()
        assert document.project.variables == {"dim": 32}
        qtbot.mouseClick(find(window, "variable_remove_dim"), Qt.MouseButton.LeftButton)
        assert document.project.variables == {}


def test_a_stage_shows_its_own_settings_and_goes_back_to_the_projects(qtbot: QtBot) -> None:
    drawn, study = template("distill"), "Study"
    own = replace(drawn.boards[study], settings={"epochs": 5})
    with window_with(qtbot, drawn.with_board(own)) as window:
        document, usual = window.document, drawn.settings
        window.tabs.open_board(study)
        heading = find(window, "settings_whose")
        assert isinstance(heading, QLabel)
        assert heading.text() == "Settings of Study"
        assert line(window.inspector, "epochs").text() == "5"
        type_in(qtbot, line(window.inspector, "epochs"), "9")
        assert document.project.boards[study].settings["epochs"] == 9
        assert document.project.settings == usual
        qtbot.mouseClick(find(window.inspector, "reset_epochs"), Qt.MouseButton.LeftButton)
        assert "epochs" not in document.project.boards[study].settings
        assert line(window.inspector, "epochs").text() == str(usual.epochs)
        document.undo()
        assert document.project.boards[study].settings["epochs"] == 9


def test_project_settings(qtbot: QtBot) -> None:
    with window_with(qtbot, board()) as window:
        type_in(qtbot, line(window, "epochs"), "3")
        assert window.document.project.settings.epochs == 3
        type_in(qtbot, line(window, "seed"), "-1")
        assert "0 or more" in problem(window, "seed")
        assert window.document.project.settings.seed == 0


def test_reports_and_issues_of_the_node(qtbot: QtBot) -> None:
    with window_with(qtbot, board("network", CONV)) as window:
        select(window, "conv")
        report = NodeReport(
            {"input": (Signal(("N", 3, 8, 8), "float32"),)},
            {"output": Signal(("N", 16, 6, 6), "float32")},
            448,
            15552,
            {"in_channels": 3},
        )
        window.link.nodes_checked.emit(NodesChecked(1, "net", {"conv": report}))
        facts = window.inspector.node.facts
        assert "N×3×8×8" in facts.ports.text()
        assert "448" in facts.counts.text()
        assert "in_channels" in facts.counts.text()
        fix = Fix("Set stride to 2", (SetParam("net", "conv", "stride", 2),))
        issue = Issue("x", "error", "conv does not fit", "net", "conv", fixes=(fix,))
        window.link.checked.emit(Checked(1, (issue,), {}))
        buttons = window.inspector.findChildren(QWidget, "fix_0")
        qtbot.mouseClick(buttons[-1], Qt.MouseButton.LeftButton)
        assert value(window, "conv", "stride") == 2


@pytest.mark.parametrize("name", builtin().types)
def test_every_type_has_a_form(qtbot: QtBot, name: str) -> None:
    found = builtin().types[name]
    kind: BoardKind = "network" if "network" in found.boards else "training"
    with window_with(qtbot, board(kind, Node("node", name))) as window:
        select(window, "node")
        form = window.inspector.node
        for param in found.params:
            (field,) = form.findChildren(QWidget, f"field_{param.name}")
            assert field.accessibleName()
            assert field.accessibleDescription() == param.summary
        assert window.document.project.boards["net"].nodes["node"].params == {}


def test_a_node_has_the_ports_that_its_fields_give(qtbot: QtBot) -> None:
    nodes = Node("split", "Split"), Node("sum", "Expression")
    with window_with(qtbot, board("network", *nodes)) as window:
        assert window.tabs.canvas is not None
        cards = window.tabs.canvas.scene.cards
        select(window, "split")
        type_in(qtbot, line(window, "pieces"), "2, 3, 4")
        assert list(cards["split"].outputs) == ["piece0", "piece1", "piece2"]
        select(window, "sum")
        type_in(qtbot, line(window, "formula"), "first + exp(last)")
        assert list(cards["sum"].inputs) == ["first", "last"]
        type_in(qtbot, line(window, "formula"), "first.grad")
        assert "may hold only names" in problem(window, "formula")
        assert list(cards["sum"].inputs) == ["first"]
        window.commands["undo"].trigger()
        assert list(cards["sum"].inputs) == ["a", "b"], "typing is one step"

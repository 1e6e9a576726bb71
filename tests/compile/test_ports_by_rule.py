"""Ports that follow from parameters and formulas, seen alike by canvas, checks and code."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
import torch

from nodes.declare import NodeType, Param, Port
from nodes.formula import Formula
from studio.compile.training_source import execute
from studio.model.edits import AddWire, SetParam, apply
from studio.model.expression import Expression
from studio.model.offers import offers
from studio.model.operations.adding import NewNode, add
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.ports import Ports, ports_of, with_ports
from studio.model.project import Board, Project
from tests.compile.drawing import TYPES, board, checked, codes, node, project, run, shape


def ports(type: str, **params: Any) -> Ports:
    placed = board([node("a", type, **params)])
    return ports_of(project(placed), placed, placed.nodes["a"], TYPES)


def names(found: tuple[Port, ...]) -> list[str]:
    return [port.name for port in found]


@pytest.mark.parametrize(
    ("pieces", "wanted"),
    [
        (1, ["piece0"]),
        (3, ["piece0", "piece1", "piece2"]),
        ((4, 8), ["piece0", "piece1"]),
    ],
)
def test_a_split_has_as_many_outputs_as_pieces(pieces: Any, wanted: list[str]) -> None:
    assert names(ports("Split", pieces=pieces).outputs) == wanted


@pytest.mark.parametrize(
    "params",
    [
        {"type": "Split", "pieces": 0},
        {"type": "Split", "pieces": 10**9},
        {"type": "Split", "pieces": "many"},
        {"type": "Split", "pieces": None},
        {"type": "Split", "pieces": ()},
        {"type": "Split", "pieces": (1,) * 100},
        {"type": "Split", "pieces": Expression("2 * dim")},
        {"type": "Expression", "formula": "a.b"},
        {"type": "Expression", "formula": 3},
    ],
    ids=str,
)
def test_what_gives_no_ports_is_one_issue_and_leaves_the_wires(params: dict[str, Any]) -> None:
    source = node("s", **params)
    drawn = board([node("x", "Input"), source, node("y", "Output")], "x -> s.a, s.b -> y")
    found = checked(drawn)
    assert [(i.code, i.node) for i in found.issues] == [("parameter", "s")]
    assert names(ports_of(found.project, drawn, source, TYPES).outputs) == ["b"]


def net(*nodes: Any, wires: str) -> Board:
    return board([node("x", "Input", shape=("N", 12, 5)), *nodes], wires)


def test_pieces_are_computed_and_written() -> None:
    drawn = net(
        node("s", "Split", pieces=(2, 4, 6)),
        node("y", "Output"),
        node("z", "Output"),
        wires="x -> s, s.piece0 -> y, s.piece2 -> z",
    )
    found = checked(drawn)
    assert not found.issues
    assert (shape(found, "s", "piece0"), shape(found, "s", "piece2")) == ("N×2×5", "N×6×5")
    text = found.source("Net")
    assert "s, _, s_piece2 = x.split([2, 4, 6], 1)" in text
    x = torch.rand(3, 12, 5)
    first, last = run(execute(text, "<test>")["Net"](), [x])
    assert torch.equal(first, x[:, :2])
    assert torch.equal(last, x[:, 6:])


def test_pieces_that_do_not_fit_have_a_fix() -> None:
    drawn = net(node("s", "Split", pieces=5), node("y", "Output"), wires="x -> s, s.piece4 -> y")
    (issue,) = checked(drawn).issues
    assert "must divide the 12" in issue.message
    after = apply(project(drawn), issue.fixes[0].edits)
    assert not checked(*after.boards.values()).issues


@pytest.mark.parametrize("many", [1, 5, 6, 7, 12])
def test_many_pieces_are_formatted(many: int) -> None:
    ends = ", ".join(f"split.piece{i} -> y{i}" for i in range(many))
    outputs = [node(f"y{i}", "Output") for i in range(many)]
    drawn = board(
        [node("x", "Input", shape=("N", many)), node("split", "Split", pieces=many), *outputs],
        f"x -> split, {ends}",
    )
    assert_formatted(checked(drawn).source("Net"))


@pytest.mark.parametrize(
    "formula",
    [
        "first_value * sigmoid(second_value) + tanh(third_value) - first_value / second_value",
        "first_value * sigmoid(second_value) * tanh(third_value) * first_value * second_value",
        "(first_value + second_value) ** 2 / third_value * log(softplus(first_value) + fourth)",
    ],
)
def test_long_formulas_are_formatted(formula: str) -> None:
    reads = Formula(formula).names
    drawn = board(
        [
            *(node(name, "Input", shape=("N", 4)) for name in reads),
            node("computed", "Expression", formula=formula),
            node("y", "Output"),
        ],
        ", ".join(f"{name} -> computed.{name}" for name in reads) + ", computed -> y",
    )
    assert_formatted(checked(drawn).source("Net"))


def assert_formatted(text: str) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--check", "--diff", "--isolated", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_fewer_pieces_leave_a_wire_that_can_be_removed() -> None:
    drawn = net(node("s", "Split", pieces=3), node("y", "Output"), wires="x -> s, s.piece2 -> y")
    fewer = SetParam("Net", "s", "pieces", 2).apply(project(drawn))
    issues = checked(*fewer.boards.values()).issues
    assert "starts at a port that s does not have" in issues[0].message


def test_a_formula_is_drawn_checked_and_written() -> None:
    drawn = net(
        node("s", "Split"),
        node("e", "Expression", formula="a * sigmoid(gate) + 1"),
        node("y", "Output"),
        wires="x -> s, s.piece0 -> e.a, s.piece1 -> e.gate, e -> y",
    )
    found = checked(drawn)
    assert not found.issues
    assert shape(found, "e") == "N×6×5"
    text = found.source("Net")
    assert "return s * torch.sigmoid(s_piece1) + 1" in text
    x = torch.rand(2, 12, 5)
    (out,) = run(execute(text, "<test>")["Net"](), [x])
    assert torch.equal(out, x[:, :6] * torch.sigmoid(x[:, 6:]) + 1)


def test_another_formula_has_other_inputs() -> None:
    drawn = net(node("e", "Expression"), node("y", "Output"), wires="x -> e.a, x -> e.b, e -> y")
    assert not checked(drawn).issues
    other = SetParam("Net", "e", "formula", "a + c").apply(project(drawn))
    found = checked(*other.boards.values())
    assert sorted(codes(found)) == ["missing-input", "wire"]


def test_sizes_that_do_not_fit_are_told() -> None:
    drawn = net(
        node("s", "Split", pieces=(5, 7)),
        node("e", "Expression", formula="a - b"),
        node("y", "Output"),
        wires="x -> s, s.piece0 -> e.a, s.piece1 -> e.b, e -> y",
    )
    (issue,) = checked(drawn).issues
    assert issue.node == "e"


def test_a_missing_input_of_a_formula_is_suggested() -> None:
    drawn = net(
        node("s", "Split"),
        node("e", "Expression", formula="a * b"),
        node("y", "Output"),
        wires="x -> s, s.piece0 -> e.a, e -> y",
    )
    (issue,) = [i for i in checked(drawn).issues if i.code == "missing-input"]
    assert [fix.label for fix in issue.fixes] == ["Connect s"]
    (edit,) = issue.fixes[0].edits
    assert isinstance(edit, AddWire)
    assert (edit.wire.source_port, edit.wire.target_port) == ("piece1", "b")


def test_the_palette_and_an_insertion_know_the_ports() -> None:
    drawn = net(node("y", "Output"), wires="x -> y")
    offered = {offer.name: offer for offer in offers(project(drawn), drawn, TYPES)}
    assert names(offered["Split"].ports.outputs) == ["piece0", "piece1"]
    assert names(offered["Expression"].ports.inputs) == ["a", "b"]
    on = DrawnBoard.of(project(drawn), "Net", TYPES)
    added = add(on, NewNode("Split"), (0, 0), wire=drawn.wires[0])
    wires = {str(wire) for wire in added.project.boards["Net"].wires}
    assert wires == {"x.output -> split.input", "split.piece0 -> y.input"}


def test_another_type_needs_no_code_for_it() -> None:
    stack = NodeType(
        "Stack",
        "Combine",
        "Puts tensors beside each other.",
        inputs=(Port("part", "any"),),
        params=(Param("parts", "int", 2, "How many.", low=1, gives="inputs"),),
        forward=lambda values, shapes: (
            "torch.stack(["
            + ", ".join(f"{{part{number}}}" for number in range(values["parts"]))
            + "])"
        ),
    )
    assert names(with_ports(stack, {"parts": 3}).inputs) == ["part0", "part1", "part2"]


def test_ports_of_many_nodes_are_quick() -> None:
    many = Project({"Net": board([node(f"e{i}", "Expression") for i in range(300)])})
    start = time.perf_counter()
    for placed in many.boards["Net"].nodes.values():
        ports_of(many, many.boards["Net"], placed, TYPES)
    assert time.perf_counter() - start < 0.5


def test_a_port_that_is_there_only_where_a_parameter_says_so() -> None:
    assert names(ports("MaxPool2d").outputs) == ["output"]
    assert names(ports("MaxPool2d", return_indices=True).outputs) == ["output", "indices"]


def test_what_was_pooled_goes_back_to_its_places() -> None:
    nodes = [
        node("x", "Input", shape=("N", 1, "H=4", 4)),
        node("pool", "MaxPool2d", return_indices=True),
        node("back", "MaxUnpool2d"),
        node("y", "Output"),
    ]
    net = board(nodes, "x -> pool -> back -> y, pool.indices -> back.indices")
    found = checked(net)
    assert not found.issues
    assert shape(found, "back") == "N×1×2⌊H/2⌋×4"
    x = torch.tensor([[1.0, 2, 0, 0], [3, 4, 0, 5], [0, 0, 0, 0], [7, 0, 6, 0]])[None, None]
    (y,) = run(execute(found.source("Net"), "<test>")["Net"](), [x])
    assert y.flatten().tolist() == [0, 0, 0, 0, 0, 4, 0, 5, 0, 0, 0, 0, 7, 0, 6, 0]
    without = apply(project(net), [SetParam("Net", "pool", "return_indices", False)])
    assert codes(checked(*without.boards.values())) == ["wire"]

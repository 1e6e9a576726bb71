"""A block applied along time: recurrent cells drawn from their gates, states, what is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from studio.model.edits import RenameNode
from studio.model.expression import Expression
from studio.model.project import Board, Node
from tests.compile.drawing import board, checked, node, project, run, shape
from tests.compile.test_blocks import clean

HIDDEN = 5


def lstm_cell() -> Board:
    """The gates of an LSTM, in the order of torch's weights."""
    return board(
        [
            node("x", "Input", shape=("N", 3)),
            node("h", "Input", shape=("N", Expression("hidden")), next="h_next"),
            node("c", "Input", shape=("N", Expression("hidden")), next="c_next"),
            node("from_input", "Linear", out_features=Expression("4 * hidden")),
            node("from_state", "Linear", out_features=Expression("4 * hidden")),
            node("gates", "Add"),
            node("parts", "Split", pieces=4),
            node("cell", "Expression", formula="sigmoid(f) * c + sigmoid(i) * tanh(g)"),
            node("state", "Expression", formula="sigmoid(o) * tanh(c)"),
            node("y", "Output"),
            node("h_next", "Output"),
            node("c_next", "Output"),
        ],
        "x -> from_input -> gates.inputs, h -> from_state -> gates.inputs, gates -> parts,"
        "parts.piece1 -> cell.f, c -> cell.c, parts.piece0 -> cell.i, parts.piece2 -> cell.g,"
        "parts.piece3 -> state.o, cell -> state.c, state -> y, state -> h_next, cell -> c_next",
        "Cell",
        "block",
        hidden=HIDDEN,
    )


def scanned(**params: Any) -> Board:
    return board(
        [
            node("x", "Input", shape=("N", "T=4", 3)),
            node("lstm", "Scan", block="Cell", **params),
            node("y", "Output"),
            node("h", "Output"),
            node("c", "Output"),
        ],
        "x -> lstm.x, lstm.y -> y, lstm.h_next -> h, lstm.c_next -> c",
    )


def with_weights_of(module: nn.Module, lstm: nn.LSTM, suffix: str = "") -> nn.Module:
    named = {"from_input.weight": "weight_ih_l0", "from_state.weight": "weight_hh_l0",
             "from_input.bias": "bias_ih_l0", "from_state.bias": "bias_hh_l0"}  # fmt: skip
    weights = lstm.state_dict()
    module.load_state_dict({f"lstm.{own}": weights[his + suffix] for own, his in named.items()})
    return module


@pytest.mark.parametrize("reverse", [False, True])
def test_an_lstm_drawn_from_its_gates_is_torchs(tmp_path: Path, reverse: bool) -> None:
    found = checked(lstm_cell(), scanned(reverse=reverse))
    assert not found.errors
    lstm = nn.LSTM(3, HIDDEN, batch_first=True, bidirectional=reverse)
    module = with_weights_of(found.network("Net"), lstm, "_reverse" if reverse else "")
    x = torch.randn(2, 7, 3)
    with torch.no_grad():
        wanted, (h, c) = lstm(x)
    for output, by_torch in zip(
        run(module, [x]), (wanted[..., -HIDDEN:], h[-1], c[-1]), strict=True
    ):
        torch.testing.assert_close(output, by_torch, rtol=0, atol=1e-6)
    assert shape(found, "lstm", "y") == f"N×T×{HIDDEN}"
    assert shape(found, "lstm", "c_next") == f"N×{HIDDEN}"
    assert found.totals["Net"].parameters == sum(p.numel() for p in lstm.parameters()) // (
        1 + reverse
    )
    clean(found, tmp_path)


def test_a_scan_reads_as_written_by_hand() -> None:
    source = checked(lstm_cell(), scanned(hidden=6)).source("Net")
    assert (
        """
        lstm_h_next = x.new_zeros(x.size(0), 6)
        lstm_c_next = x.new_zeros(x.size(0), 6)
        lstm_steps = []
        for x_t in x.unbind(1):
            lstm_t, lstm_h_next, lstm_c_next = self.lstm(x_t, lstm_h_next, lstm_c_next)
            lstm_steps.append(lstm_t)
        lstm = torch.stack(lstm_steps, 1)  # N×T×6
"""
        in source
    )


def running(*more: Node, wires: str = "", **params: Any) -> Board:
    """A cell that adds up what it gets, and a network that scans it."""
    nodes = [node("x", "Input", shape=("N", "T=4", 2)), *more]
    nodes += [node("sum", "Scan", block="Sum", **params), node("y", "Output")]
    return board(nodes, f"x -> sum.x, sum.total -> y{wires}")


def summing(state: tuple[Any, ...] = ("N", 2), **params: Any) -> Board:
    return board(
        [
            node("x", "Input", shape=("N", 2)),
            node("before", "Input", shape=state, **{"next": "total", **params}),
            node("add", "Add"),
            node("total", "Output"),
        ],
        "x -> add.inputs, before -> add.inputs, add -> total",
        "Sum",
        "block",
    )


def test_a_state_begins_as_what_is_wired_to_it(tmp_path: Path) -> None:
    start = node("start", "Input", shape=("N", 2))
    found = checked(summing(), running(start, wires=", start -> sum.before"))
    assert not found.errors
    x, begin = torch.randn(3, 4, 2), torch.randn(3, 2)
    torch.testing.assert_close(run(found.network("Net"), [x, begin])[0], begin + x.sum(1))
    clean(found, tmp_path)


def test_states_of_other_element_types_and_sizes_by_name(tmp_path: Path) -> None:
    cell = board(
        [
            node("tokens", "Input", shape=("N", "K=3"), dtype="int64"),
            node("seen", "Input", shape=("N", "K"), next="after"),
            node("cast", "Cast"),
            node("add", "Add"),
            node("after", "Output"),
        ],
        "tokens -> cast -> add.inputs, seen -> add.inputs, add -> after",
        "Count",
        "block",
    )
    net = board(
        [
            node("x", "Input", shape=("N", "T=6", "K=3"), dtype="int64"),
            node("count", "Scan", block="Count"),
            node("y", "Output"),
        ],
        "x -> count.tokens, count.after -> y",
    )
    found = checked(cell, net)
    assert not found.errors
    assert shape(found, "count", "after") == "N×K"
    assert "x.new_zeros(x.size(0), x.size(2), dtype=torch.float32)" in found.source("Net")
    x = torch.randint(0, 9, (2, 6, 3))
    torch.testing.assert_close(run(found.network("Net"), [x])[0], x.sum(1).float())
    clean(found, tmp_path)


def of_two(one: tuple[Any, ...], two: tuple[Any, ...]) -> tuple[Board, Board]:
    """A cell of two sequences, and a network that scans it over two inputs."""
    cell = board(
        [node("a", "Input", shape=("N", 2)), node("b", "Input", shape=("N", 2)),
         node("add", "Add"), node("y", "Output")],
        "a -> add.inputs, b -> add.inputs, add -> y", "Two", "block",
    )  # fmt: skip
    net = board(
        [node("a", "Input", shape=one), node("b", "Input", shape=two),
         node("both", "Scan", block="Two"), node("y", "Output")],
        "a -> both.a, b -> both.b, both.y -> y",
    )  # fmt: skip
    return cell, net


@pytest.mark.parametrize("reverse", [False, True])
def test_several_sequences_go_side_by_side(tmp_path: Path, reverse: bool) -> None:
    cell, net = of_two(("N", "T", 2), ("N", "T", 2))
    net = board(
        [n.with_param("reverse", reverse) if n.scans else n for n in net.nodes.values()],
        ", ".join(map(str, net.wires)),
    )
    found = checked(cell, net)
    assert not found.errors
    a, b = torch.randn(2, 5, 2), torch.randn(2, 5, 2)
    assert run(found.network("Net"), [a, b])[0].equal(a + b)
    clean(found, tmp_path)


def drawn(cell: Board, net: Board) -> str:
    """What is said of the node that scans."""
    told = [i for i in checked(cell, net).errors if i.board == "Net"]
    assert [i.code for i in told] == ["scan"]
    return told[0].message


def test_what_cannot_be_scanned_is_told() -> None:
    assert "sequences of one length, but a is N×T×2 and b is N×S×2" in drawn(
        *of_two(("N", "T", 2), ("N", "S", 2))
    )
    assert "second dimension of a, which is only N" in drawn(*of_two(("N",), ("N", "T", 2)))
    assert "becomes total at the next step, which must then be like it, but N×1 comes in" in drawn(
        summing(("N", 1)), running()
    )
    assert "no sequence of Sum has a dimension K; wire its first value" in drawn(
        summing(("N", "K=2")), running()
    )
    assert "there is no such Output" in drawn(summing(next="sum"), running())


def test_a_state_follows_when_its_output_is_renamed() -> None:
    after = RenameNode("Sum", "total", "all").apply(project(summing(), running()))
    assert after.boards["Sum"].nodes["before"].next == "all"
    assert after.boards["Net"].wires[1].source_port == "all"


def test_a_block_that_scans_can_be_repeated_and_its_steps_are_counted() -> None:
    layer = board(
        [node("x", "Input", shape=("N", "T=4", 3)), node("lstm", "Scan", block="Cell"),
         node("y", "Output")],
        "x -> lstm.x, lstm.y -> y", "Layer", "block",
    )  # fmt: skip
    net = board(
        [node("x", "Input", shape=("N", "T=4", HIDDEN)),
         node("layers", "Block", block="Layer", repeat=2), node("y", "Output")],
        "x -> layers.x, layers.y -> y",
    )  # fmt: skip
    cell = lstm_cell()
    found = checked(cell, layer, net)
    assert not found.errors
    module = found.network("Net")
    lstm = nn.LSTM(HIDDEN, HIDDEN, num_layers=2, batch_first=True)
    names = ("weight_ih", "bias_ih", "weight_hh", "bias_hh")
    weights = [lstm.state_dict()[f"{name}_l{n}"] for n in range(2) for name in names]
    own = list(module.state_dict())
    module.load_state_dict(dict(zip(own, weights, strict=True)))
    x: Tensor = torch.randn(2, 6, HIDDEN)
    with torch.no_grad():
        torch.testing.assert_close(run(module, [x])[0], lstm(x)[0], rtol=0, atol=1e-6)
    assert found.totals["Net"].multiply_adds == 2 * 4 * (2 * HIDDEN * 4 * HIDDEN)

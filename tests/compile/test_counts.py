"""Parameters and multiply-adds against numbers worked out by hand, and against torch."""

from __future__ import annotations

from typing import Any

import pytest

from studio.model.project import Node
from tests.compile.drawing import board, chain, checked, node


def four_gates(features: int, hidden: int, gates: int, steps: int) -> int:
    return steps * gates * hidden * (features + hidden)


COUNTED: list[tuple[tuple[Any, ...], Node, int, int]] = [
    (("N", 20), node("a", "Linear", out_features=30), 630, 600),
    (("N", "T=7", 20), node("a", "Linear", out_features=30), 630, 7 * 600),
    (("N", 20), node("a", "Linear", out_features=30, bias=False), 600, 600),
    (("N", 3, 10, 12), node("a", "Conv2d", out_channels=8), 224, 8 * 10 * 8 * 27),
    (("N", 4, 9, 9), node("a", "Conv2d", out_channels=8, groups=4, stride=2), 80, 4 * 4 * 8 * 9),
    (("N", 3, 20), node("a", "Conv1d", out_channels=5, kernel_size=4), 65, 17 * 5 * 12),
    (("N", 3, 5, 5), node("a", "ConvTranspose2d", out_channels=6), 78, 5 * 5 * 3 * 6 * 4),
    (("N", "T=5", 8), node("a", "LSTM", hidden_size=16), 1664, four_gates(8, 16, 4, 5)),
    (("N", "T=5", 8), node("a", "GRU", hidden_size=16), 1248, four_gates(8, 16, 3, 5)),
    (
        ("N", "T=6", 16),
        node("a", "MultiHeadAttention", num_heads=2),
        4 * (16 * 16 + 16),
        4 * 6 * 16 * 16 + 2 * 6 * 6 * 16,
    ),
    (("N", 3, 8, 8), node("a", "PatchEmbedding", embed_dim=10), 490, 4 * 10 * 48),
    (("N", 6, 4, 4), node("a", "BatchNorm2d"), 12, 0),
    (("N", 6), node("a", "LayerNorm"), 12, 0),
    (("N", "T=5", 6), node("a", "LearnedPosition", max_length=9), 54, 0),
    (("N", 6), node("a", "ReLU"), 0, 0),
]


@pytest.mark.parametrize(("dims", "layer", "parameters", "operations"), COUNTED)
def test_counts(dims: tuple[Any, ...], layer: Node, parameters: int, operations: int) -> None:
    found = checked(chain(dims, layer))
    report = found.reports["Net"]["a"]
    assert (report.parameters, report.multiply_adds) == (parameters, operations)
    assert (found.totals["Net"].parameters, found.totals["Net"].multiply_adds) == (
        parameters,
        operations,
    )
    assert sum(p.numel() for p in found.network("Net").parameters()) == parameters


@pytest.mark.parametrize("tied", [False, True])
def test_copies_are_counted(tied: bool) -> None:
    part = board(
        [
            node("x", "Input", shape=("N", 4)),
            node("fc", "Linear", out_features=4),
            node("y", "Output"),
        ],
        "x -> fc -> y",
        "CheckedPart",
        "block",
    )
    net = board(
        [
            node("x", "Input", shape=("N", 4)),
            node("b", "Block", block="CheckedPart", repeat=5, tied=tied),
            node("y", "Output"),
        ],
        "x -> b.x, b.y -> y",
    )
    found = checked(part, net)
    report = found.reports["Net"]["b"]
    assert report.parameters == (20 if tied else 100)
    assert report.multiply_adds == 80
    assert found.totals["Net"].activations == 4 + 5 * 4
    assert sum(p.numel() for p in found.network("Net").parameters()) == report.parameters


def test_a_network_used_twice_in_training_is_counted_once() -> None:
    net = chain(("N", 1, 8, 8), node("flat", "Flatten"), node("fc", "Linear"))
    nodes = [
        node("digits", "DigitsData", size=8),
        node("one", "Network", network="Net"),
        node("two", "Network", network="Net"),
        node("loss", "MSE"),
        node("update", "Update"),
    ]
    wires = (
        "digits.image -> one.x, digits.image -> two.x, one.y -> loss.prediction,"
        "two.y -> loss.target, loss.loss -> update.loss"
    )
    found = checked(net, board(nodes, wires, "Training", "training"))
    assert found.totals["Training"].parameters == 650
    assert found.totals["Training"].multiply_adds == 1280

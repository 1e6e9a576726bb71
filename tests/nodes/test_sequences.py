"""Recurrent and transformer layers as they are drawn: states, masks, what comes out by name."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from studio.compile.training_source import execute
from tests.compile.drawing import TYPES, Compiled, board, checked, node, run, shape
from tests.nodes.small_boards import network


def module(found: Compiled) -> Any:
    assert not found.issues
    torch.manual_seed(0)
    return execute(found.source("Net"), "<test>")["Net"]()


@pytest.mark.parametrize(
    ("name", "ports"),
    [
        ("TransformerEncoderLayer", 1),
        ("TransformerEncoder", 1),
        ("TransformerDecoderLayer", 2),
        ("TransformerDecoder", 2),
    ],
)
def test_causal_layers_do_not_look_ahead(name: str, ports: int) -> None:
    net = module(checked(network(TYPES[name], {"causal": True}, ports)))
    inputs = [torch.randn(2, 6, 8) for _ in range(ports)]
    (before,) = run(net, inputs)
    inputs[0] = inputs[0].clone()
    inputs[0][:, 4] += 1
    (after,) = run(net, inputs)
    torch.testing.assert_close(after[:, :4], before[:, :4])
    assert not torch.allclose(after[:, 4], before[:, 4])


@pytest.mark.parametrize(("name", "ports"), [("TransformerEncoder", 2), ("KeyValueAttention", 4)])
def test_nobody_looks_at_gaps(name: str, ports: int) -> None:
    net = module(checked(network(TYPES[name], {}, ports)))
    inputs = [torch.randn(2, 6, 8) for _ in range(ports - 1)]
    gaps = torch.zeros(2, 6, dtype=torch.bool)
    gaps[:, 5] = True
    (before,) = run(net, [*inputs, gaps])
    changed = [x.clone() for x in inputs]
    for x in changed[-2:]:
        x[:, 5] += 1
    (after,) = run(net, [*changed, gaps])
    torch.testing.assert_close(after[:, :5], before[:, :5])


def test_attention_gives_its_weights_where_they_are_asked_for() -> None:
    found = checked(network(TYPES["KeyValueAttention"], {"need_weights": True}, 3))
    assert shape(found, "layer", "weights") == "N×T×S"
    _, weights = run(module(found), [torch.randn(2, length, 8) for length in (3, 5, 5)])
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3))


def test_an_lstm_goes_on_from_another_ones_state() -> None:
    nodes = [
        node("x", "Input", shape=("N", "T", 4)),
        node("z", "Input", shape=("N", "S", 4)),
        node("first", "LSTM", hidden_size=8),
        node("second", "LSTM", hidden_size=8),
        node("y", "Output"),
    ]
    wires = "x -> first, z -> second, first.hidden -> second.hidden, first.cell -> second.cell"
    found = checked(board(nodes, f"{wires}, second -> y"))
    assert shape(found, "second") == "N×S×8"
    net = module(found)
    net.second.load_state_dict(net.first.state_dict())
    x = torch.randn(2, 7, 4)
    whole, _ = net.first(x)
    (rest,) = run(net, [x[:, :4], x[:, 4:]])
    torch.testing.assert_close(rest, whole[:, 4:])

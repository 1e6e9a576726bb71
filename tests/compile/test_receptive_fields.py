"""How much of the input nodes see, against gradients of single outputs and published numbers."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.compile.compiled import check
from studio.compile.node_reach import NodeReach
from studio.compile.node_shapes import Remembered
from studio.compile.receptive_fields import ReceptiveFields
from studio.model.analysis import ReceptiveField
from studio.model.gallery import template
from studio.model.project import Board, Node, Project
from tests.compile.drawing import TYPES, board, chain, checked, node, project

LENGTH = 420


def fields(made: Project, network: str = "Net") -> dict[str, ReceptiveField]:
    """What nodes of a board see."""
    checking = check(made, TYPES).checking
    memory = Remembered()
    found = ReceptiveFields(TYPES, NodeReach(memory), memory).of(checking.flows[network])
    return {id: field for (name, id), field in found.items() if name in (network, "Part")}


def by_gradient(net: Board) -> int:
    """From the first to the last position that the middle output depends on: weights are positive
    and so are inputs, so that nothing cancels."""
    module = checked(net).network(net.name).eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(0.1, 1.0)
    x = torch.rand(1, 2, LENGTH, requires_grad=True)
    y = module(x)
    y[0, :, y.shape[2] // 2].sum().backward()
    assert x.grad is not None
    seen = x.grad[0].abs().sum(0).nonzero().flatten()
    return int(seen[-1] - seen[0]) + 1


@st.composite
def layers(draw: st.DrawFn) -> list[Node]:
    """Layers along a sequence."""
    found = [node("n", "Conv1d", out_channels=2, kernel_size=2)]
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["Conv1d", "AvgPool1d", "ReLU", "BatchNorm1d"]))
        params: dict[str, Any] = {}
        if kind in ("Conv1d", "AvgPool1d"):
            params = {"kernel_size": draw(st.integers(1, 5)), "stride": draw(st.integers(1, 3))}
        if kind == "Conv1d":
            params |= {
                "out_channels": 2,
                "dilation": draw(st.integers(1, 4)),
                "padding": draw(st.integers(0, 3)),
            }
        found.append(node(f"n{number}", kind, **params))
    return found


@settings(max_examples=15, deadline=None)
@given(layers())
def test_what_is_seen_is_what_a_gradient_reaches(chosen: list[Node]) -> None:
    net = chain(("N", 2, LENGTH), *chosen)
    seen = fields(project(net))[chosen[-1].id]
    assert not seen.whole
    assert seen.extents == (by_gradient(net),)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 4))
def test_a_sum_sees_what_either_way_sees(half: int, dilation: int, further: int) -> None:
    around = {"kernel_size": 2 * half + 1, "dilation": dilation, "padding": half * dilation}
    nodes = [
        node("x", "Input", shape=("N", 2, LENGTH)),
        node("wide", "Conv1d", out_channels=2, **around),
        node("add", "Add"),
        node("last", "Conv1d", out_channels=2, kernel_size=further),
        node("y", "Output"),
    ]
    wires = "x -> wide, wide -> add.inputs, x -> add.inputs, add -> last -> y"
    net = board(nodes, wires)
    assert fields(project(net))["last"].extents == (by_gradient(net),)


@pytest.mark.parametrize(
    ("name", "network", "id", "extents"),
    [("alexnet", "AlexNet", "pool3", 195), ("vgg16", "VGG16", "stage5", 212)],
)
def test_published_numbers(name: str, network: str, id: str, extents: int) -> None:
    """As Araujo, Norris and Sim have computed them (Distill, 2019)."""
    assert fields(template(name), network)[id].extents == (extents, extents)


def test_up_and_down_again() -> None:
    net = chain(
        ("N", 3, 64, 64),
        node("down", "MaxPool2d"),
        node("conv", "Conv2d", out_channels=4, padding=1),
        node("up", "ConvTranspose2d", out_channels=4, kernel_size=2, stride=2),
        node("last", "Conv2d", out_channels=4, padding=1),
    )
    seen = fields(project(net))
    assert seen["down"].extents == (2, 2)
    assert seen["conv"].extents == seen["up"].extents == (6, 6)
    assert seen["last"].extents[0] >= 8  # it depends on which of the doubled ones it is


def test_what_is_cut_off_is_not_seen() -> None:
    net = chain(
        ("N", 3, 64, 64),
        node("conv", "Conv2d", out_channels=4),
        node("crop", "ZeroPad2d", padding=-4),
    )
    assert fields(project(net))["crop"].extents == (3, 3)


def test_the_whole_and_what_cannot_be_told() -> None:
    net = chain(
        ("N", 3, 20, 30),
        node("conv", "Conv2d", out_channels=4),
        node("flat", "Flatten"),
        node("fc", "Linear", out_features=5),
    )
    seen = fields(project(net))
    assert (seen["conv"].extents, seen["conv"].whole) == ((3, 3), False)
    assert (seen["flat"].extents, seen["flat"].whole) == ((3, 3), False)
    assert (seen["fc"].extents, seen["fc"].whole) == ((20, 30), True)
    tokens = chain(
        ("N", "T=16", 8),
        node("fc", "Linear", out_features=8),
        node("attention", "MultiHeadAttention", num_heads=2),
    )
    seen = fields(project(tokens))
    assert (seen["fc"].extents, seen["fc"].whole) == ((1,), False)
    assert seen["attention"].whole


def test_copies_see_further() -> None:
    part = chain(("N", 2, 40), node("conv", "Conv1d", out_channels=2, padding=1), name="Part")
    part = board(part.nodes.values(), "x -> conv -> y", "Part", "block")
    net = chain(("N", 2, 40), node("body", "Block", block="Part", repeat=4))
    net = board(net.nodes.values(), "x -> body.x, body.y -> y")
    made = project(part, net)
    assert fields(made)["body"].extents == (9,)
    assert fields(made)["conv"].extents == (9,)

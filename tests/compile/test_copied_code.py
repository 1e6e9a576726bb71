"""Layers of others in files that stand alone: with all they use, and by a name that is free."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nodes.declare import NodeType, Param, Port
from studio.compile.compiled import check
from studio.compile.training_source import execute
from studio.model.project import Project
from tests.compile.drawing import TYPES, board, chain, node, project

LAYERS = '''
"""Layers of a plug-in."""

from __future__ import annotations

import math
from functools import partial
from statistics import fmean as mean

import torch
from torch import nn

RATE = 0.5
"""How much of it is kept."""

OTHER = 0.5
print("not to be copied with it")

TABLE = {"a": OTHER, "b": mean([1.0, 3.0])}
UNUSED = 7


def scaled(value: torch.Tensor, rate: float) -> torch.Tensor:
    """Helper."""
    return value * rate


half = partial(scaled, rate=RATE)


def unused() -> None:
    """Not needed."""


class Base(nn.Module):
    """What both share."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return half(input) * math.sqrt(TABLE["b"] * self.times)


class Net(Base):
    """A layer whose name a board has too."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.Net = "Net"
'''


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, NodeType]:
    (tmp_path / "plugged_layers.py").write_text(LAYERS)
    (tmp_path / "offered_layers.py").write_text("from plugged_layers import Net as Scaling")
    monkeypatch.syspath_prepend(tmp_path)
    layer = NodeType(
        "Scale",
        "Activation",
        "A plug-in's.",
        inputs=(Port("input"),),
        params=(Param("times", "int", 2, "How often.", always=True),),
        layer="plugged_layers.Net",
        arguments=("times",),
    )
    offered = replace(layer, name="Offered", layer="offered_layers.Scaling")
    return {**TYPES, "Scale": layer, "Offered": offered}


def net(name: str = "Net", layer: str = "Scale") -> Project:
    return project(chain(("N", 4), node("scale", layer, times=8), name=name))


@pytest.mark.parametrize("name", ["Net", "Other"])
def test_a_copy_has_all_that_it_uses_and_nothing_else(
    types: dict[str, NodeType], name: str
) -> None:
    found = check(net(name), types)
    assert not found.errors
    text = found.source(name)
    assert "UNUSED" not in text
    assert "print" not in text
    assert "def unused" not in text
    assert '"""How much of it is kept."""' in text
    assert ("class Net_(Base):" in text) == (name == "Net")
    assert 'self.Net = "Net"' in text
    assert "from functools import partial" in text.split("class")[0]
    made = execute(text, "<copied>")[name]()
    assert torch.equal(made(torch.ones(2, 4)), torch.full((2, 4), 0.5 * 4.0))


def test_a_class_is_copied_from_where_it_is_defined(types: dict[str, NodeType]) -> None:
    found = check(net("Other", "Offered"), types)
    assert not found.errors
    assert "self.scale = Net(times=8)" in found.source("Other")
    assert torch.equal(found.network("Other")(torch.ones(2, 4)), torch.full((2, 4), 2.0))


def test_a_board_may_be_called_as_one_of_our_layers() -> None:
    inside = [
        node("x", "Input", shape=("N", "T=6", 8)),
        node("attention", "MultiHeadAttention", num_heads=2),
        node("y", "Output"),
    ]
    drawn = board(inside, "x -> attention.input, attention -> y", "MultiHeadAttention")
    found = check(project(drawn))
    assert not found.errors
    text = found.source("MultiHeadAttention")
    assert "self.attention = MultiHeadAttention_(8, 2)" in text
    made = found.network("MultiHeadAttention")
    assert made(torch.randn(2, 6, 8)).shape == (2, 6, 8)


def test_a_node_called_as_a_module_brings_no_import() -> None:
    words = node("math", "Embedding", num_embeddings=9, embedding_dim=4)
    head = node("head", "Linear", uses="math")
    found = check(project(chain(("N", "T=6"), words, head, dtype="int64")))
    assert not found.errors
    text = found.source("Net")
    assert "F.linear(math_, self.math.weight)" in text
    assert "import math" not in text

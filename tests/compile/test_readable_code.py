"""What is exported reads like code that a person wrote."""

from __future__ import annotations

import re

import pytest

from studio.compile.compiled import check
from studio.model.expression import Expression
from studio.model.gallery import template
from tests.compile.drawing import board, checked, node
from tests.compile.test_block_parameters import part, used


@pytest.fixture(scope="module")
def gpt2() -> str:
    return check(template("gpt2")).source("GPT2")


def test_a_gpt_of_12_layers_is_a_file_of_some_100_lines(gpt2: str) -> None:
    lines = [line for line in gpt2.splitlines() if line.strip()]
    own = gpt2[gpt2.index("class Layer(") :].splitlines()
    assert len(lines) <= 105
    assert len(own) <= 65
    assert max(map(len, own)) <= 88


def test_its_parts_are_classes_with_arguments_and_a_loop(gpt2: str) -> None:
    assert "def __init__(self, dim: int, heads: int, dropout: float) -> None:" in gpt2
    assert "self.wide = nn.Linear(dim, 4 * dim)" in gpt2
    assert "*(Layer(dim=768, heads=12, dropout=0.1) for _ in range(12))" in gpt2
    assert gpt2.count("class ") == 4


def test_forward_returns_what_it_computes_last(gpt2: str) -> None:
    assert "return add1 + drop2  # N×T×768\n" in gpt2
    assert "return F.linear(norm, self.embedding.weight)  # N×T×50257\n" in gpt2
    own = gpt2[gpt2.index("class Layer(") :]
    assert not re.search(r"        (\w+) = [^\n]*\n        return \1\n", own)


def test_weights_of_parts_are_filled_in_a_loop_and_once(gpt2: str) -> None:
    assert (
        """
        for layer in self.attention.children():
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)
"""
        in gpt2
    )
    assert "self.position.weight" not in gpt2


def test_how_weights_begin_may_follow_from_a_blocks_parameters() -> None:
    deep, inner = (
        {"init": "gpt2_residual", "init_depth": Expression("depth"), "init_std": Expression("std")},
        {"shape": ("N", 4), "depth": 3, "std": 0.1},
    )
    linear = node("fc", "Linear", out_features=4, **deep)
    found = checked(part(linear, **inner), used({}, {"std": 0.2}, shape=("N", 4)))
    assert not found.errors
    source = found.source("Net")
    assert "nn.init.normal_(self.fc.weight, std=std / math.sqrt(2 * depth))" in source


def test_several_outputs_and_loops_keep_their_names() -> None:
    net = board(
        [node("x", "Input", shape=("N", 4)), node("cut", "Split", pieces=1),
         node("y", "Output")],
        "x -> cut, cut.piece0 -> y",
    )  # fmt: skip
    source = checked(net).source("Net")
    assert "(cut,) = x.chunk(1, 1)  # N×4\n        return cut\n" in source

"""Blocks' own parameters: typed, following from each other, promoted from the nodes inside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from studio.compile.compiled import Compiled, check
from studio.model.block_values import block_params, block_values
from studio.model.expression import Expression
from studio.model.operations.block_parameters import (
    add_block_parameter,
    promote_parameter,
    rename_block_parameter,
    set_block_default,
)
from studio.model.operations.edited import Refusal
from studio.model.project import Board, Node, Project
from tests.compile.drawing import TYPES, board, checked, node, project, run, sample
from tests.compile.test_blocks import clean


def part(*layers: Node, shape: tuple[Any, ...] = ("N", 4, 6, 6), **params: Any) -> Board:
    """A block in which one node follows the other."""
    nodes = [node("x", "Input", shape=shape), *layers, node("y", "Output")]
    return board(nodes, " -> ".join(n.id for n in nodes), "Part", "block", **params)


def used(*uses: dict[str, Any], shape: tuple[Any, ...] = ("N", 4, 6, 6)) -> Board:
    """A network in which a block stands several times, one after the other."""
    names = [f"part{number}" for number in range(len(uses))]
    nodes = [
        node(name, "Block", block="Part", **given) for name, given in zip(names, uses, strict=True)
    ]
    ins, outs = [f"{n}.x" for n in names], [f"{n}.y" for n in names]
    wires = ", ".join(f"{a} -> {b}" for a, b in zip(["x", *outs], [*ins, "y"], strict=True))
    return board([node("x", "Input", shape=shape), *nodes, node("y", "Output")], wires)


def value_of(text: str) -> Expression:
    return Expression(text)


def test_defaults_may_follow_from_other_parameters(tmp_path: Path) -> None:
    inner = part(
        node("wide", "Linear", out_features=value_of("hidden")),
        node("narrow", "Linear", out_features=value_of("dim")),
        shape=("N", 4),
        hidden=value_of("4 * dim"),
        dim=4,
    )
    found = checked(inner, used({}, {"hidden": 6}, {"dim": 8}, shape=("N", 4)))
    assert not found.errors
    source = found.source("Net")
    assert "def __init__(self, dim: int, hidden: int | None = None) -> None:" in source
    assert "hidden = 4 * dim if hidden is None else hidden" in source
    assert "Part(dim=4, hidden=6)" in source
    module = found.network("Net")
    widths = [module.get_submodule(f"part{n}.wide").out_features for n in range(3)]
    assert widths == [16, 6, 32]
    clean(found, tmp_path)


def test_what_no_use_gives_is_no_argument(tmp_path: Path) -> None:
    inner = part(
        node("wide", "Linear", out_features=value_of("hidden")),
        shape=("N", 4),
        dim=4,
        hidden=value_of("ratio * dim"),
        ratio=3,
    )
    found = checked(inner, used({}, shape=("N", 4)))
    assert not found.errors
    assert "def __init__(self, dim: int, ratio: int) -> None:" in found.source("Net")
    assert "        hidden = ratio * dim\n" in found.source("Net")
    clean(found, tmp_path)


def test_text_choices_tuples_and_truths_are_parameters_too(tmp_path: Path) -> None:
    inner = part(
        node("conv", "Conv2d", out_channels=4, padding_mode=value_of("edges"),
             kernel_size=value_of("kernel"), padding=1, bias=value_of("biased")),
        edges="zeros", kernel=(3, 3), biased=True,
    )  # fmt: skip
    uses: list[dict[str, Any]] = [{}, {"edges": "circular", "kernel": (1, 3), "biased": False}]
    found = checked(inner, used(*uses))
    assert not found.errors
    source = found.source("Net")
    assert "edges: str, kernel: tuple[int, ...], biased: bool" in source
    assert 'Part(edges="circular", kernel=(1, 3), biased=False)' in source
    module = found.network("Net")
    second = module.get_submodule("part1.conv")
    assert (second.padding_mode, second.kernel_size, second.bias) == ("circular", (1, 3), None)
    assert run(module, sample(found))[0].shape == (2, 4, 8, 6)
    clean(found, tmp_path)


def test_a_parameter_holds_what_the_node_that_takes_it_may_hold() -> None:
    inner = part(
        node("conv", "Conv2d", out_channels=value_of("width"), padding_mode=value_of("edges")),
        node("drop", "Dropout", p=value_of("rate")),
        width=8, edges="zeros", rate=0, other=value_of("2 * width"),
    )  # fmt: skip
    kinds = {p.name: p for p in block_params(project(inner), inner, TYPES)}
    assert [p.kind for p in kinds.values()] == ["int", "choice", "float", "float"]
    assert "circular" in kinds["edges"].choices
    assert (kinds["other"].default, kinds["other"].optional) == (None, True)
    found = checked(inner, used({"edges": "none", "rate": 0.5}))
    (told,) = found.errors
    assert told.node == "part0"
    assert told.message.startswith("part0: edges must be zeros, ")


def test_a_parameter_of_a_block_inside_a_block_is_known_from_the_innermost_node() -> None:
    inner = part(node("gelu", "GELU", approximate=value_of("form")), form="none")
    outer = replace(used({"form": value_of("act")}), name="Outer", kind="block")
    outer = replace(outer, params={"act": "tanh"})
    (param,) = block_params(project(inner, outer), outer, TYPES)
    assert (param.name, param.kind, param.default) == ("act", "choice", "tanh")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"dim": value_of("4 * wdth")}, "Part: its parameter dim: '4 * wdth' names wdth"),
        ({"dim": value_of("hidden"), "hidden": value_of("dim")}, "follow from each other"),
        ({"dim": value_of("hidden // 0"), "hidden": 3}, "cannot be computed"),
        ({"dim": value_of("2 * kind"), "kind": "zeros"}, "calculates with kind, which is no"),
    ],
)
def test_a_default_that_cannot_be_computed_is_told(params: dict[str, Any], words: str) -> None:
    found = checked(replace(part(node("fc", "ReLU")), params=params))
    assert len(found.errors) == 1
    assert words in found.errors[0].message


def test_a_value_that_cannot_be_computed_is_told_with_its_name() -> None:
    inner = part(node("fc", "Linear", out_features=value_of("4 * wdth")), shape=("N", 4), dim=2)
    (told,) = checked(inner).errors
    assert told.message == "fc: out_features: '4 * wdth' names wdth, which is not known here"


def test_uses_that_would_need_other_code_are_refused() -> None:
    inner = part(
        node("fc", "Linear", bias=value_of("biased"), out_features=4, init="normal"),
        shape=("N", 4), biased=True,
    )  # fmt: skip
    found = checked(inner, used({}, {"biased": False}, shape=("N", 4)))
    (told,) = found.errors
    assert (told.board, told.node, told.code) == ("Part", "fc", "variants")
    assert "given biased True than where it is given False" in told.message


def promoted(start: Project, id: str, name: str, as_name: str = "") -> Project:
    param = TYPES[start.boards["Part"].nodes[id].type].param(name)
    assert param is not None
    return promote_parameter(start, "Part", id, param, TYPES, as_name).project


def test_promoting_keeps_what_is_computed() -> None:
    start = project(
        part(
            node("conv", "Conv2d", out_channels=4, padding=1, padding_mode="circular"),
            node("conv2", "Conv2d", out_channels=4, padding=1),
        ),
        used({}),
    )
    after = start
    for id, name in [("conv", "padding_mode"), ("conv2", "padding_mode"), ("conv", "bias")]:
        after = promoted(after, id, name)
    assert after.boards["Part"].params == {
        "padding_mode": "circular",
        "conv2_padding_mode": "zeros",
        "bias": True,
    }
    assert output(check(after, TYPES)).equal(output(check(start, TYPES)))
    with pytest.raises(Refusal, match="already: bias"):
        promoted(after, "conv", "bias")
    with pytest.raises(Refusal, match="'self' is a word"):
        promoted(start, "conv", "bias", "self")
    with pytest.raises(Refusal, match="nodes that stand for blocks have"):
        promoted(start, "conv", "bias", "repeat")


def output(found: Compiled) -> torch.Tensor:
    torch.manual_seed(0)
    module = found.network("Net")
    return run(module, [torch.ones(2, 4, 6, 6)])[0]


def test_a_formula_is_promoted_as_it_is() -> None:
    inner = part(node("fc", "Linear", out_features=value_of("2 * dim")), shape=("N", 4), dim=3)
    after = promoted(project(inner), "fc", "out_features", "width").boards["Part"]
    assert after.params == {"dim": 3, "width": value_of("2 * dim")}
    assert after.nodes["fc"].params["out_features"] == value_of("width")


def test_what_decides_ports_is_not_promoted() -> None:
    inner = part(node("pool", "MaxPool2d", kernel_size=2))
    with pytest.raises(Refusal, match="cannot be a parameter of Part"):
        promoted(project(inner), "pool", "return_indices")


def test_renaming_reaches_defaults_and_a_wrong_default_is_refused() -> None:
    start = project(part(shape=("N", 4), dim=3, hidden=value_of("4 * dim")))
    after = rename_block_parameter(start, "Part", "dim", "width").project
    assert after.boards["Part"].params == {"width": 3, "hidden": value_of("4 * width")}
    with pytest.raises(Refusal, match="follow from each other in a circle"):
        set_block_default(after, "Part", "width", value_of("hidden"))
    with pytest.raises(Refusal, match="names nobody"):
        add_block_parameter(after, "Part", "more", value_of("nobody + 1"))


NAMES = ("a", "b", "c", "d", "e")


@given(
    st.lists(st.integers(-9, 9), min_size=5, max_size=5),
    st.lists(st.sampled_from(["+", "-", "*", "//", "%"]), min_size=4, max_size=4),
    st.permutations(NAMES),
    st.sets(st.sampled_from(NAMES)),
)
def test_defaults_come_to_what_python_makes_of_them(
    numbers: list[int], signs: list[str], order: list[str], given: set[str]
) -> None:
    texts = {"a": str(numbers[0])} | {
        name: f"({before} + {number}) {sign} ({before} * {before} + 1)"
        for name, before, number, sign in zip(
            NAMES[1:], NAMES[:-1], numbers[1:], signs, strict=True
        )
    }
    outside = {name: number for name, number in zip(NAMES, numbers, strict=True) if name in given}
    wanted: dict[str, Any] = {}
    for name in NAMES:
        wanted[name] = outside[name] if name in outside else eval(texts[name], {}, wanted)
    found = block_values({name: Expression(texts[name]) for name in order}, outside)
    assert found.problems == ()
    assert found.values == wanted

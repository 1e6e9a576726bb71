"""Shapes on wires: free dimensions, rules over them, and what is never guessed."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.compile.training_source import execute
from studio.model.project import Node
from tests.compile.drawing import board, chain, checked, codes, node, run, sample, shape


def test_free_dimensions_keep_their_names() -> None:
    found = checked(chain(("N", "T=12", 64), node("a", "Linear", out_features=32)))
    assert shape(found, "x") == "N×T×64"
    assert shape(found, "a") == "N×T×32"
    assert not found.issues


@pytest.mark.parametrize("typical", ["", "=8", "=28", "=30", "=64", "=100", "=1000"])
def test_rules_over_a_free_dimension(typical: str) -> None:
    image = ("N", 3, f"H{typical}", 16)
    found = checked(
        chain(
            image,
            node("pool", "MaxPool2d"),
            node("grow", "ConvTranspose2d", out_channels=4, kernel_size=3, stride=2),
            node("up", "ConvTranspose2d", out_channels=4, kernel_size=2, stride=2),
        )
    )
    assert shape(found, "pool") == "N×3×H/2×8"
    assert shape(found, "grow") == "N×4×H+1×17"
    assert shape(found, "up") == "N×4×2H+2×34"


def test_growth_by_a_factor_and_a_rest() -> None:
    grown = node("up", "ConvTranspose2d", out_channels=4, kernel_size=3, stride=2)
    found = checked(chain(("N", 3, "T", 16), grown))
    assert shape(found, "up") == "N×4×2T+1×33"


def test_two_free_dimensions_that_mix_are_not_guessed() -> None:
    flat = node("flat", "Flatten", end_dim=2)
    found = checked(chain(("N", "T", "S", 4), flat))
    assert shape(found, "flat") == "N×?×4"


def test_batch_times_time_is_not_guessed() -> None:
    found = checked(chain(("N", "T", 4), node("flat", "Flatten", start_dim=0, end_dim=1)))
    assert shape(found, "flat") == "?×4"


def test_what_works_at_the_typical_size_only_is_not_guessed() -> None:
    found = checked(chain(("N", "T=12", 4), node("r", "Reshape", shape=(3, 16))))
    assert shape(found, "r") == "?×?×?"
    assert not found.issues


@pytest.mark.parametrize(
    ("dims", "layer"),
    [
        (("N", "C"), node("a", "Linear")),
        (("N", "T=8", "C=8"), node("a", "LSTM")),
        (("N", "C=4", 8, 8), node("a", "Conv2d")),
        (("N", "C=4", 8, 8), node("a", "BatchNorm2d")),
        (("N", "C=4", 8), node("a", "GroupNorm")),
        (("N", 4, "C=8"), node("a", "MultiHeadAttention")),
    ],
)
def test_a_free_dimension_that_a_layer_needs_fixed(dims: tuple[Any, ...], layer: Node) -> None:
    found = checked(chain(dims, layer))
    assert codes(found) == ["free-size"]
    assert "x" in found.issues[0].message
    assert "{" not in found.issues[0].message


def test_flattening_a_free_dimension_is_told_where_it_matters() -> None:
    found = checked(chain(("N", "T=8", 4), node("flat", "Flatten"), node("a", "Linear")))
    assert shape(found, "flat") == "N×4T"
    assert [(i.code, i.node) for i in found.issues] == [("free-size", "a")]


@pytest.mark.parametrize(
    ("dims", "layer"),
    [
        (("N", 10), node("a", "Conv2d")),
        (("N", 3, 8), node("a", "MaxPool2d")),
        (("N", 3, 2, 2), node("a", "Conv2d", kernel_size=5)),
        (("N", 4, 4), node("a", "Permute", order=(0, 1))),
        (("N", 4, 4), node("a", "Permute", order=2)),
        (("N", 4, 4), node("a", "Reshape", shape=(3, 5))),
        (("N", 4, 4), node("a", "Flatten", start_dim=9)),
        (("N", 4, 4), node("a", "Select", index=9)),
        (("N", 4), node("a", "Softmax", dim=5)),
        (("N", 4, 4), node("a", "Embedding")),
        (("N", 4, 8, 8), node("a", "Conv2d", kernel_size=(3, 3, 3))),
        (("N", 4, 8, 8), node("a", "ConvTranspose2d", output_padding=5)),
        ((3,), node("a", "Linear", out_features=True)),
    ],
)
def test_what_does_not_fit_is_one_issue_there(dims: tuple[Any, ...], layer: Node) -> None:
    found = checked(chain(dims, layer, node("after", "ReLU"), node("last", "Linear")))
    assert [issue.node for issue in found.issues] == ["a"]
    assert "{" not in found.issues[0].message
    assert "y" not in found.reports["Net"]


def test_element_types_follow() -> None:
    tokens = chain(("N", "T"), node("e", "Embedding"), dtype="int64")
    assert shape(checked(tokens), "e") == "N×T×64"
    flat = chain(("N", 4, 4), node("f", "Flatten"), node("e", "Embedding"), dtype="int64")
    assert not checked(flat).issues


def test_one_name_on_two_inputs_is_one_dimension() -> None:
    two = board(
        [
            node("a", "Input", shape=("N", "T=8", 16)),
            node("b", "Input", shape=("N", "S=4", 16)),
            node("attention", "MultiHeadAttention"),
            node("cat", "Concatenate"),
            node("y", "Output"),
        ],
        "a -> attention.input, b -> attention.context, attention -> cat.inputs, b -> cat.inputs,"
        "cat -> y",
    )
    found = checked(two)
    assert shape(found, "attention") == "N×T×16"
    assert shape(found, "cat") == "N×?×16"


IMAGE_LAYERS = st.one_of(
    st.builds(
        lambda c, k, s, p, d: (
            "Conv2d",
            {"out_channels": c, "kernel_size": k, "stride": s, "padding": p, "dilation": d},
        ),
        st.integers(1, 6),
        st.integers(1, 5),
        st.integers(1, 3),
        st.integers(0, 2),
        st.integers(1, 2),
    ),
    st.builds(
        lambda c, k, s, p: (
            "ConvTranspose2d",
            {"out_channels": c, "kernel_size": k, "stride": s, "padding": p},
        ),
        st.integers(1, 6),
        st.integers(1, 4),
        st.integers(1, 3),
        st.integers(0, 1),
    ),
    st.builds(
        lambda name, k, s: (name, {"kernel_size": k, "stride": s}),
        st.sampled_from(["MaxPool2d", "AvgPool2d"]),
        st.integers(1, 3),
        st.one_of(st.none(), st.integers(1, 3)),
    ),
    st.sampled_from(
        [
            ("ReLU", {}),
            ("BatchNorm2d", {}),
            ("Dropout", {}),
            ("Softmax", {"dim": 1}),
            ("Permute", {"order": (0, 1, 3, 2)}),
            ("AdaptiveAvgPool2d", {"output_size": 3}),
        ]
    ),
)


def value(dim: int | str, sizes: dict[str, int]) -> Fraction | int | None:
    """What a size in words comes to; None where it is not known or does not come out even."""
    if isinstance(dim, int):
        return dim
    match = re.fullmatch(r"(-?\d*)([A-Z])(?:/(\d+))?([+-]\d+)?", dim)
    if match is None:
        assert dim == "?"
        return None
    factor, name, divisor, rest = match.groups()
    number = Fraction(
        int(factor + "1" if factor in ("", "-") else factor) * sizes[name], int(divisor or 1)
    )
    return number + int(rest or 0) if number.denominator == 1 else None


@settings(max_examples=40, deadline=None)
@given(st.lists(IMAGE_LAYERS, min_size=1, max_size=5), st.data())
def test_rules_hold_at_other_sizes(
    layers: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    nodes = [node(f"n{i}", type, **params) for i, (type, params) in enumerate(layers)]
    found = checked(chain(("N", 2, "H=48", "W=32"), *nodes))
    if found.issues:
        return
    module = execute(found.source("Net"), "<test>")["Net"]()
    even = 2 * 3 * 4 * 4
    for _ in range(2):
        sizes = {
            "N": data.draw(st.integers(2, 5)),
            "H": 48 + data.draw(st.integers(0, 2)) * even,
            "W": 32 + data.draw(st.integers(0, 2)) * even,
        }
        signal = found.reports["Net"][nodes[-1].id].outputs["output"]
        (output,) = run(module, sample(found, sizes=sizes))
        for dim, size in zip(signal.shape, output.shape, strict=True):
            assert value(dim, sizes) in (None, size), (signal.shape, output.shape, sizes)


SEQUENCE = st.sampled_from(
    [
        ("Linear", {"out_features": 8}),
        ("LayerNorm", {}),
        ("RMSNorm", {}),
        ("LSTM", {"hidden_size": 8}),
        ("GRU", {"hidden_size": 4, "bidirectional": True}),
        ("LearnedPosition", {"max_length": 64}),
        ("SinusoidalPosition", {}),
        ("MultiHeadAttention", {"num_heads": 2, "causal": True}),
        ("GELU", {}),
        ("Dropout", {"p": 0.1}),
        ("Permute", {"order": (0, 2, 1)}),
        ("Conv1d", {"out_channels": 8, "padding": 1}),
        ("Mean", {"dim": -1}),
        ("Select", {"dim": 1, "index": -1}),
        ("Flatten", {}),
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SEQUENCE, min_size=1, max_size=6), st.integers(2, 5), st.integers(3, 60))
def test_sequences_of_any_length(layers: list[tuple[str, dict[str, Any]]], n: int, t: int) -> None:
    nodes = [node(f"n{i}", type, **params) for i, (type, params) in enumerate(layers)]
    found = checked(chain(("N", "T=32", 8), *nodes))
    if found.issues:
        assert len([i for i in found.issues if i.severity == "error"]) == 1
        return
    sizes = {"N": n, "T": t}
    (output,) = run(found.network("Net"), sample(found, sizes=sizes))
    signal = found.reports["Net"][nodes[-1].id].outputs["output"]
    assert [value(dim, sizes) for dim in signal.shape] == list(output.shape)

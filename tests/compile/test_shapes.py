"""Shapes on wires: free dimensions, rules over them, and what is never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.compile.training_source import execute
from studio.model.project import Board, Node
from tests.compile.drawing import board, chain, checked, codes, node, run, sample, shape, size_of


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
    assert shape(found, "grow") == "N×4×2⌊H/2⌋+1×17"
    assert shape(found, "up") == "N×4×4⌊H/2⌋+2×34"


def test_growth_by_a_factor_and_a_rest() -> None:
    grown = node("up", "ConvTranspose2d", out_channels=4, kernel_size=3, stride=2)
    found = checked(chain(("N", 3, "T", 16), grown))
    assert shape(found, "up") == "N×4×2T+1×33"


def test_products_of_free_dimensions() -> None:
    flat = node("flat", "Flatten", end_dim=2)
    pool = node("pool", "MaxPool2d")
    patches = node("patches", "PatchEmbedding", embed_dim=8, class_token=True)
    found = checked(chain(("N", "T", "S", 4), flat))
    assert shape(found, "flat") == "N×S·T×4"
    found = checked(chain(("N", "T", 4), node("flat", "Flatten", start_dim=0, end_dim=1)))
    assert shape(found, "flat") == "N·T×4"
    found = checked(chain(("N", 3, "H", "W"), pool, node("flat", "Flatten")))
    assert shape(found, "flat") == "N×3⌊H/2⌋·⌊W/2⌋"
    found = checked(chain(("N", 3, "H", "W"), patches))
    assert shape(found, "patches") == "N×⌊H/4⌋·⌊W/4⌋+1×8"
    found = checked(chain(("N", "T", "T"), node("flat", "Flatten")))
    assert shape(found, "flat") == "N×T·T"


@pytest.mark.parametrize("typical", [16, 48, 49, 50])
def test_strides_are_rounded_as_the_layer_rounds(typical: int) -> None:
    thirds = node("a", "Conv2d", kernel_size=1, stride=3)
    found = checked(chain(("N", 3, f"H={typical}", 8), thirds))
    assert shape(found, "a") == "N×16×⌊(H+2)/3⌋×3"
    halves = [node(f"n{i}", "Conv2d", stride=2, padding=1) for i in range(6)]
    found = checked(chain(("N", 3, f"H={typical}", 64), *halves))
    assert shape(found, "n0") == "N×16×⌊(H+1)/2⌋×32"
    assert shape(found, "n3") == "N×16×⌊(H+15)/16⌋×4"
    assert shape(found, "n5") == "N×16×⌊(H+63)/64⌋×1"


def unpool(levels: int) -> Board:
    """A network that makes images smaller and larger again, and joins each with its like."""
    nodes = [node("x", "Input", shape=("N", 3, "H=48", "W=80"))]
    wires, last = [], "x"
    for level in range(levels):
        nodes.append(node(f"down{level}", "MaxPool2d"))
        wires.append(f"{last} -> down{level}")
        last = f"down{level}"
    for level in reversed(range(levels)):
        like = f"down{level - 1}" if level else "x"
        up = node(f"up{level}", "ConvTranspose2d", out_channels=4, kernel_size=2, stride=2)
        nodes += [up, node(f"join{level}", "Concatenate")]
        wires += [f"{last} -> up{level} -> join{level}.inputs", f"{like} -> join{level}.inputs"]
        last = f"join{level}"
    return board([*nodes, node("y", "Output")], ", ".join([*wires, f"{last} -> y"]))


def test_what_must_be_divisible_is_tried_at_sizes_that_are() -> None:
    found = checked(unpool(4))
    assert not found.issues
    assert shape(found, "down3") == "N×3×H/16×W/16"
    assert shape(found, "up3") == "N×4×2⌊H/16⌋×2⌊W/16⌋"
    assert shape(found, "join3") == "N×7×H/8×W/8"
    assert shape(found, "join0") == "N×7×H×W"


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
    assert shape(found, "cat") == "N×S+T×16"


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


@settings(max_examples=20, deadline=None)
@given(st.lists(IMAGE_LAYERS, min_size=1, max_size=8), st.data())
def test_rules_hold_at_other_sizes(
    layers: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    nodes = [node(f"n{i}", type, **params) for i, (type, params) in enumerate(layers)]
    found = checked(chain(("N", 2, "H=48", "W=32"), *nodes))
    if found.issues:
        return
    signal = found.reports["Net"][nodes[-1].id].outputs["output"]
    assert "?" not in signal.shape
    if found.totals["Net"].activations > 10**6:
        return  # too much to compute in earnest
    module = execute(found.source("Net"), "<test>")["Net"]()
    for _ in range(2):
        sizes = {
            "N": data.draw(st.integers(2, 5)),
            "H": data.draw(st.integers(30, 90)),
            "W": data.draw(st.integers(20, 70)),
        }
        try:
            (output,) = run(module, sample(found, sizes=sizes))
        except RuntimeError:
            continue  # images of that size are too small for one of the layers
        assert [size_of(dim, sizes) for dim in signal.shape] == list(output.shape)


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


@settings(max_examples=20, deadline=None)
@given(st.lists(SEQUENCE, min_size=1, max_size=6), st.integers(2, 5), st.integers(3, 60))
def test_sequences_of_any_length(layers: list[tuple[str, dict[str, Any]]], n: int, t: int) -> None:
    nodes = [node(f"n{i}", type, **params) for i, (type, params) in enumerate(layers)]
    found = checked(chain(("N", "T=32", 8), *nodes))
    if wrong := [issue for issue in found.issues if issue.severity == "error"]:
        assert len(wrong) == 1
        return
    sizes = {"N": n, "T": t}
    (output,) = run(found.network("Net"), sample(found, sizes=sizes))
    signal = found.reports["Net"][nodes[-1].id].outputs["output"]
    assert [size_of(dim, sizes) for dim in signal.shape] == list(output.shape)

"""Nodes without inputs, layers that torch cannot run without memory, sizes that data decide."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from nodes.declare import NETWORKS, TRAINING, NodeType, Param, Port, Shapes, Values
from studio.compile import meta_layers
from studio.compile.checking import Checking
from studio.compile.compiled import CannotCompile, Compiled, check
from studio.compile.flows import signal
from studio.compile.training_source import execute
from studio.model.project import Board
from tests.compile.drawing import (
    TYPES,
    board,
    chain,
    codes,
    node,
    project,
    run,
    sample,
    shape,
    with_nodes,
)


class Offset(nn.Module):
    """A learnable vector that needs no input."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.zeros(size))

    def forward(self) -> Tensor:
        return self.value


class Counted(nn.Module):
    """Half of its input's rows, which it asks for in a way that torch cannot follow."""

    def __init__(self, in_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(in_features))

    def forward(self, input: Tensor) -> Tensor:
        if input.sum().item() > 1e30:
            raise ValueError("too much")
        return (input * self.weight)[:, ::2]


def kept(values: Values, shapes: Shapes) -> dict[str, tuple[int | str, ...]]:
    """Sizes of what `Kept` gives."""
    return {"output": ("K", shapes["input"][0][1]), "index": ("K",)}


ANY = (Port("input", "any"),)
ANY_OUT = (Port("output", "any"),)
EVERY = {
    **TYPES,
    "Offset": NodeType(
        "Offset",
        "Shape",
        "",
        params=(Param("size", "int", 8),),
        layer="tests.compile.test_unusual_nodes.Offset",
        arguments=("size",),
        positional=1,
        forward="{layer}()",
        weights=("value",),
    ),
    "Constant": NodeType("Constant", "Shape", "", forward="torch.ones(8)"),
    "Counted": NodeType(
        "Counted",
        "Shape",
        "",
        (Port("input", dims="N T C"),),
        layer="tests.compile.test_unusual_nodes.Counted",
        arguments=("in_features",),
        positional=1,
        inferred={"in_features": ("input", -1)},
    ),
    "Nonzero": NodeType("Nonzero", "Shape", "", ANY, forward="{input}.nonzero()"),
    "Unique": NodeType(
        "Unique",
        "Shape",
        "",
        ANY,
        outputs=(Port("output", "any"), Port("place", "any"), Port("count", "any")),
        forward="torch.unique({input}, return_inverse=True, return_counts=True)",
        targets="{output}, {place}, {count}",
    ),
    "Spectrum": NodeType(
        "Spectrum", "Shape", "", outputs=ANY_OUT, inputs=ANY, forward="torch.fft.fft({input})"
    ),
    "Greater": NodeType("Greater", "Shape", "", ANY, outputs=ANY_OUT, forward="{input} > 0"),
    "Positive": NodeType("Positive", "Shape", "", ANY, forward="{input}[{input} > 0]"),
    "Kept": NodeType(
        "Kept",
        "Shape",
        "",
        (Port("input", dims="N C"),),
        outputs=(Port("output"), Port("index", "int")),
        forward="({input}[{input}.sum(1) > 0], ({input}.sum(1) > 0).nonzero()[:, 0])",
        targets="{output}, {index}",
        infer=kept,
    ),
    "CTC": NodeType(
        "CTC",
        "Loss",
        "",
        (
            Port("scores", dims="T N C"),
            Port("target", "int", dims="N S"),
            Port("lengths", "int", dims="N"),
            Port("target_lengths", "int", dims="N"),
        ),
        outputs=(Port("loss", "loss"),),
        boards=NETWORKS | TRAINING,
        forward="F.ctc_loss({scores}.log_softmax(2), {target}, {lengths}, {target_lengths})",
    ),
}


def seen(*boards: Board) -> Compiled:
    return check(project(*boards), EVERY)


@pytest.mark.parametrize("type", ["Offset", "Constant"])
def test_what_follows_a_node_without_inputs(type: str) -> None:
    drawn = board(
        [
            node("x", "Input", shape=("N", "T=12", 8)),
            node("start", type),
            node("act", "ReLU"),
            node("add", "Add"),
            node("fc", "Linear", out_features=3),
            node("y", "Output"),
        ],
        "start -> act -> add.inputs, x -> add.inputs, add -> fc -> y",
    )
    found = seen(drawn)
    assert not found.issues
    assert [shape(found, id) for id in ("start", "act", "add", "fc")] == [
        "8",
        "8",
        "N×T×8",
        "N×T×3",
    ]
    module = execute(found.source("Net"), "<test>")["Net"]()
    (output,) = run(module, sample(found, sizes={"N": 3, "T": 5}))
    assert output.shape == (3, 5, 3)
    assert found.totals["Net"].parameters == 8 * 3 + 3 + (8 if type == "Offset" else 0)


def test_a_layer_that_looks_at_values_is_tried_on_little_data() -> None:
    found = seen(chain(("N", "T=400", 8), node("rows", "Counted"), node("fc", "Linear")))
    assert not found.issues
    assert shape(found, "rows") == "N×⌊(T+1)/2⌋×8"
    assert shape(found, "fc") == "N×⌊(T+1)/2⌋×10"
    assert found.reports["Net"]["rows"].parameters == 8


def ctc(**sizes: Any) -> Compiled:
    shapes = {"scores": ("T=50", "N", 20), "target": ("N", "S=9"), "a": ("N",), "b": ("N",)}
    inputs = [
        node(id, "Input", shape=dims, dtype="float32" if id == "scores" else "int64")
        for id, dims in {**shapes, **sizes}.items()
    ]
    wires = (
        "scores -> loss.scores, target -> loss.target, a -> loss.lengths, b -> loss.target_lengths,"
        "loss.loss -> y"
    )
    return seen(board([*inputs, node("loss", "CTC"), node("y", "Output")], wires))


def test_ctc_loss() -> None:
    found = ctc()
    assert not found.issues
    assert shape(found, "loss", "loss") == "scalar"
    wrong = ctc(a=("N", 2))
    assert codes(wrong) == ["dimensions"]
    other = ctc(target=(4, "S=9"))
    assert [(i.code, i.node) for i in other.issues] == [("does-not-fit", "loss")]


def test_what_the_data_decides_has_a_name() -> None:
    found = seen(chain(("N", 4), node("where", "Nonzero"), node("act", "Select", dim=1)))
    assert not found.issues
    assert shape(found, "where") == "K_where×2"
    assert shape(found, "act") == "K_where"
    found = seen(chain(("N", 4, 4), node("some", "Positive"), node("act", "ReLU")))
    assert shape(found, "act") == "K_some"


def test_sizes_that_the_data_decides_alike_are_one() -> None:
    found = seen(chain(("N", "T=20"), node("unique", "Unique"), dtype="int64"))
    assert not found.issues
    assert shape(found, "unique") == shape(found, "unique", "count") == "K_unique"
    assert shape(found, "unique", "place") == "N×T"


def test_a_type_may_say_its_sizes() -> None:
    kept = node("some", "Kept")
    found = seen(chain(("N", 6), kept, node("fc", "Linear", out_features=3)))
    assert not found.issues
    assert shape(found, "some") == "K_some×6"
    assert shape(found, "some", "index") == "K_some"
    assert found.reports["Net"]["some"].outputs["index"].dtype == "int64"
    assert shape(found, "fc") == "K_some×3"


def test_a_layer_cannot_be_built_for_what_the_data_decides() -> None:
    found = seen(chain(("N", 4), node("some", "Positive"), node("fc", "Linear")))
    assert [(i.code, i.node) for i in found.issues] == [("free-size", "fc")]
    assert "K_some" in found.issues[0].message


def test_a_node_that_was_seen_runs_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def counted(node_type: NodeType, *args: Any) -> dict[str, Tensor]:
        ran.append(node_type.name)
        return run_node(node_type, *args)

    run_node = meta_layers.run
    monkeypatch.setattr(meta_layers, "run", counted)
    conv, act = node("conv", "Conv2d"), node("act", "ReLU")
    checking = Checking(EVERY)
    list(checking.check(project(chain(("N", 3, "H=24", 8), conv, act))))
    assert "Conv2d" in ran
    ran.clear()
    pool = node("pool", "MaxPool2d", kernel_size=(2, 1))
    list(checking.check(project(chain(("N", 3, "T=48", 8), pool, conv, act))))
    assert set(ran) == {"MaxPool2d"}
    flow = checking.flows["Net"].outcomes["act"].outputs["output"]
    assert str(signal(flow)) == "N×16×T/2-2×6"


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "bool", "complex64", "int32"])
def test_element_types_go_through(dtype: str) -> None:
    found = seen(chain(("N", "T=12", 8), node("flat", "Flatten"), dtype=dtype))
    assert not found.issues
    signal = found.reports["Net"]["flat"].outputs["output"]
    assert (str(signal), signal.dtype) == ("N×8T", dtype)


@pytest.mark.parametrize(
    ("type", "dtype", "given"),
    [("Spectrum", "complex64", "complex numbers"), ("Greater", "bool", "true or false")],
)
def test_element_types_that_nodes_make(type: str, dtype: str, given: str) -> None:
    nodes = node("new", type), node("fc", "Linear")
    found = seen(chain(("N", 8), *nodes))
    assert found.reports["Net"]["new"].outputs["output"].dtype == dtype
    assert codes(found) == ["element-type"]
    assert f"but new gives {given}" in found.issues[0].message


@pytest.mark.parametrize("typical", [16, 17])
def test_a_repeated_block_that_rounds(typical: int) -> None:
    inner = board(
        [
            node("x", "Input", shape=("N", 4, "H", 8)),
            node("down", "MaxPool2d"),
            node("up", "ConvTranspose2d", out_channels=4),
            node("y", "Output"),
        ],
        "x -> down -> up -> y",
        "Round",
        "block",
    )
    outer = board(
        [
            node("x", "Input", shape=("N", 4, f"H={typical}", 8)),
            node("several", "Block", block="Round", repeat=5),
            node("y", "Output"),
        ],
        "x -> several.x, several.y -> y",
    )
    found = seen(inner, outer)
    if typical % 2:
        assert codes(found) == ["repeat"]
    else:
        assert not found.issues
        assert shape(found, "several", "y") == "N×4×2⌊H/2⌋×8"


def test_a_layer_whose_library_is_missing_says_what_to_install() -> None:
    missing = NodeType(
        "Missing",
        "Graph",
        "",
        inputs=ANY,
        outputs=ANY_OUT,
        layer="not_there.nn.Layer",
        library="not-there",
    )
    net = chain(("N", 4), node("layer", "Missing"))
    found = check(project(net), {**TYPES, "Missing": missing})
    (issue,) = found.issues
    assert (issue.code, issue.node) == ("not-installed", "layer")
    assert "layer: Missing needs not_there" in issue.message
    assert "pip install not-there" in issue.message
    with pytest.raises(CannotCompile, match="not_there"):
        found.source("Net")


def test_an_input_of_given_sizes_refuses_others() -> None:
    graph = board(
        [
            node("x", "Input", shape=("V", 4)),
            node("edges", "Input", shape=("E", 3), dtype="int64"),
            node("conv", "GCNConv"),
            node("y", "Output"),
        ],
        "x -> conv.x, edges -> conv.edge_index, conv -> y",
    )
    (issue,) = check(project(graph), TYPES).issues
    assert (issue.code, issue.port) == ("dimensions", "edge_index")
    assert "2×E" in issue.message


def test_a_mask_leaves_what_the_data_decides() -> None:
    net = board(
        [
            node("x", "Input", shape=("N", "T", 4)),
            node("mask", "Input", shape=("N", "T"), dtype="bool"),
            node("masked", "Masked"),
            node("fc", "Linear", out_features=2),
            node("y", "Output"),
        ],
        "x -> masked.input, mask -> masked.mask, masked -> fc -> y",
    )
    found = check(project(net), TYPES)
    assert not found.issues
    assert shape(found, "fc") == "K_masked×2"
    wrong = with_nodes(net, node("mask", "Input", shape=("N", "T"), dtype="int64"))
    assert codes(check(project(wrong), TYPES)) == ["wire"]

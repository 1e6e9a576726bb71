"""Operations on tensors: what they compute, how they are written, what they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor

from nodes.declare import Port
from studio.compile.compiled import Compiled
from studio.compile.flows import Flow
from studio.compile.node_shapes import Remembered
from studio.compile.sizes import free
from studio.compile.training_source import execute
from studio.model.ports import refusal, with_ports
from studio.model.project import Project
from studio.model.search_words import Query, SearchWords
from tests.compile.drawing import TYPES, board, checked, codes, node, run

DTYPES = {torch.float32: "float32", torch.int64: "int64", torch.bool: "bool"}


def around(type: str, inputs: Mapping[str, Any], params: Mapping[str, Any]) -> Compiled:
    """A network of one node; a shape stands for an input of real numbers. Ports with `many` take
    several of them, the part behind a dot being left out."""
    shaped = with_ports(TYPES[type], params)
    nodes, wires = [], []
    for number, (port, given) in enumerate(inputs.items()):
        size, dtype = given, "float32"
        if isinstance(given, Tensor):
            size, dtype = ("N", *given.shape[1:]) if given.dim() else (), DTYPES[given.dtype]
            if given.dim() and given.shape[0] != 3:
                size = tuple(given.shape)
        nodes.append(node(f"x{number}", "Input", shape=size, dtype=dtype))
        wires.append(f"x{number} -> it.{port.partition('.')[0]}")
    nodes.append(node("it", type, **params))
    for number, output in enumerate(shaped.outputs):
        nodes.append(node(f"y{number}", "Output"))
        wires.append(f"it.{output.name} -> y{number}")
    return checked(board(nodes, ", ".join(wires)))


def value(type: str, inputs: Mapping[str, Tensor], **params: Any) -> Any:
    """What a node gives for tensors, three samples being any number of them."""
    found = around(type, inputs, params)
    assert codes(found) == []
    module = execute(found.source("Net"), "<test>")["Net"]()
    outputs = run(module, inputs.values())
    return outputs[0] if len(outputs) == 1 else outputs


def line(type: str, inputs: Mapping[str, Any], **params: Any) -> str:
    """How a node is written, and what comes last is returned."""
    text = around(type, inputs, params).source("Net")
    written = [part.strip().partition("  #")[0] for part in text.splitlines()]
    named = [part for part in written if part.startswith(("it = ", "it, "))]
    return named[0] if named else f"it = {written[-1].removeprefix('return ')}"


X = torch.arange(3 * 4 * 6).reshape(3, 4, 6).float().sin()
SHAPE = ("N", 4, 6)


@pytest.mark.parametrize(
    ("type", "params", "inputs", "written"),
    [
        ("Subtract", {}, {"input": SHAPE, "other": SHAPE}, "it = x0 - x1"),
        ("Divide", {}, {"input": SHAPE, "other": SHAPE}, "it = x0 / x1"),
        ("Clamp", {}, {"input": SHAPE}, "it = x0.clamp(min=0.0, max=1.0)"),
        ("Clamp", {"low": None}, {"input": SHAPE}, "it = x0.clamp(max=1.0)"),
        ("Compare", {}, {"input": SHAPE}, "it = x0 > 0.0"),
        (
            "Compare",
            {"relation": "at most"},
            {"input": SHAPE, "other": SHAPE},
            "it = x0 <= x1",
        ),
        ("Cast", {"to": "long"}, {"input": SHAPE}, "it = x0.long()"),
        ("CumulativeSum", {}, {"input": SHAPE}, "it = x0.cumsum(1)"),
        ("Mean", {"dim": (2, 1)}, {"input": SHAPE}, "it = x0.mean((2, 1))"),
        ("Mean", {"keepdim": True}, {"input": SHAPE}, "it = x0.mean(1, keepdim=True)"),
        ("Max", {"dim": (-1,)}, {"input": SHAPE}, "it = x0.amax(-1)"),
        ("Norm", {}, {"input": SHAPE}, "it = torch.linalg.vector_norm(x0, dim=1)"),
        ("ArgMax", {"of": "min"}, {"input": SHAPE}, "it = x0.argmin(1)"),
        ("Largest", {"k": 2}, {"input": SHAPE}, "it, it_indices = x0.topk(2, -1)"),
        ("MatMul", {}, {"input": SHAPE, "other": ("N", 6, 5)}, "it = x0 @ x1"),
        ("Stack", {}, {"inputs": SHAPE, "inputs.1": SHAPE}, "it = torch.stack([x0, x1], dim=1)"),
        ("Transpose", {}, {"input": SHAPE}, "it = x0.transpose(1, 2)"),
        ("Unsqueeze", {"dim": -1}, {"input": SHAPE}, "it = x0.unsqueeze(-1)"),
        ("Unflatten", {"sizes": (-1, 3)}, {"input": SHAPE}, "it = x0.unflatten(-1, (-1, 3))"),
        ("Unflatten", {"sizes": 6}, {"input": SHAPE}, "it = x0.unflatten(-1, (6,))"),
        ("Expand", {"sizes": (-1, 5, 4)}, {"input": ("N", 1, 4)}, "it = x0.expand(-1, 5, 4)"),
        ("Repeat", {"dim": -1}, {"input": SHAPE}, "it = x0.repeat(1, 1, 2)"),
        ("Slice", {"start": 1, "stop": None}, {"input": SHAPE}, "it = x0[:, 1:]"),
        ("Slice", {"dim": -2, "step": 2}, {"input": SHAPE}, "it = x0[..., :-1:2, :]"),
        ("Gather", {}, {"input": SHAPE, "index": X.long()}, "it = x0.gather(1, x1)"),
        ("Pad", {"before": 2}, {"input": SHAPE}, "it = F.pad(x0, (0, 0, 2, 1))"),
        ("Pad", {"dim": -1, "value": 1.0}, {"input": SHAPE}, "it = F.pad(x0, (0, 1), value=1.0)"),
        ("Roll", {"shift": -2}, {"input": SHAPE}, "it = x0.roll(-2, 1)"),
        ("Flip", {"dim": (1, 2)}, {"input": SHAPE}, "it = x0.flip((1, 2))"),
        (
            "Interpolate",
            {"mode": "linear", "size": 9, "align_corners": True},
            {"input": ("N", 3, 4, 4)},
            'it = F.interpolate(x0, size=9, mode="bilinear", align_corners=True)',
        ),
        (
            "Interpolate",
            {},
            {"input": ("N", 3, 4, 4), "like": ("N", 1, 9, 8)},
            "it = F.interpolate(x0, size=x1.shape[2:])",
        ),
        ("OneHot", {"num_classes": 4}, {"input": X.long()}, "it = F.one_hot(x0, 4).float()"),
        ("PaddingMask", {}, {"input": X.long()}, "it = x0 != 0"),
        ("Logical", {}, {"inputs": X > 0, "inputs.1": X > 0}, "it = x0 & x1"),
        (
            "Sort",
            {"descending": True},
            {"input": SHAPE},
            "it, it_indices = x0.sort(-1, descending=True)",
        ),
    ],
)
def test_it_is_written_as_by_hand(
    type: str, params: dict[str, Any], inputs: dict[str, Any], written: str
) -> None:
    assert line(type, inputs, **params) == written


@pytest.mark.parametrize(
    ("type", "params", "expected"),
    [
        ("Sum", {"dim": (1, 2)}, X.sum((1, 2))),
        ("Min", {}, X.min(1).values),
        ("Std", {"dim": -1}, X.var(2).sqrt()),
        ("LogSumExp", {"dim": 2, "keepdim": True}, X.exp().sum(2, keepdim=True).log()),
        ("Norm", {"dim": -1}, X.square().sum(2).sqrt()),
        ("Norm", {"dim": 1, "order": 1.0, "keepdim": True}, X.abs().sum(1, keepdim=True)),
        ("ArgMax", {"dim": 2}, X.max(2).indices),
    ],
)
def test_it_reduces(type: str, params: dict[str, Any], expected: Tensor) -> None:
    torch.testing.assert_close(value(type, {"input": X}, **params), expected)


PLACES = torch.tensor([2, 0, 3])


@pytest.mark.parametrize(
    ("type", "params", "inputs", "expected"),
    [
        ("Gather", {"dim": 1}, {"input": X[..., 0], "index": PLACES}, X[[0, 1, 2], PLACES, 0]),
        (
            "Gather",
            {"dim": -2},
            {"input": X, "index": PLACES[:, None].expand(3, 6)},
            X[[0, 1, 2], PLACES],
        ),
        (
            "IndexSelect",
            {},
            {"input": X, "index": torch.tensor([5, 5, 1, 0])},
            X[:, :, [5, 5, 1, 0]],
        ),
        (
            "Scatter",
            {"adds": True},
            {"input": X[..., 0], "index": PLACES[:, None], "source": X[:, 0, 1:2]},
            X[..., 0] + torch.eye(4)[PLACES] * X[:, 0, 1:2],
        ),
        ("Repeat", {"times": 3}, {"input": X}, torch.cat([X, X, X], 1)),
        ("Repeat", {"each": True}, {"input": X}, torch.stack([X, X], 2).flatten(1, 2)),
        (
            "Shift",
            {"by": 2},
            {"input": X},
            torch.cat([torch.zeros(3, 2, 6), X[:, :2]], 1),
        ),
        ("Positions", {}, {"input": X}, torch.tensor([0, 1, 2, 3])),
        (
            "CausalMask",
            {"before": 1},
            {"input": X},
            torch.tensor([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]).bool(),
        ),
        (
            "LengthMask",
            {},
            {"lengths": PLACES, "like": X},
            torch.tensor([[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 0]]).bool(),
        ),
        (
            "Logical",
            {"relation": "xor"},
            {"inputs": X > 0, "inputs.1": X < 0.5},
            (X > 0) != (X < 0.5),
        ),
        ("Not", {}, {"input": X > 0}, X <= 0),
    ],
)
def test_it_puts_entries_where_they_belong(
    type: str, params: dict[str, Any], inputs: dict[str, Tensor], expected: Tensor
) -> None:
    torch.testing.assert_close(value(type, inputs, **params), expected)


def test_whole_numbers_and_truths_come_out_as_such() -> None:
    mask = X > 0
    assert value("Sum", {"input": mask}).dtype == torch.int64
    assert value("Compare", {"input": X}).dtype == torch.bool
    assert value("Cast", {"input": mask}).dtype == torch.float32


@pytest.mark.parametrize(
    ("mask", "whole"),
    [
        (X[:, 0, 0] > 0, (X[:, 0, 0] > 0)[:, None, None].expand(X.shape)),
        (X[..., 0] > 0, (X[..., 0] > 0)[..., None].expand(X.shape)),
        (X[0] > 0, (X[0] > 0).expand(X.shape)),
        (X > 0, X > 0),
    ],
    ids=["samples", "positions", "the last", "all"],
)
def test_a_condition_has_the_first_dimensions_or_the_last(mask: Tensor, whole: Tensor) -> None:
    found = value("Where", {"condition": mask, "input": X}, value=7.0)
    torch.testing.assert_close(found, X.masked_fill(~whole, 7.0))


def fixed(found: Compiled) -> Compiled:
    """The project after the first fix of its only error."""
    (issue,) = found.issues
    project: Project = found.project
    for edit in issue.fixes[0].edits:
        project = edit.apply(project)
    return checked(*project.boards.values())


@pytest.mark.parametrize(
    ("type", "params", "inputs", "sentence", "mended"),
    [
        (
            "Sum",
            {"dim": 3},
            {"input": SHAPE},
            "it: dim (3) must be one of the 3 dimensions of x0",
            True,
        ),
        (
            "Mean",
            {"dim": (1, -2)},
            {"input": SHAPE},
            "it: dim names a dimension of x0 twice",
            False,
        ),
        (
            "Largest",
            {"k": 9},
            {"input": SHAPE},
            "it: k (9) is more than the 6 entries of dimension -1 of x0",
            True,
        ),
        (
            "Subtract",
            {},
            {"input": SHAPE, "other": ("N", 5, 6)},
            "it: x0 is N×4×6 but x1 is N×5×6; both must have the same sizes, or 1",
            False,
        ),
        (
            "Where",
            {},
            {"condition": X[:, :2, 0] > 0, "input": SHAPE},
            "it: x1 is N×4×6 but x0 is N×2; both must have the same sizes, or 1",
            False,
        ),
        (
            "Clamp",
            {"low": None, "high": None},
            {"input": SHAPE},
            "it: give low, high or both",
            True,
        ),
        (
            "Squeeze",
            {"dim": 2},
            {"input": ("N", 1, 6)},
            "it: dimension 2 of x0 holds 6 entries; only one of size 1 can be taken away",
            True,
        ),
        (
            "Unsqueeze",
            {"dim": 4},
            {"input": SHAPE},
            "it: dim (4) must be from -4 to 3, as x0 is N×4×6",
            True,
        ),
        (
            "Unflatten",
            {"sizes": (2, 4)},
            {"input": SHAPE},
            "it: sizes (2, 4) do not come to the 6 of dimension -1 of x0",
            True,
        ),
        (
            "Expand",
            {"sizes": (-1, 5, -1)},
            {"input": SHAPE},
            "it: dimension 1 of x0 holds 4 entries; only one of size 1 can become 5",
            False,
        ),
        (
            "Slice",
            {"start": 4, "stop": None},
            {"input": SHAPE},
            "it: nothing of the 4 entries of dimension 1 of x0 is left",
            True,
        ),
        (
            "Shift",
            {"by": 5},
            {"input": SHAPE},
            "it: by (5) is more than the 4 entries of dimension 1 of x0",
            True,
        ),
        (
            "Pad",
            {"before": -5},
            {"input": SHAPE},
            "it takes away more than the 4 entries of dimension 1 of x0",
            False,
        ),
        (
            "Interpolate",
            {"scale_factor": 0.1},
            {"input": SHAPE},
            "it: scale_factor (0.1) leaves nothing of x0, which is N×4×6",
            False,
        ),
        (
            "Logical",
            {},
            {"inputs": X > 0, "inputs.1": X[:, :2] > 0},
            "it: x0 is N×4×6 but x1 is N×2×6; both must have the same sizes, or 1",
            False,
        ),
        (
            "Gather",
            {},
            {"input": SHAPE, "index": X[:, :, :2, None].long()},
            "it: x1 is N×4×2×1 but x0 is N×4×6; all dimensions but 1 must agree, and 1 may be "
            "missing",
            False,
        ),
        (
            "Interpolate",
            {"mode": "bicubic"},
            {"input": SHAPE},
            "it: bicubic is for images, but x0 is N×4×6",
            False,
        ),
        (
            "MatMul",
            {},
            {"input": SHAPE, "other": SHAPE},
            "it: x0 is N×4×6 but x1 is N×4×6; 4 must be 6, the last size of x0",
            True,
        ),
        (
            "MatMul",
            {},
            {"input": ("N", 2, 4, 6), "other": ("N", 3, 6, 5)},
            "it: x0 is N×2×4×6 but x1 is N×3×6×5; the sizes before both matrices must agree, or "
            "be 1",
            False,
        ),
        (
            "Stack",
            {},
            {"inputs": SHAPE, "inputs.1": ("N", 4, 5)},
            "it: x0 is N×4×6 but x1 is N×4×5; all must have the same shape",
            False,
        ),
        (
            "Clamp",
            {"low": 2.0},
            {"input": SHAPE},
            "it: low (2) is above high (1), so that all values become one",
            False,
        ),
    ],
)
def test_what_does_not_fit_is_told(
    type: str, params: dict[str, Any], inputs: dict[str, Any], sentence: str, mended: bool
) -> None:
    found = around(type, inputs, params)
    assert [issue.message for issue in found.issues] == [sentence]
    assert bool(found.issues[0].fixes) == mended
    if mended:
        assert codes(fixed(found)) == []


@pytest.mark.parametrize("type", ["Subtract", "ArgMax", "Largest"])
def test_truths_are_no_numbers(type: str) -> None:
    ports = [port.name for port in TYPES[type].inputs]
    nodes = [
        node("x", "Input", shape=SHAPE, dtype="bool"),
        node("turned", "Roll"),
        node("it", type),
        node("y", "Output"),
    ]
    wires = [f"turned -> it.{name}" for name in ports]
    out = TYPES[type].outputs[0].name
    found = checked(board(nodes, ", ".join(["x -> turned", *wires, f"it.{out} -> y"])))
    sentence = "it takes numbers, but turned gives true or false; a Cast makes numbers of it"
    assert found.issues[0].message == sentence
    port = TYPES[type].inputs[0]
    assert (
        refusal(Port("mask", "bool"), port) == "mask gives true or false, but input takes numbers"
    )
    assert refusal(Port("loss", "loss"), port) is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("minus", "Subtract"),
        ("quotient", "Divide"),
        ("matrix product", "MatMul"),
        ("einsum", "Einsum"),
        ("stack", "Stack"),
        ("chunk", "Split"),
        ("crop", "Slice"),
        ("index", "Gather"),
        ("scatter", "Scatter"),
        ("newaxis", "Unsqueeze"),
        ("broadcast", "Expand"),
        ("tile", "Repeat"),
        ("resize bilinear", "Interpolate"),
        ("cyclic", "Roll"),
        ("reverse", "Flip"),
        ("cumulative sum", "CumulativeSum"),
        ("reduce std", "Std"),
        ("argmin", "ArgMax"),
        ("top-k", "Largest"),
        ("clip", "Clamp"),
        ("masked_fill", "Where"),
        ("threshold", "Compare"),
        ("dtype", "Cast"),
        ("causal mask", "CausalMask"),
        ("padding mask", "PaddingMask"),
        ("one-hot", "OneHot"),
        ("arange", "Positions"),
        ("buffer", "Constant"),
        ("scaled dot-product attention", "ScaledDotProductAttention"),
        ("multi-head groups", "GroupedQueryAttention"),
        ("rope", "RotaryPosition"),
        ("relative position", "RelativePosition"),
        ("class token", "ClassToken"),
        ("squeeze excitation", "SqueezeExcitation"),
        ("drop path", "StochasticDepth"),
        ("reparameterisation", "Reparameterise"),
        ("vector quantisation", "VectorQuantiser"),
        ("film", "FiLM"),
        ("adaptive norm", "AdaptiveLayerNorm"),
        ("timestep", "TimestepEmbedding"),
        ("log-mel", "LogMelSpectrogram"),
    ],
)
def test_a_search_finds_it_by_the_words_of_the_field(words: str, name: str) -> None:
    found = TYPES[name]
    told = SearchWords(found.name, found.keywords, found.category, found.summary)
    assert Query(words).place(told) is not None


def test_what_is_picked_stays_below_its_bound() -> None:
    tokens = Flow((free("N", 61), 12), torch.int64, limit=5)
    at = Flow((free("N", 61),), torch.int64)
    inputs = {"input": (tokens,), "index": (at,)}
    found = Remembered().outcome(TYPES["Gather"], {"dim": 1}, inputs, None)
    assert found.outputs["output"].limit == 5


@pytest.mark.parametrize(("dim", "told"), [(0, True), (-2, True), (1, False)])
def test_the_largest_of_samples_may_be_too_few(dim: int, told: bool) -> None:
    found = around("Largest", {"input": ("N", 9)}, {"dim": dim, "k": 3})
    assert not found.errors
    assert codes(found) == (["few-samples"] if told else [])

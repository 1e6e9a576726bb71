"""Operations on tensors: what they compute, how they are written, what they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor

from studio.compile.compiled import Compiled
from studio.compile.training_source import execute
from studio.model.ports import with_ports
from studio.model.project import Project
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
    """How a node is written."""
    text = around(type, inputs, params).source("Net")
    (found,) = [part for part in text.splitlines() if part.strip().startswith(("it = ", "it, "))]
    return found.strip().partition("  #")[0]


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


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("minus", "Subtract"),
        ("clip", "Clamp"),
        ("cumsum", "CumulativeSum"),
        ("topk", "Largest"),
        ("argmin", "ArgMax"),
        ("dtype", "Cast"),
        ("reduce std", "Std"),
    ],
)
def test_a_search_finds_it_by_what_torch_calls_it(words: str, name: str) -> None:
    assert TYPES[name].matches(words)

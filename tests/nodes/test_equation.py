"""Equations over dimensions: what they may hold, and what must fit them."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from nodes.equation import Equation
from studio.model.parameters import problem_with_value
from studio.model.ports import with_ports
from tests.compile.drawing import TYPES
from tests.nodes.test_tensors import X, around, line, value

EINSUM = TYPES["Einsum"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("ij,jk", "needs one ->"),
        ("i->j->k", "needs one ->"),
        ("ij->ii", "names i twice after ->"),
        ("ij->k", "names k after ->, which no input has"),
        ("ij->...", "has ... after ->, which no input has"),
        ("i1->i", "may hold only letters"),
        ("i..j->i", "may hold only letters"),
        ("...i...->i", "may hold only letters"),
        ("ij,->i", "has an input without letters"),
        (",".join("i" * 27) + "->i", "may have 26 inputs at most"),
        ("i" * 100 + "->i", "is longer than 100 characters"),
        ("i{x}->i", "may hold only letters"),
    ],
)
def test_other_texts_are_refused(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Equation(text)
    (param,) = EINSUM.params
    assert wrong in str(problem_with_value(param, text))


@pytest.mark.parametrize(
    ("text", "names"),
    [("ij->ji", "a"), ("ij,jk->ik", "ab"), ("...i, i , i->...", "abc"), ("ii->", "a")],
)
def test_its_inputs_become_ports(text: str, names: str) -> None:
    found = with_ports(EINSUM, {"equation": text})
    assert "".join(port.name for port in found.inputs) == names


def test_it_computes_what_torch_does() -> None:
    expected = (X[:, :, None] * X[:, None]).sum(-1)
    torch.testing.assert_close(value("Einsum", {"a": X, "b": X}), expected)
    diagonal = value("Einsum", {"a": X[..., :4]}, equation="...ii->...i")
    torch.testing.assert_close(diagonal, X[..., :4].diagonal(dim1=1, dim2=2))
    written = line("Einsum", {"a": ("N", 4, 6), "b": ("N", 6, 5)}, equation="nij,njk->nik")
    assert written == 'it = torch.einsum("nij,njk->nik", x0, x1)'


@pytest.mark.parametrize(
    ("equation", "inputs", "sentence"),
    [
        (
            "nij,njk->nik",
            {"a": ("N", 4, 6), "b": ("N", 5, 3)},
            "it: j is 6 in x0 but 5 in x1",
        ),
        ("ij->i", {"a": ("N", 4, 6)}, "it: ij stands for 2 dimensions, but x0 is N×4×6"),
        (
            "...ijk->i",
            {"a": ("N", 4)},
            "it: ...ijk stands for at least 3 dimensions, but x0 is N×4",
        ),
    ],
)
def test_what_does_not_fit_is_told(equation: str, inputs: dict[str, Any], sentence: str) -> None:
    found = around("Einsum", inputs, {"equation": equation})
    assert [issue.message for issue in found.issues] == [sentence]


def test_sizes_of_one_serve_for_any() -> None:
    one = X[:, :1]
    expected = (one * X).sum(-1)
    torch.testing.assert_close(
        value("Einsum", {"a": one, "b": X}, equation="nij,nij->ni"), expected
    )

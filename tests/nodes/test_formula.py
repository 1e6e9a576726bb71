"""Formulas: what they may hold, the inputs they read, the code they become."""

from __future__ import annotations

import ast
import math
import re

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from nodes.formula import FUNCTIONS, LENGTH, Formula


@pytest.mark.parametrize(
    ("text", "names", "template"),
    [
        ("a * sigmoid(b)", ("a", "b"), "{a} * torch.sigmoid({b})"),
        (" b - a/2 ", ("b", "a"), "{b} - {a} / 2"),
        ("(a + b) * -a", ("a", "b"), "({a} + {b}) * -{a}"),
        ("x ** 2", ("x",), "torch.pow({x}, 2)"),
        ("mean(exp(v) - 1 - v)", ("v",), "torch.mean(torch.exp({v}) - 1 - {v})"),
        ("softmax(q @ k, -1)", ("q", "k"), "torch.softmax({q} @ {k}, -1)"),
        ("tokens != 0", ("tokens",), "{tokens} != 0"),
        ("2 * (a < b - 1)", ("a", "b"), "2 * ({a} < {b} - 1)"),
        ("cos(2 * pi * t)", ("t",), "torch.cos(2 * math.pi * {t})"),
    ],
)
def test_they_become_code(text: str, names: tuple[str, ...], template: str) -> None:
    assert Formula(text).names == names
    assert Formula(text).template == template


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no formula"),
        ("a *", "no formula"),
        ("1 + 2", "no input"),
        ("a; b", "no formula"),
        ("a.grad", "only names"),
        ("a[0]", "only names"),
        ("[a for a in b]", "only names"),
        ("a if b else c", "only names"),
        ("lambda: a", "only names"),
        ("'a' * b", "only names"),
        ("a * True", "only names"),
        ("a * 1j", "only names"),
        ("a < b < c", "only names"),
        ("a in b", "only names"),
        ("a // 2", "only names"),
        ("f(a)", "calls f"),
        ("__import__(a)", "calls __import__"),
        ("eval(a)", "calls eval"),
        ("sigmoid", "without"),
        ("a * sigmoid", "without"),
        ("sigmoid(a, b)", "1 value"),
        ("sum()", "1 or 2 values"),
        ("sum(a, dim=1)", "1 or 2 values"),
        ("sigmoid(*a)", "only names"),
        ("__class__ * a", "another name"),
        ("layer * 2", "another name"),
        ("é + 1", "another name"),
        ("a * 9 ** 9 ** 9 ** 9", "power of numbers"),
        ("a + " * 60 + "a", f"longer than {LENGTH}"),
        ("(" * 150 + "a" + ")" * 40, "no formula"),
    ],
)
def test_anything_else_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        Formula(text)


@given(st.text(max_size=60) | st.text("ab1(+)-*/@., sigmoidexp_[]'\"=:<\n", max_size=40))
def test_what_is_taken_holds_nothing_foreign(text: str) -> None:
    try:
        found = Formula(text)
    except ValueError:
        return
    code = re.sub(r"\{(\w+)\}", r"\1", found.template)
    own = {*found.names, "torch", "F", "math"}
    for part in ast.walk(ast.parse(code, mode="eval")):
        assert not isinstance(part, ast.Name) or part.id in own
        assert not isinstance(part, ast.Attribute) or not part.attr.startswith("_")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_there_and_runs(name: str) -> None:
    _, least, most = FUNCTIONS[name]
    for many in range(least, most + 1):
        last = {"clamp": ["-1", "1"], "maximum": ["b"], "minimum": ["b"]}.get(name, ["-1"])
        arguments = ["a", *last][:many]
        code = re.sub(r"\{(\w+)\}", r"\1", Formula(f"{name}({', '.join(arguments)})").template)
        scope = {"torch": torch, "F": F, "math": math, "a": torch.rand(3, 4), "b": torch.rand(3, 4)}
        assert eval(code, scope).isfinite().all()

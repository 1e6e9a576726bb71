"""Expressions come to what Python makes of them, however they are written and filled in."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.model.expression import Expression
from studio.model.operations.block import make_block
from studio.model.operations.block_node import unpack_block
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.variables import rename_variable
from tests.compile.drawing import TYPES, board, node, project

LEAVES = st.sampled_from(["a", "b", "c", "2", "3", "0.5", "7"])
TEXTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda text: f"-{text}"),
    ),
    max_leaves=8,
)
NUMBERS = st.fixed_dictionaries({name: st.integers(-6, 6) for name in "abc"})


def by_python(text: str, values: dict[str, int]) -> float:
    """What it is, where that is a number of a size that expressions may have."""
    try:
        found = eval(text, {}, values)
    except (ZeroDivisionError, OverflowError, TypeError):
        found = None
    assume(isinstance(found, int | float))
    assert isinstance(found, int | float)
    return found


@given(TEXTS, NUMBERS, st.sets(st.sampled_from("abc")))
def test_a_value_is_pythons(text: str, values: dict[str, int], some: set[str]) -> None:
    assume(text.count("**") < 3)
    wanted = by_python(text, values)
    expression = Expression(text)
    try:
        found = expression.value(values)
    except ValueError:
        assume(False)
        raise
    assert found == wanted
    assert type(found) is type(wanted)
    assert eval(str(expression), {}, values) == wanted
    assert ast.dump(ast.parse(str(expression))) == ast.dump(ast.parse(text))
    filled = expression.filled({name: values[name] for name in some})
    assert filled.names == expression.names - some
    assert filled.value(values) == wanted
    parts = expression.filled({name: Expression(f"{name} + 0") for name in some})
    assert parts.value(values) == wanted


@pytest.mark.parametrize("text", ["9 ** 9 ** 9", "(-8) ** 0.5", "0 ** -1", "10 ** 400 / 3"])
def test_a_power_out_of_bounds_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be computed"):
        Expression(text).value({})


def test_powers_are_written_as_formatters_do() -> None:
    assert str(Expression("4*2 ** copy")) == "4 * 2**copy"
    assert str(Expression("(a+1) ** 2")) == "(a + 1) ** 2"
    assert str(Expression("a ** b ** 2")) == "a ** b**2"


def test_defaults_follow_variables_and_their_names() -> None:
    fc = node("fc", "Linear", out_features=Expression("hidden"))
    formula = {"hidden": Expression("ratio * dim"), "ratio": 3}
    x, y = node("x", "Input", shape=("N", 4)), node("y", "Output")
    inner = board([x, fc, y], "x -> fc -> y", "Part", "block", **formula)
    net = board([x, node("part", "Block", block="Part"), y], "x -> part.x, part.y -> y")
    start = replace(project(inner, net), variables={"dim": 5})
    after = rename_variable(start, "dim", "width").project
    assert after.boards["Part"].params == {"hidden": Expression("ratio * width"), "ratio": 3}
    unpacked = unpack_block(DrawnBoard.of(after, "Net", TYPES), "part").project.boards["Net"]
    assert unpacked.nodes["fc"].params == {"out_features": Expression("3 * width")}
    wrapped = make_block(DrawnBoard.of(after, "Part", TYPES), {"fc"}, "Inner").project
    assert wrapped.boards["Inner"].params == after.boards["Part"].params
    assert wrapped.boards["Part"].nodes["Inner"].params == {
        "block": "Inner",
        "hidden": Expression("hidden"),
        "ratio": Expression("ratio"),
    }

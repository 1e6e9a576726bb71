"""What a parameter may hold, and how a person writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.catalogue import builtin
from nodes.declare import Kind, Param
from studio.model.expression import Expression
from studio.model.parameters import LARGEST, parse_value, problem_with_value, text_of
from studio.model.values import Raw, Value

KINDS: tuple[Kind, ...] = (
    "int",
    "float",
    "bool",
    "choice",
    "text",
    "path",
    "shape",
    "ints",
    "board",
    "node",
    "instance",
    "instances",
    "value",
)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.just(Raw({"what": 1})),
    st.just(Expression("4 * dim")),
    st.tuples(st.integers()),
    st.tuples(st.text(max_size=5), st.integers()),
)


def test_every_default_fits() -> None:
    for node_type in builtin().types.values():
        for param in node_type.params:
            assert problem_with_value(param, param.default) is None, (node_type.name, param.name)


@given(st.sampled_from(KINDS), ANYTHING, st.booleans())
def test_a_problem_is_one_sentence(kind: Kind, value: Value, block: bool) -> None:
    problem = problem_with_value(Param("p", kind, choices=("a", "b")), value, block)
    assert problem is None or (problem.startswith("p") and problem.endswith("."))


@given(st.sampled_from(KINDS))
def test_raw_never_fits(kind: Kind) -> None:
    assert problem_with_value(Param("p", kind, choices=("a",)), Raw({}), True)


@given(st.sampled_from(KINDS), st.text(max_size=30), st.booleans())
def test_what_is_read_fits(kind: Kind, text: str, block: bool) -> None:
    param = Param("p", kind, choices=("a", "b"), low=-5, high=50)
    try:
        value = parse_value(param, text, block)
    except ValueError as error:
        sentence = str(error)
    else:
        sentence = "fits."
        assert problem_with_value(param, value, block) is None
    assert sentence.endswith(".")


@given(st.integers(-LARGEST, LARGEST))
def test_whole_numbers_go_round(number: int) -> None:
    param = Param("p", "int")
    assert parse_value(param, text_of(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_go_round(number: float) -> None:
    assert parse_value(Param("p", "float"), text_of(number)) == number


@given(st.lists(st.integers(1, 9999), min_size=2, max_size=5))
def test_several_whole_numbers_go_round(numbers: list[int]) -> None:
    value = tuple(numbers)
    assert parse_value(Param("p", "ints"), text_of(value)) == value
    assert parse_value(Param("p", "shape"), text_of(value)) == value


def test_a_bool_is_no_number() -> None:
    assert problem_with_value(Param("p", "int"), True)
    assert problem_with_value(Param("p", "float"), False)
    assert problem_with_value(Param("p", "ints"), (3, True))
    assert problem_with_value(Param("p", "bool"), 1)


def test_ranges_are_told() -> None:
    param = Param("repeat", "int", 1, low=1, high=1000)
    assert problem_with_value(param, 1000) is None
    assert problem_with_value(param, 1001) == (
        "repeat must be a whole number from 1 to 1,000, not '1001'."
    )


def test_shapes() -> None:
    param = Param("shape", "shape")
    assert parse_value(param, "N, T=64, 3") == ("N", "T=64", 3)
    assert parse_value(param, "(N, 1, 28, 28)") == ("N", 1, 28, 28)
    for text in ("", "0", "N, -1", "T=", "T=0", "1.5", "class", "a b"):
        with pytest.raises(ValueError, match="shape"):
            parse_value(param, text)


def test_expressions_fit_blocks_only() -> None:
    param = Param("out_channels", "int", low=1)
    assert parse_value(param, "=4 * dim", block=True) == Expression("4 * dim")
    with pytest.raises(ValueError, match="block"):
        parse_value(param, "=4 * dim")
    with pytest.raises(ValueError, match="arithmetic"):
        parse_value(param, "=4 *", block=True)
    shape = Param("shape", "shape")
    assert parse_value(shape, "N, =dim, 8", block=True) == ("N", Expression("dim"), 8)


def test_not_a_number_never_fits() -> None:
    for text in ("nan", "inf", "-inf"):
        with pytest.raises(ValueError, match="finite"):
            parse_value(Param("p", "float"), text)


def test_empty_means_none_only_where_it_may() -> None:
    assert parse_value(Param("clip", "float", optional=True), "") is None
    with pytest.raises(ValueError, match="a number"):
        parse_value(Param("clip", "float"), "")

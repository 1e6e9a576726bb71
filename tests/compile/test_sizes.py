"""Rules over free dimensions: arithmetic, one form for equal rules, and how they read."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.compile.size_text import text
from studio.compile.sizes import Size, agreed, at, floor, free, replaced, times
from tests.compile.drawing import size_of

H, W = free("H", 48), free("W", 32)

RULES: st.SearchStrategy[Size] = st.recursive(
    st.one_of(st.sampled_from([H, W]), st.integers(-9, 9)),
    lambda inner: st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(times, inner, st.integers(-3, 5)),
        st.builds(times, inner, inner),
        st.builds(floor, inner, st.integers(1, 64)),
    ),
    max_leaves=6,
)


@given(RULES, st.integers(1, 500), st.integers(1, 500))
def test_text_says_what_the_rule_comes_to(rule: Size, h: int, w: int) -> None:
    assert size_of(text(rule), {"H": h, "W": w}) == at(rule, {"H": h, "W": w})


@settings(max_examples=50)
@given(RULES, RULES, st.integers(1, 64), st.integers(1, 500), st.integers(1, 500))
def test_arithmetic(first: Size, second: Size, divisor: int, h: int, w: int) -> None:
    sizes = {"H": h, "W": w}
    a, b = at(first, sizes), at(second, sizes)
    assert at(first + second, sizes) == a + b
    assert at(times(first, second), sizes) == a * b
    assert at(floor(first, divisor), sizes) == a // divisor
    assert at(replaced(first, {"H": second, "W": h}), sizes) == at(first, {"H": b, "W": h})


@settings(max_examples=50)
@given(RULES, RULES, st.integers(0, 4))
def test_sizes_that_agree_do_so_every_so_many_sizes(first: Size, second: Size, often: int) -> None:
    found = agreed(first, second)
    if found is not None:
        far = often * lcm(*range(1, 65)) ** 6
        sizes = {"H": 48 + far, "W": 32 + far}
        assert at(found, sizes) == at(first, sizes) == at(second, sizes)


def test_divisions_of_divisions_are_one() -> None:
    assert floor(floor(H, 2), 3) == floor(H, 6)
    assert floor(floor(H + 1, 2) + 5, 3) == floor(H + 11, 6)
    assert floor(times(H, 4), 2) == times(H, 2)
    assert floor(times(H, 6) + 3, 4) == H + floor(times(H, 2) + 3, 4)
    assert floor(H, 2) + floor(H, 2) == times(floor(H, 2), 2)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (H, "H"),
        (H + 1, "H+1"),
        (times(H, 2) + -1, "2H-1"),
        (floor(H, 2), "H/2"),
        (floor(H, 2) + 1, "H/2+1"),
        (times(floor(H, 2), 2), "2⌊H/2⌋"),
        (floor(H + -1, 3) + 1, "⌊(H+2)/3⌋"),
        (floor(H + -3, 2), "⌊(H-3)/2⌋"),
        (times(H, Fraction(1, 2)) + floor(H, 4), "3H/4"),
        (times(H, Fraction(1, 3)) + floor(H, 4), "H/4+H/3"),
        (floor(times(H, 3), 2), "3H/2"),
        (times(H, Fraction(1, 2)), "H/2"),
        (times(H, W), "H·W"),
        (times(times(H, W), 3), "3H·W"),
        (times(floor(H, 2), floor(W, 2)), "⌊H/2⌋·⌊W/2⌋"),
        (times(H + -2, W + 1), "(H-2)·(W+1)"),
        (times(times(floor(H + -4, 2), floor(W + 1, 3) + -1), 8), "8(H/2-2)·⌊(W-2)/3⌋"),
        (times(times(H + -2, W), Fraction(1, 4)), "(H-2)·W/4"),
        (times(floor(H, 4), W + 3) + 1, "(W+3)·⌊H/4⌋+1"),
        (times(H, W) + H, "H·(W+1)"),
        (H + W, "H+W"),
        (times(H, -1) + 50, "50-H"),
        (free("?a.output.0", 4) + 1, "?"),
    ],
)
def test_words(rule: Size, words: str) -> None:
    assert text(rule) == words


def test_what_agrees_where_a_division_comes_out_even() -> None:
    assert agreed(times(floor(H, 4), 2), floor(H, 2)) == times(H, Fraction(1, 2))
    assert agreed(times(floor(H, 16), 16), H) == H
    assert agreed(floor(H, 2) + floor(H + 1, 2), H) == H
    assert agreed(H, W + 16) is None
    assert agreed(H, 48) is None

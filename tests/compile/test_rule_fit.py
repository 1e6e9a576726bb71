"""Rules found from what comes out at some sizes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.compile.rule_fit import fitted
from studio.compile.size_text import text
from studio.compile.sizes import Free, Size, at

Function = Callable[..., int]


def fit(function: Function, *typical: int, fails: Function = lambda *_: 0) -> Size | str | None:
    """The rule of a node with one size out; `fails` where it does not run."""
    free = [Free(name, size) for name, size in zip("xyz", typical, strict=False)]

    def run(sizes: tuple[int, ...]) -> tuple[int, ...] | None:
        return None if fails(*sizes) else (function(*sizes),)

    found = fitted(run, free, (function(*typical),))
    return "nothing" if found is None else found[0]


@settings(max_examples=300)
@given(
    st.integers(-64, 256),
    st.integers(-200, 200),
    st.integers(1, 64),
    st.integers(1, 8),
    st.integers(1, 300),
    st.lists(st.integers(1, 5000), min_size=10, max_size=10),
)
def test_any_rounded_line(
    a: int, b: int, c: int, unit: int, typical: int, tried: list[int]
) -> None:
    found = fit(lambda x: unit * ((a * x + b) // c), typical)
    assert found is not None
    assert not isinstance(found, str)
    for x in tried:
        assert at(found, {"x": x}) == unit * ((a * x + b) // c)


LINES = st.tuples(st.integers(1, 6), st.integers(-3, 9), st.integers(1, 8))


@given(LINES, LINES, st.sampled_from(["sum", "product"]), st.integers(0, 2), st.data())
def test_sums_and_products(
    first: tuple[int, int, int],
    second: tuple[int, int, int],
    together: str,
    beside: int,
    data: st.DataObject,
) -> None:
    def function(x: int, y: int) -> int:
        (a, b, c), (d, e, f) = first, second
        one, other = (a * x + b) // c, (d * y + e) // f
        return (one + other if together == "sum" else one * other) + beside

    found = fit(function, 40, 24)
    assert found is not None
    assert not isinstance(found, str)
    for _ in range(10):
        x, y = data.draw(st.integers(1, 500)), data.draw(st.integers(1, 500))
        assert at(found, {"x": x, "y": y}) == function(x, y)


@pytest.mark.parametrize("step", [2, 3, 4, 16, 60])
def test_only_sizes_that_a_node_runs_at_are_tried(step: int) -> None:
    found = fit(lambda x: x // step, 240, fails=lambda x: x % step)
    assert text(found or 0) == f"x/{step}"
    rounded = fit(lambda x: x // step // 3, 240, fails=lambda x: x % step)
    assert text(rounded or 0) == f"x/{3 * step}"


@pytest.mark.parametrize("most", [7, 8, 40, 250])
def test_sizes_may_be_bounded(most: int) -> None:
    assert text(fit(lambda x: 2 * x + 1, 7, fails=lambda x: x > most) or 0) == "2x+1"
    assert text(fit(lambda x: x, most, fails=lambda x: x > most) or 0) == "x"


def test_what_does_not_vary() -> None:
    assert fit(lambda x: 5, 5) == 5
    assert fit(lambda x: x, 32, fails=lambda x: x != 32) == "nothing"
    assert fit(lambda x: x, 32, fails=lambda x: x not in (1, 32)) == "nothing"


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * x,
        lambda x: max(x, 40),
        lambda x: min(x, 50),
        lambda x: x if x < 60 else 60,
        lambda x: x.bit_length(),
        lambda x: x * x // 64,
        lambda x: x // 65,
    ],
)
def test_what_follows_no_such_rule_has_none(function: Function) -> None:
    assert fit(function, 48) is None
    assert fit(lambda x, y: function(x) * y, 48, 7) is None


def test_stairs_of_uneven_steps() -> None:
    found = fit(lambda x: (2 * (x // 3) + 1) // 5, 48)
    assert found is not None
    assert not isinstance(found, str)
    for x in range(1, 300):
        assert at(found, {"x": x}) == (2 * (x // 3) + 1) // 5

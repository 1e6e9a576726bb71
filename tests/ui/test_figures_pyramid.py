"""The pyramid of minima and maxima gives the same picture as all points."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.ui.figures.curve_pyramid import Pyramid


def filled(y: np.ndarray[tuple[int], np.dtype[np.float64]], pieces: int = 1) -> Pyramid:
    pyramid = Pyramid()
    x = np.arange(len(y), dtype=np.float64)
    for part in np.array_split(np.arange(len(y)), pieces):
        pyramid.append(x[part], y[part])
    return pyramid


@settings(deadline=None, max_examples=60)
@given(
    count=st.integers(1, 3000),
    pieces=st.integers(1, 40),
    pixels=st.integers(1, 200),
    low=st.floats(-10, 3000),
    span=st.floats(0.5, 3000),
)
def test_extremes_survive_and_points_are_few(
    count: int, pieces: int, pixels: int, low: float, span: float
) -> None:
    y = np.random.default_rng(count).normal(size=count)
    pyramid = filled(y, pieces)
    xs, ys = pyramid.window(low, low + span, pixels)
    assert len(xs) == len(ys) <= 2 * pixels + 4
    assert np.all(np.diff(xs) >= 0)
    inside = (pyramid.x >= low) & (pyramid.x <= low + span)
    if inside.any() and len(ys):
        assert ys.min() <= y[inside].min()
        assert ys.max() >= y[inside].max()
        assert set(ys) <= set(y)


def test_few_points_are_given_as_they_are() -> None:
    pyramid = filled(np.array([3.0, 1.0, 2.0]))
    xs, ys = pyramid.window(0, 2, 100)
    assert xs.tolist() == [0, 1, 2]
    assert ys.tolist() == [3, 1, 2]


def test_points_that_are_not_finite_are_left_out() -> None:
    pyramid = filled(np.array([1.0, np.nan, np.inf, 2.0]))
    assert pyramid.x.tolist() == [0, 3]


def test_going_back_replaces_what_followed() -> None:
    pyramid = filled(np.arange(100.0))
    pyramid.append(np.array([50.0, 51.0]), np.array([-1.0, -2.0]))
    assert len(pyramid) == 52
    assert pyramid.bounds(0, 1000) == (-2.0, 49.0)
    assert pyramid.window(0, 1000, 5)[1].max() == 49.0
    assert pyramid.smooth(0, 1000, 100, 0)[1][-1] == -2.0


def test_smoothing_is_the_mean_of_neighbours() -> None:
    pyramid = filled(np.array([0.0, 3.0, 0.0, 3.0, 0.0]))
    xs, ys = pyramid.smooth(0, 4, 100, 1)
    assert xs.tolist() == [0, 1, 2, 3, 4]
    assert ys == pytest.approx([0, 1, 2, 1, 0])


def test_the_nearest_point_is_found() -> None:
    pyramid = filled(np.array([5.0, 6.0, 7.0]))
    assert pyramid.nearest(1.4) == (1.0, 6.0)
    assert pyramid.nearest(99.0) == (2.0, 7.0)
    assert Pyramid().nearest(0) is None
    assert Pyramid().bounds(0, 1) is None


def test_a_million_points_are_zoomed_at_once() -> None:
    pyramid = filled(np.random.default_rng(0).normal(size=1_000_000), 50)
    pyramid.window(1000, 900_000, 1000)
    start = time.perf_counter()
    for i in range(20):
        pyramid.window(1000 * i, 900_000 - 7 * i, 1000)
        pyramid.smooth(1000 * i, 900_000 - 7 * i, 1000, 64)
    assert (time.perf_counter() - start) / 20 < 0.008


def test_few_points_on_fewer_pixels() -> None:
    """Coarser levels than there are points for are not asked for."""
    for count in range(1, 12):
        made = Pyramid()
        made.append(np.arange(count, dtype=float), np.arange(count, dtype=float))
        for pixels in (1, 2, 3):
            x, y = made.window(0.0, float(count), pixels)
            assert len(x) == len(y)
            assert y.max() == count - 1

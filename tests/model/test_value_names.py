"""What the values of a run are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.model.value_names import in_order, labels, upgraded

NODES = st.from_regex(r"[a-z]{1,3}", fullmatch=True)
NAMES = st.lists(st.tuples(st.sampled_from(["loss/", "metric/", "rate/"]), NODES).map("".join))


def test_short_where_that_is_enough() -> None:
    names = ["rate/update", "metric/top_5", "loss/update"]
    assert in_order(names) == ["loss/update", "metric/top_5", "rate/update"]
    assert labels(in_order(names)) == {
        "loss/update": "loss",
        "metric/top_5": "top 5",
        "rate/update": "learning rate",
    }


def test_longer_where_two_would_be_called_the_same() -> None:
    assert labels(["loss/update", "metric/loss"]) == {
        "loss/update": "loss",
        "metric/loss": "loss (metric)",
    }
    assert list(labels(["loss/a", "loss/b"]).values()) == ["a loss", "b loss"]


@given(NAMES)
def test_no_two_names_have_one_label(names: list[str]) -> None:
    found = labels(names)
    assert len(set(found.values())) == len(found) == len(set(names))


@given(NAMES)
def test_names_of_today_need_no_upgrading(names: list[str]) -> None:
    values = dict.fromkeys(names, 1.0)
    assert upgraded(values) == values

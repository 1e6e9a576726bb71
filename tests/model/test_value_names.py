"""What the values of a run are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodes.catalogue import builtin
from studio.model.gallery import template
from studio.model.value_names import in_order, labels, upgraded, value_names

NODES = st.from_regex(r"([ab_]{1,3}\.)?[ab_]{1,3}", fullmatch=True)
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


def test_values_of_stages_are_told_by_their_stage() -> None:
    names = in_order(value_names(template("distill"), builtin().types))
    assert labels(names) == {
        "loss/Teach.update": "Teach loss",
        "loss/Study.update": "Study loss",
        "metric/Teach.accuracy": "Teach accuracy",
        "metric/Study.accuracy": "Study accuracy",
        "rate/Teach.update": "Teach learning rate",
        "rate/Study.update": "Study learning rate",
    }
    assert labels(["loss/A.one", "loss/A.two", "loss/B.up"]) == {
        "loss/A.one": "A one loss",
        "loss/A.two": "A two loss",
        "loss/B.up": "B loss",
    }
    assert labels(["loss/Study.update", "metric/Study.accuracy"]) == {
        "loss/Study.update": "loss",
        "metric/Study.accuracy": "accuracy",
    }


@given(NAMES)
def test_no_two_names_have_one_label(names: list[str]) -> None:
    found = labels(names)
    assert len(set(found.values())) == len(found) == len(set(names))


@given(NAMES)
def test_names_of_today_need_no_upgrading(names: list[str]) -> None:
    values = dict.fromkeys(names, 1.0)
    assert upgraded(values) == values

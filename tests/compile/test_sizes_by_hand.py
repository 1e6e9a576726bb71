"""Sizes that inputs decide may be set by hand: they then guard a drawing, and are written so."""

from __future__ import annotations

from studio.compile.compiled import check
from studio.model.edits import apply
from studio.model.expression import Expression
from tests.compile.drawing import TYPES, board, chain, checked, codes, node, project


def test_one_that_fits_changes_nothing() -> None:
    free, told = (
        checked(chain(("N", 6), node("fc", "Linear", **params)))
        for params in ({}, {"in_features": 6})
    )
    assert codes(told) == []
    assert told.source("Net") == free.source("Net")


def test_one_that_does_not_fit_is_told_and_taken_back() -> None:
    net = chain(("N", 6), node("fc", "Linear", in_features=5))
    (issue,) = checked(net).issues
    assert issue.message == "fc: in_features was set to 5, but x has 6"
    (fix,) = issue.fixes
    after = apply(project(net), fix.edits)
    assert not check(after, TYPES).issues
    assert after.boards["Net"].nodes["fc"].params.get("in_features") is None


def test_a_block_says_what_it_is_given() -> None:
    inside = [
        node("x", "Input", shape=("N", 6)),
        node("fc", "Linear", in_features=Expression("width")),
        node("y", "Output"),
    ]
    part = board(inside, "x -> fc -> y", "Part", "block", width=6)
    outer = [
        node("x", "Input", shape=("N", 6)),
        node("part", "Block", block="Part"),
        node("y", "Output"),
    ]
    found = checked(part, board(outer, "x -> part.x, part.y -> y"))
    assert codes(found) == []
    assert "nn.Linear(width, 10)" in found.source("Net")
    narrow = checked(
        part,
        board(
            [*outer[:1], node("part", "Block", block="Part", width=4), outer[2]],
            "x -> part.x, part.y -> y",
        ),
    )
    assert codes(narrow) == ["by-hand"]

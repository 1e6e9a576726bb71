"""Every type can be looked up: a sentence, shapes, a formula that can be set, links that are
addresses."""

from __future__ import annotations

import re

import pytest

from nodes.catalogue import builtin
from nodes.declare import STRUCTURAL
from studio.compile.explaining import pictures
from studio.compile.typesetting import typeset
from studio.compile.usual_shapes import usual_shapes
from studio.model.type_help import port_rows

TYPES = builtin().types
WITH_WINDOW = [name for name, found in TYPES.items() if found.window]
WITH_CURVE = [name for name, found in TYPES.items() if found.curve]


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_a_sentence_and_shapes(name: str) -> None:
    found = TYPES[name]
    assert found.summary.endswith(".")
    assert found.role in STRUCTURAL or any(row.layout for row in port_rows(found))
    assert all(found.param(param) for param in found.window.values())


def test_every_formula_can_be_set() -> None:
    formulas = {found.formula for found in TYPES.values() if found.formula}
    assert [latex for latex in formulas if typeset(latex) is None] == []


def test_every_paper_is_an_address() -> None:
    papers = {found.paper for found in TYPES.values() if found.paper}
    arxiv = re.compile(r"https://arxiv\.org/abs/(\d{4}\.\d{4,5}|[a-z-]+/\d{7})")
    other = re.compile(r"https://[\w.-]+\.[a-z]{2,}/\S+")
    assert [p for p in papers if not (arxiv if "arxiv" in p else other).fullmatch(p)] == []


@pytest.mark.parametrize("name", [*WITH_WINDOW, *WITH_CURVE])
def test_a_picture_is_drawn(name: str) -> None:
    (picture,) = pictures(TYPES[name], TYPES[name].defaults())
    assert picture.words
    assert picture.width < 300
    assert "accentColor" in picture.svg


def test_shapes_are_told_of_almost_all_that_stands_in_a_network() -> None:
    there = [
        t for t in TYPES.values() if t.role == "operation" and "network" in t.boards and t.inputs
    ]
    some = [*there[::3], TYPES["MaxPool2d"], TYPES["Flatten"]]
    told = {found.name: usual_shapes(found) for found in some if found.layer[:9] != "torch_geo"}
    assert told["MaxPool2d"] == {(False, "input"): "N×8×H×W", (True, "output"): "N×8×H/2×W/2"}
    assert told["Flatten"][True, "output"] == "N×8H·W"
    without = [name for name, shapes in told.items() if not shapes]
    assert len(without) < 4, without

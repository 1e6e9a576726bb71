"""Variables of a project: what they come to, and what boards are with them filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.edits import SetParam
from studio.model.expression import Expression
from studio.model.operations.edited import Refusal
from studio.model.operations.variables import remove_variable, rename_variable, set_variable
from studio.model.project import Board, Node, Project
from studio.model.values import Value
from studio.model.variables import Variables, numbers


def drawn(**variables: Value) -> Project:
    """A network and a block whose own parameter hides a variable."""
    net = {
        "fc": Node("fc", "Linear", {"out_features": Expression("2 * dim")}, uid="fc"),
        "conv": Node("conv", "Conv2d", {"kernel_size": (Expression("size"), 3)}, uid="conv"),
        "relu": Node("relu", "ReLU", uid="relu"),
    }
    part = {"fc": Node("fc", "Linear", {"out_features": Expression("dim * size")}, uid="part")}
    boards = (Board("Net", "network", net), Board("Part", "block", part, params={"dim": 4}))
    return Project({board.name: board for board in boards}, variables=variables)


def test_they_come_to_numbers_in_any_order() -> None:
    found = numbers({"c": Expression("b + a"), "b": Expression("4 * a"), "a": 2, "on": True})
    assert found == {"a": 2, "b": 8, "c": 10}


@pytest.mark.parametrize(
    "text", ["a", "b", "nobody + 1", "1 / zero", "on + 1", "1e300 * 1e300 * 10"]
)
def test_what_comes_to_no_number_is_left_out(text: str) -> None:
    given = {"a": Expression(text), "b": Expression("a"), "zero": 0, "on": True}
    assert "a" not in numbers(given)


def test_they_are_filled_in() -> None:
    boards = Variables().fill(drawn(dim=8, size=5)).boards
    assert boards["Net"].nodes["fc"].params["out_features"] == 16
    assert boards["Net"].nodes["conv"].params["kernel_size"] == (5, 3)
    inside = boards["Part"].nodes["fc"].params["out_features"]
    assert inside == Expression("dim * 5"), "a block's own parameter comes first"


def test_what_cannot_be_filled_in_stays() -> None:
    project = drawn(dim=8)
    boards = Variables().fill(project).boards
    assert boards["Net"].nodes["conv"] is project.boards["Net"].nodes["conv"]
    assert boards["Part"] is project.boards["Part"]


def test_what_is_as_before_is_the_same_object() -> None:
    variables, project = Variables(), drawn(dim=8, size=5)
    first = variables.fill(project).boards
    edited = SetParam("Net", "relu", "inplace", True).apply(project)
    second = variables.fill(edited).boards
    assert second["Part"] is first["Part"]
    assert second["Net"].nodes["fc"] is first["Net"].nodes["fc"]
    assert second["Net"].nodes["relu"] is edited.boards["Net"].nodes["relu"]
    other = variables.fill(replace(edited, variables={"dim": 9, "size": 5})).boards
    assert other["Net"].nodes["fc"].params["out_features"] == 18
    assert variables.fill(drawn()).boards["Net"].nodes["fc"].params["out_features"] == Expression(
        "2 * dim"
    )


@given(st.integers(-9, 9), st.floats(-1e3, 1e3), st.sampled_from("+-*"))
def test_a_filled_expression_comes_to_the_same(a: int, b: float, sign: str) -> None:
    whole = Expression(f"x - (a {sign} b) * 2")
    values = {"a": a, "b": b, "x": 3}
    assert whole.filled({"a": a, "b": b}).value({"x": 3}) == pytest.approx(whole.value(values))


def test_their_names_are_followed() -> None:
    project = drawn(dim=8, size=Expression("dim + 1"))
    renamed = rename_variable(project, "dim", "width").project
    assert list(renamed.variables) == ["width", "size"]
    assert renamed.variables["size"] == Expression("width + 1")
    assert renamed.boards["Net"].nodes["fc"].params["out_features"] == Expression("2 * width")
    assert renamed.boards["Part"] is project.boards["Part"], "there it is the block's own"


def test_they_are_set_and_taken_away() -> None:
    project = set_variable(drawn(), "depth", 3).project
    project = set_variable(project, "twice", Expression("2 * depth")).project
    assert numbers(project.variables)["twice"] == 6
    assert list(remove_variable(project, "depth").project.variables) == ["twice"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("a b", 1, "is no name"),
        ("print", 1, "the code needs"),
        ("dim", 1, "is a parameter of Part, which would hide it"),
        ("depth", "text", "must be a number, true or false"),
        ("depth", Expression("depth + 1"), "must be a number"),
    ],
)
def test_what_a_variable_cannot_be(name: str, value: Value, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        set_variable(drawn(), name, value)
    with pytest.raises(Refusal, match="no variable 'gone'; there are: none yet"):
        remove_variable(drawn(), "gone")

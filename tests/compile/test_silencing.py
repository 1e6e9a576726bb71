"""Warnings that are silenced at their node, kept in the file, counted and told again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.cli.edit_operations import EditedFile
from studio.compile.compiled import Compiled, check
from studio.model.operations.edited import Refusal
from studio.model.operations.silencing import silence, tell_again, tell_all_again
from studio.model.project import Node, Project
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from tests.compile.drawing import TYPES, board, chain, node, project

TWO = chain(("N", 8), node("a", "Linear"), node("b", "Linear"))


def codes(found: Compiled) -> tuple[list[str], list[str]]:
    return [i.code for i in found.issues], [i.code for i in found.silenced]


def checked(drawn: Project) -> tuple[list[str], list[str]]:
    return codes(check(drawn, TYPES))


def test_it_is_counted_and_told_again() -> None:
    drawn = project(TWO)
    assert checked(drawn) == (["no-activation"], [])
    quiet = silence(drawn, "Net", "b", ["no-activation"]).project
    assert checked(quiet) == ([], ["no-activation"])
    assert checked(tell_again(quiet, "Net", "b").project) == (["no-activation"], [])
    every = tell_all_again(quiet, check(quiet, TYPES).silenced).project
    assert every.boards["Net"].nodes == drawn.boards["Net"].nodes
    assert checked(silence(drawn, "Net", "a", ["no-activation"]).project)[1] == []


def test_by_name() -> None:
    """As the command line and Python do it."""
    quiet = EditedFile(project(TWO), TYPES).silence("Net.b", "no-activation")
    assert checked(quiet.document) == ([], ["no-activation"])
    assert checked(quiet.tell_again("Net.b").document) == (["no-activation"], [])
    assert checked(EditedFile(project(TWO), TYPES).silence("Net.b").document)[0] == []
    with pytest.raises(Refusal, match="has no such warning; it has: no-activation"):
        EditedFile(project(TWO), TYPES).silence("Net.b", "few-samples")


def test_errors_are_told_whatever_is_silent() -> None:
    net = chain(("N", 3, 3, 3), node("c", "Conv2d", kernel_size=5))
    quiet = silence(project(net), "Net", "c", ["kernel"]).project
    assert checked(quiet) == (["kernel"], [])


def test_it_may_be_silenced_at_either_end() -> None:
    """Of a loss on a training board, and of the layer in the network that it points to."""
    net = chain(("N", 1, 8, 8), node("f", "Flatten"), node("fc", "Linear"), node("p", "Softmax"))
    nodes = [
        node("digits", "DigitsData", size=8),
        node("net", "Network", network="Net"),
        node("loss", "CrossEntropy"),
        node("update", "Update"),
    ]
    wires = "digits.image -> net.x, net.y -> loss.logits, digits.label -> loss.target"
    training = board(nodes, f"{wires}, loss.loss -> update.loss", "Train", "training")
    drawn = project(net, training)
    for place in (("Train", "loss"), ("Net", "p")):
        assert checked(silence(drawn, *place, ["scores-wanted"]).project)[1] == ["scores-wanted"]


def test_a_node_that_is_silent_of_nothing_has_nothing_to_tell() -> None:
    with pytest.raises(Refusal, match="silent of nothing"):
        tell_again(project(TWO), "Net", "b")
    quiet = silence(project(TWO), "Net", "b", ["no-activation"]).project
    with pytest.raises(Refusal, match="not other, but no-activation"):
        tell_again(quiet, "Net", "b", ["other"])


@given(st.lists(st.text(max_size=8), max_size=3, unique=True).map(tuple))
def test_the_file_keeps_it(codes: tuple[str, ...]) -> None:
    drawn = project(board([Node("a", "ReLU", silent=codes)]))
    assert parse(to_text(drawn)).boards == drawn.boards


@pytest.mark.parametrize("held", [True, "no-activation", [], [1], ["a", None], {"a": 1}])
def test_what_an_older_file_holds_there_is_kept(held: object) -> None:
    older = project(board([replace(Node("a", "ReLU"), extra={"silent": held})]))
    read = parse(to_text(older))
    assert read.boards == older.boards
    quiet = silence(read, "Net", "a", ["no-activation"]).project
    assert parse(to_text(quiet)).boards["Net"].nodes["a"].silent == ("no-activation",)

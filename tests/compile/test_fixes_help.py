"""Whatever is wrong, no fix that is offered breaks what was right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from studio.model.edits import RemoveNodes
from studio.model.operations.edited import Refusal
from studio.model.operations.fixes import apply_fix
from studio.model.project import Project
from tests.compile.drawing import board, chain, node, project
from tests.fuzz.boards import drawn
from tests.fuzz.fixes import disturbed, fixes_help, looked_at


@settings(max_examples=25, deadline=None, derandomize=True)
@given(drawn())
def test_of_random_boards(given: Project) -> None:
    fixes_help(given)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(disturbed())
def test_of_the_gallery_disturbed(given: Project) -> None:
    fixes_help(given)


def test_a_dead_branch_goes_as_a_whole() -> None:
    net = chain(("N", 8), node("fc", "Linear"), node("r", "ReLU"), node("last", "Linear"))
    more = [node("a", "Linear"), node("b", "ReLU"), node("c", "Linear")]
    wires = "x -> fc -> r -> last -> y, fc -> a -> b -> c"
    drawn = project(board([*net.nodes.values(), *more], wires))
    (issue,), _ = looked_at(drawn)
    assert (issue.code, issue.node) == ("unused", "c")
    assert issue.message.startswith("a, b, c lead to no Output")
    (fix,) = issue.fixes
    fixed = apply_fix(drawn, fix).project
    assert list(fixed.boards["Net"].nodes) == ["x", "fc", "r", "last", "y"]
    assert not looked_at(fixed)[0]


def test_an_input_that_is_not_used_goes_with_what_feeds_it() -> None:
    nodes = [node("x", "Input"), node("other", "Input"), node("r", "ReLU"), node("y", "Output")]
    outer = [node("x", "Input"), node("net", "Block", block="Inner"), node("y", "Output")]
    inner = replace(board(nodes, "x -> r -> y", "Inner"), kind="block")
    drawn = project(inner, board(outer, "x -> net.x, x -> net.other, net.y -> y"))
    (issue,), _ = looked_at(drawn)
    (fix,) = issue.fixes
    assert not looked_at(apply_fix(drawn, fix).project)[0]


def test_the_only_input_is_not_offered_to_go() -> None:
    nodes = [node("x", "Input"), node("c", "Constant"), node("y", "Output")]
    (issue,), _ = looked_at(project(board(nodes, "c -> y")))
    assert (issue.code, issue.node, issue.fixes) == ("unused", "x", ())


def test_a_wire_that_is_there_is_not_offered_again() -> None:
    nodes = [node("x", "Input"), node("sum", "Add"), node("y", "Output")]
    (issue,), _ = looked_at(project(board(nodes, "x -> sum.inputs, sum -> y")))
    assert (issue.code, issue.fixes) == ("missing-input", ())


def test_a_fix_whose_other_end_is_gone_is_out_of_date() -> None:
    nodes = [node("x", "Input"), node("r", "ReLU"), node("y", "Output")]
    drawn = project(board(nodes, "r -> y"))
    issues, _ = looked_at(drawn)
    fix = next(issue.fixes[0] for issue in issues if issue.code == "missing-input")
    gone = RemoveNodes("Net", frozenset({"x"})).apply(drawn)
    with pytest.raises(Refusal, match="out of date"):
        apply_fix(gone, fix)

"""What a training board is told about who trains what, before anything runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from studio.compile.compiled import check
from studio.model.edits import apply
from studio.model.project import Board, Node
from studio.model.report import Issue
from studio.model.settings import Settings
from tests.compile.drawing import TYPES, board, chain, node, project


def told(*boards: Board, **settings: Any) -> tuple[Issue, ...]:
    drawn = replace(project(*boards), settings=replace(Settings(), **settings))
    return tuple(check(drawn, TYPES).issues)


def classifier(*more: Node, wires: str = "", **update: Any) -> list[Board]:
    net = chain(("N", 1, 8, 8), node("flat", "Flatten"), node("fc", "Linear", out_features=10))
    nodes = [
        node("digits", "DigitsData", size=8),
        node("net", "Network", network="Net"),
        node("loss", "CrossEntropy"),
        node("accuracy", "Accuracy"),
        node("update", "Update", **update),
        *more,
    ]
    common = (
        "digits.image -> net.x, net.y -> loss.logits, digits.label -> loss.target,"
        "net.y -> accuracy.logits, digits.label -> accuracy.target, loss.loss -> update.loss"
    )
    return [net, board(nodes, common + wires, "Train", "training")]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"turn": 1}, {"turn": 1}, "in the same turn"),
        ({"accumulate": 2}, {}, "while one of them gathers gradients"),
        ({"turn": 1}, {"turn": 2}, ""),
        ({}, {}, ""),
    ],
    ids=str,
)
def test_two_updates_of_the_same_weights(
    one: dict[str, Any], other: dict[str, Any], why: str
) -> None:
    second = node("second", "Update", **other)
    issues = told(*classifier(second, wires=",loss.loss -> second.loss", **one))
    if not why:
        assert not issues
        return
    (issue,) = issues
    assert (issue.code, issue.node, issue.other) == ("rivals", "second", "update")
    assert f"update and second both train Net {why}" in issue.message


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"instance": "slow", "follows": "away"}, "follows 'away', but the weights here are: Net"),
        ({"instance": "Net", "follows": "Net"}, "slow follows itself"),
        ({"instance": "slow", "follows": "Other"}, "is a Net and cannot follow Other, a Other"),
        ({"instance": "slow", "follows": "still"}, "follows still, which no update of Train"),
        ({"instance": "slow", "follows": "Net"}, ""),
    ],
    ids=str,
)
def test_what_cannot_be_followed(params: dict[str, Any], why: str) -> None:
    other = chain(("N", 1, 8, 8), node("flat", "Flatten"), name="Other")
    more = [
        node("slow", "Network", network="Net", **params),
        node("still", "Network", network="Net", instance="still", state="frozen"),
        node("else", "Network", network="Other"),
    ]
    wires = ",digits.image -> slow.x, digits.image -> still.x, digits.image -> else.x"
    boards = [other, *classifier(*more, wires=wires)]
    issues = [issue for issue in told(*boards) if issue.code == "follows"]
    if not why:
        assert not issues
        return
    (issue,) = issues
    assert why in issue.message
    (fix,) = issue.fixes
    mended = apply(project(*boards), fix.edits)
    assert not [found for found in check(mended, TYPES).issues if found.code == "follows"]


@pytest.mark.parametrize("watch", ["", "last", "loss/update", "metric/accuracy"])
def test_what_can_be_watched(watch: str) -> None:
    assert not told(*classifier(), watch=watch)


def test_what_cannot_be_watched() -> None:
    (issue,) = told(*classifier(), watch="accuracy")
    assert (issue.code, issue.board, issue.severity) == ("watch", "Train", "error")
    assert "choose among loss/update, metric/accuracy, last" in issue.message


def test_a_network_without_weights_is_not_trained() -> None:
    plain = chain(("N", 1, 8, 8), node("flat", "Flatten"), name="Plain")
    more = [node("plain", "Network", network="Plain"), node("apart", "CrossEntropy")]
    more += [node("second", "Update", learning_rate=0.1)]
    wires = (
        ",digits.image -> plain.x, plain.y -> apart.logits, digits.label -> apart.target,"
        "apart.loss -> second.loss"
    )
    issues = told(plain, *classifier(*more, wires=wires))
    assert [(found.code, found.node) for found in issues] == [("idle-update", "second")]

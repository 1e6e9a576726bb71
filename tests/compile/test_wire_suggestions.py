"""What is offered to an input that nothing is wired to, and what looking for it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nodes.declare import NodeType
from studio.compile.checking import CheckedPart, Checking
from studio.compile.node_shapes import Flows, Outcome, Remembered, Shared
from studio.compile.wire_suggestions import TRIES, TRIES_IN_ALL
from studio.model.project import Board
from tests.compile.drawing import TYPES, Watcher, board, checked, node, project


def unwired(count: int) -> Board:
    """Outputs of many shapes, all in use, and many nodes that are too large for all but two."""
    layers = [node(f"c{n}", "Conv2d", out_channels=8, kernel_size=2) for n in range(30)]
    nodes = [node("x", "Input", shape=("N", 3, 32, 32)), *layers, node("y", "Output")]
    loose = [node(f"loose{n}", "Conv2d", kernel_size=31, out_channels=n + 1) for n in range(count)]
    return board([*nodes, *loose], " -> ".join(n.id for n in nodes))


def test_looking_is_bounded_and_may_be_given_up_at_each_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    outcome = Remembered.outcome

    def counted(
        memory: Remembered,
        node_type: NodeType,
        values: Mapping[str, Any],
        inputs: Flows,
        shared: Shared | None,
    ) -> Outcome:
        asked.append(node_type.name)
        return outcome(memory, node_type, values, inputs, shared)

    same, checking = project(unwired(240)), Checking(TYPES)
    for _ in checking.check(same):
        pass
    monkeypatch.setattr(Remembered, "outcome", counted)
    each = []
    for part in checking.check(same):  # knows all nodes, so only suggestions ask
        each.append(len(asked))
        asked.clear()
        assert not isinstance(part, CheckedPart) or not part.reports
    assert len(each) == 240 + 1
    assert max(each) <= TRIES
    assert sum(each) <= TRIES_IN_ALL


def test_what_is_offered_does_not_depend_on_what_was_tried_before() -> None:
    watcher, one, other = Watcher(), project(unwired(12)), project(unwired(3))
    for drawn in (other, one, other, one):
        watcher.see(drawn, parts=4)
        assert watcher.see(drawn) == Watcher().see(drawn)


def test_the_node_is_run_to_find_the_one_that_fits() -> None:
    nodes = [
        node("small", "Input", shape=("N", 3, 8, 8)),
        node("large", "Input", shape=("N", 3, 32, 32)),
        node("flat", "Input", shape=("N", 32)),
        node("conv", "Conv2d", kernel_size=16),
        node("y", "Output"),
    ]
    found = checked(board(nodes, "conv -> y"))
    fixes = [f.label for i in found.issues if i.code == "missing-input" for f in i.fixes]
    assert fixes == ["Connect large"]

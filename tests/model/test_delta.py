"""Differences between projects, and the document that keeps the past."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from studio.model.delta import apply, between
from studio.model.document import DEPTH, Document
from studio.model.edits import AddNode, RenameNode, SetParam
from studio.model.edits import apply as apply_edits
from studio.model.project import Board, Node, Project, Wire
from tests.model.projects import boards, projects


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Project, Project]:
    """A project, and one that shares much of it."""
    before = draw(projects())
    after = draw(projects())
    kept = {n: b for n, b in before.boards.items() if draw(st.booleans())}
    for name, board in kept.items():
        if draw(st.booleans()):
            other = draw(boards(name))
            nodes = {**board.nodes, **other.nodes}
            order = draw(st.permutations(list(nodes)))
            nodes = {id: nodes[id] for id in order if draw(st.integers(0, 3))}
            wires = tuple(w for w in board.wires if {w.source, w.target} <= nodes.keys())
            kept[name] = replace(board, nodes=nodes, wires=wires)
            if draw(st.booleans()):
                kept[name] = replace(kept[name], notes=other.notes, params=other.params)
    mixed = {**after.boards, **kept}
    order = draw(st.permutations(list(mixed)))
    return before, replace(after, boards={name: mixed[name] for name in order})


@settings(max_examples=60, deadline=None)
@given(pairs())
def test_a_difference_leads_from_one_to_the_other(pair: tuple[Project, Project]) -> None:
    before, after = pair
    found = apply(before, pickle.loads(pickle.dumps(between(before, after))))
    assert found == after
    assert repr(found) == repr(after)
    assert list(found.boards) == list(after.boards)
    for name, board in after.boards.items():
        assert list(found.boards[name].nodes) == list(board.nodes)


def test_a_difference_holds_only_what_changed() -> None:
    nodes = {f"n{i}": Node(f"n{i}", "ReLU") for i in range(50)}
    before = Project({"A": Board("A", "network", nodes), "B": Board("B", "network", nodes)})
    found = between(before, apply_edits(before, [SetParam("A", "n7", "p", 1)]))
    assert list(found.boards) == ["A"]
    assert list(found.boards["A"].changed) == ["n7"]
    assert found.boards["A"].order is None
    assert found.boards["A"].wires is None
    renamed = between(before, apply_edits(before, [RenameNode("A", "n7", "m")]))
    assert list(renamed.boards["A"].changed) == ["m"]


def test_true_is_not_one() -> None:
    before = Project({"A": Board("A", "network", {"n": Node("n", "Linear", {"p": 1})})})
    after = apply_edits(before, [SetParam("A", "n", "p", True)])
    assert apply(before, between(before, after)).boards["A"].nodes["n"].params["p"] is True
    document = Document(before)
    document.edit("Set p", after)
    assert document.project.boards["A"].nodes["n"].params["p"] is True


def test_renaming_takes_wires_and_uses_along() -> None:
    nodes = {"a": Node("a", "Linear"), "b": Node("b", "Linear", uses="a")}
    board = Board("A", "network", nodes, (Wire("a", "output", "b", "input"),))
    found = apply_edits(Project({"A": board}), [RenameNode("A", "a", "c")]).boards["A"]
    assert list(found.nodes) == ["c", "b"]
    assert found.nodes["b"].uses == "c"
    assert found.wires == (Wire("c", "output", "b", "input"),)


def test_another_project_is_told_apart_from_an_edit_and_from_saving(tmp_path: Path) -> None:
    first, second = Project(), Project({"A": Board("A", "network")})
    document = Document(first)
    heard: list[tuple[Project | None, Project]] = []
    document.subscribe(lambda before, after: heard.append((before, after)))
    document.edit("Add", second)
    document.undo()
    document.mark_saved(first, tmp_path / "mine.json")
    document.load(second, None)
    assert heard == [(first, second), (second, first), (None, second)]


class History(RuleBasedStateMachine):
    """A document against a list of the projects it has been."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document()
        self.past: list[Project] = []
        self.now = self.document.project
        self.future: list[Project] = []
        self.merging: str | None = None
        self.heard: list[tuple[Project | None, Project]] = []
        self.document.subscribe(lambda before, after: self.heard.append((before, after)))

    @rule(number=st.integers(0, 5), merge=st.sampled_from([None, "a", "b"]))
    def edit(self, number: int, merge: str | None) -> None:
        after = Project({"A": Board("A", "network", {"n": Node("n", "Linear", {"p": number})})})
        if after != self.now:
            if merge is None or merge != self.merging:
                self.past.append(self.now)
            self.merging, self.now, self.future = merge, after, []
        self.document.edit(f"Set {number}", after, merge)

    @rule()
    def undo(self) -> None:
        if self.past:
            self.future.append(self.now)
            self.now, self.merging = self.past.pop(), None
        self.document.undo()

    @rule()
    def redo(self) -> None:
        if self.future:
            self.past.append(self.now)
            self.now, self.merging = self.future.pop(), None
        self.document.redo()

    @rule()
    def pause(self) -> None:
        self.merging = None
        self.document.end_merge()

    @invariant()
    def agrees(self) -> None:
        assert self.document.project == self.now
        assert (self.document.undo_label is None) == (not self.past)
        assert (self.document.redo_label is None) == (not self.future)
        if self.heard:
            assert self.heard[-1][1] == self.now
        for (_, after), (before, _) in zip(self.heard, self.heard[1:], strict=False):
            assert after is before


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=40, deadline=None)


def test_the_past_is_kept_up_to_a_depth() -> None:
    document = Document()
    for number in range(DEPTH + 20):
        board = Board("A", "network", {"n": Node("n", "Linear", {"p": number})})
        document.edit("Set", Project({"A": board}))
    steps = 0
    while document.undo_label:
        document.undo()
        steps += 1
    assert steps == DEPTH


def test_saved_and_changed() -> None:
    document = Document()
    assert not document.modified
    document.edit(
        "Add", apply_edits(Project({"A": Board("A", "network")}), [AddNode("A", Node("n", "ReLU"))])
    )
    assert document.modified
    document.undo()
    assert not document.modified

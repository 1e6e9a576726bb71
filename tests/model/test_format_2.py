"""What version 2 of the format has room for, and what it keeps though it does not know it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from studio.model.delta import between
from studio.model.edits import RemoveUnread
from studio.model.expression import Expression
from studio.model.notes import Note
from studio.model.operations.boards import add_board
from studio.model.operations.edited import Refusal
from studio.model.project import Board, Node, Project, Wire
from studio.model.project_reading import parse
from studio.model.project_writing import to_text


def read(**fields: Any) -> Project:
    """A project of one board with these fields; what was read is saved back."""
    project = parse(json.dumps({"netloom": 2, "boards": {"A": fields}}))
    assert parse(to_text(project)) == project
    return project


def saved(project: Project) -> dict[str, Any]:
    """The fields of its board."""
    found: dict[str, Any] = json.loads(to_text(project))["boards"]["A"]
    return found


def test_notes_and_frames() -> None:
    note = {"text": "why?", "at": [1, 2.5], "size": [100, 0], "colour": "yellow", "pinned": True}
    project = read(notes=[note, {"text": "short"}], frames=[{"text": "encoder", "at": [0, 0]}])
    board = project.boards["A"]
    assert board.notes[0] == Note("why?", (1, 2.5), (100, 0), "yellow", {"pinned": True})
    assert board.notes[1] == Note("short")
    assert [frame.text for frame in board.frames] == ["encoder"]
    assert saved(project)["notes"] == [note, {"text": "short", "at": [0, 0]}]


def test_a_note_that_moves_sends_no_nodes() -> None:
    nodes = {"a": Node("a", "ReLU")}
    before = Project({"A": Board("A", "network", nodes, notes=(Note("x"),))})
    after = before.with_board(replace(before.boards["A"], notes=(Note("x", (5, 5)),)))
    change = between(before, after).boards["A"]
    assert (dict(change.changed), change.wires, list(change.fields)) == ({}, None, ["notes"])


def test_variables() -> None:
    text = '{"netloom": 2, "variables": {"dim": 64, "wide": {"=": "4 * dim"}, "tied": true}}'
    project = parse(text)
    assert project.variables == {"dim": 64, "wide": Expression("4 * dim"), "tied": True}
    assert json.loads(to_text(project))["variables"] == json.loads(text)["variables"]


def stages(*numbers: int | None) -> list[str]:
    """Names of training boards, counted from A, in the order in which they train."""
    boards = [Board("ABC"[i], "training", stage=number) for i, number in enumerate(numbers)]
    project = Project({board.name: board for board in (Board("Net", "network"), *boards)})
    found = project.stages
    assert project.training is (found[0] if found else None)
    return [board.name for board in found]


def test_stages_train_in_order() -> None:
    assert stages() == []
    assert stages(None, None, None) == ["A", "B", "C"]
    assert stages(3, 1, 2) == ["B", "C", "A"]
    assert stages(None, 1, None) == ["A", "B", "C"]
    assert stages(4, None, None) == ["B", "C", "A"]
    assert stages(-1, None, -2) == ["C", "A", "B"]
    assert read(kind="training", stage=2).boards["A"].stage == 2


def test_a_stage_has_settings_of_its_own() -> None:
    project = read(kind="training", settings={"epochs": 3, "later": [1]})
    board = project.boards["A"]
    assert project.settings_of(board) == replace(project.settings, epochs=3)
    assert saved(project)["settings"] == {"epochs": 3, "later": [1]}


NODES = {"a": {"type": "ReLU"}, "b": {"type": "ReLU"}}


@pytest.mark.parametrize(
    "wire",
    [
        "gone.output -> b.input",
        "a.output -> gone.input",
        "nonsense",
        3,
        {"from": "a"},
        "a.1 -> b.2",
    ],
)
def test_a_wire_that_cannot_be_read_is_kept(wire: Any) -> None:
    whole = "a.output -> b.input"
    project = read(nodes=NODES, wires=[wire, whole, whole])
    board = project.boards["A"]
    assert board.wires == (Wire("a", "output", "b", "input"),)
    assert board.unread == (wire,)
    assert saved(project)["wires"] == [whole, wire]
    assert not RemoveUnread("A", wire).apply(project).boards["A"].unread


def test_a_board_of_an_unknown_kind_is_kept() -> None:
    odd = {"kind": "stage play", "acts": 5}
    text = json.dumps({"netloom": 2, "boards": {"Odd": odd, "A": {}}})
    project = parse(text)
    assert list(project.boards) == ["A"]
    assert json.loads(to_text(project))["boards"]["Odd"] == odd
    assert parse(to_text(project)) == project
    with pytest.raises(Refusal, match="'Odd' is a board of a kind that is not known here"):
        add_board(project, "network", "Odd")

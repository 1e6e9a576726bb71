"""What a fix would change, before it is taken."""

from __future__ import annotations

import pytest

from nodes.catalogue import cards
from studio.model.edits import AddNode, AddWire, Edit, RemoveNodes, RemoveWires, SetParam
from studio.model.gallery import template
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Refusal
from studio.model.operations.fixes import apply_fix
from studio.model.operations.preview import effect_of, preview
from studio.model.project import Node, Wire
from studio.model.report import Fix

TYPES, LENET = cards(), template("lenet")
BOARD = "LeNet"
WIRE = Wire("fc1", "output", "relu3", "input")
INSERTED: tuple[Edit, ...] = (
    AddNode(BOARD, Node("drop", "Dropout", at=(0.0, 0.0), uid="")),
    RemoveWires(BOARD, frozenset({WIRE})),
    AddWire(BOARD, Wire("fc1", "output", "drop", "input")),
    AddWire(BOARD, Wire("drop", "output", "relu3", "input")),
)
RETYPED = Node("relu3", "GELU", uid=LENET.boards[BOARD].nodes["relu3"].uid)

FIXES: list[tuple[tuple[Edit, ...], str]] = [
    ((SetParam(BOARD, "conv2", "kernel_size", 3),), "changes conv2: kernel_size 5×5 → 3×3"),
    ((AddNode(BOARD, RETYPED),), "changes relu3: ReLU → GELU"),
    (
        (RemoveNodes(BOARD, frozenset({"relu3"}), bridge=True),),
        "takes relu3 out; on LeNet, wires fc1 to fc2",
    ),
    (INSERTED, "adds drop, a Dropout, between fc1 and relu3"),
    ((RemoveWires(BOARD, frozenset({WIRE})),), "takes the wire from fc1 to relu3 away"),
]


@pytest.mark.parametrize(("edits", "words"), FIXES)
def test_it_is_said_in_words(edits: tuple[Edit, ...], words: str) -> None:
    assert effect_of(LENET, Fix("", edits), TYPES) == f"On LeNet, {words}."


def test_on_the_board_that_is_shown_its_name_is_not_said() -> None:
    drawn = DrawnBoard.of(LENET, BOARD, TYPES)
    found = preview(LENET, Fix("", INSERTED), TYPES, drawn)
    assert found.effect == "Adds drop, a Dropout, between fc1 and relu3."
    (changes,) = found.boards.values()
    assert changes.added == {"drop"}
    assert changes.unwired == (WIRE,)
    assert {wire.source for wire in changes.wired} == {"fc1", "drop"}
    assert not changes.removed
    assert not changes.said


def test_it_shows_what_taking_it_does() -> None:
    """Also where the others go that make room."""
    drawn, fix = DrawnBoard.of(LENET, BOARD, TYPES), Fix("", INSERTED)
    shown, taken = preview(LENET, fix, TYPES, drawn).project, apply_fix(LENET, fix, drawn).project
    for one, other in zip(
        shown.boards[BOARD].nodes.values(), taken.boards[BOARD].nodes.values(), strict=True
    ):
        assert (one.id, one.type, one.at) == (other.id, other.type, other.at)
    assert shown.boards[BOARD].wires == taken.boards[BOARD].wires


def test_a_fix_that_is_out_of_date_is_said() -> None:
    fix = Fix("", (SetParam(BOARD, "gone", "p", 0.1),))
    with pytest.raises(Refusal):
        preview(LENET, fix, TYPES)
    assert "out of date" in effect_of(LENET, fix, TYPES)

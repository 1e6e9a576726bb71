"""Taking blocks from other projects, with all that they need there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.compile.compiled import check
from studio.model.edits import MoveNodes, RenameBoard, SetParam
from studio.model.expression import Expression
from studio.model.gallery import empty, template
from studio.model.library_reading import shipped_library
from studio.model.operations.adding import NewNode, add
from studio.model.operations.bringing import bring_block
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Refusal
from studio.model.project import Board, Project
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from tests.compile.drawing import TYPES, board, node


def own(project: Project) -> list[str]:
    return [block.name for block in project.of_kind("block")]


def test_a_block_comes_with_those_inside_it_and_is_used_where_it_is_there_already() -> None:
    unet = template("unet")
    project, name = bring_block(empty(), unet, "Up")
    assert (name, own(project)) == ("Up", ["DoubleConv", "Up"])
    moved = MoveNodes("DoubleConv", {"conv1": (5.0, 900.0)}).apply(project)
    assert bring_block(moved, unet, "Up") == (moved, "Up")
    other = SetParam("DoubleConv", "conv1", "kernel_size", 5).apply(project)
    twice, name = bring_block(other, unet, "Up")
    assert (name, own(twice)) == ("Up2", ["DoubleConv", "Up", "DoubleConv2", "Up2"])
    assert twice.boards["Up2"].nodes["convs"].stands_for == "DoubleConv2"
    assert twice.boards["Up"] is other.boards["Up"]
    assert bring_block(twice, unet, "Up") == (twice, "Up2")


def test_names_of_other_boards_and_weights_are_left_to_them() -> None:
    project = RenameBoard("net", "Up").apply(empty())
    assert bring_block(project, template("unet"), "Up")[1] == "Up2"


def measured(width: int) -> Project:
    """A block over a project's variables, one of which is made of another."""
    layer = node("fc", "Linear", out_features=Expression("wide + own"))
    block = board(
        [node("x", "Input", shape=("N", 4)), layer, node("y", "Output")],
        "x -> fc -> y",
        "Wide",
        "block",
        own=1,
    )
    variables = {"unit": width, "wide": Expression("4 * unit"), "other": 7}
    return Project({"Wide": block}, variables=variables)


def test_the_variables_that_it_names_come_along_and_keep_their_values() -> None:
    project, _ = bring_block(empty(), measured(3), "Wide")
    assert project.variables == {"unit": 3, "wide": Expression("4 * unit")}
    project = replace(empty(), variables={"unit": 5})
    project, _ = bring_block(project, measured(3), "Wide")
    assert project.variables == {"unit": 5, "unit2": 3, "wide": Expression("4 * unit2")}
    network = board(
        [node("x", "Input", shape=("N", 4)), node("w", "Block", block="Wide"), node("y", "Output")],
        "x -> w.x, w.y -> y",
    )
    found = check(project.with_board(network), TYPES)
    assert str(found.reports["Net"]["w"].outputs["y"]) == "N×13"
    again, name = bring_block(project, measured(3), "Wide")
    assert (name, len(again.variables)) == ("Wide2", 5)  # called otherwise there: not the same


def test_a_block_that_holds_itself_is_refused() -> None:
    inside = board([node("own", "Block", block="Round")], "", "Round", "block")
    with pytest.raises(Refusal, match="holds itself"):
        bring_block(empty(), Project({"Round": inside}), "Round")


@pytest.mark.parametrize("name", [block.name for block in shipped_library()])
def test_a_shipped_block_is_added_with_its_node_in_one_edit(name: str) -> None:
    block = next(block for block in shipped_library() if block.name == name)
    new = NewNode("Block", {"block": name}, source=block.source)
    edited = add(DrawnBoard.of(empty(), "net", TYPES), new, (0, 0))
    assert edited.label == "Add Block"
    assert edited.selected == {name}
    assert edited.project.boards["net"].nodes[name].stands_for == name
    assert set(own(edited.project)) == block.source.reached(name)
    assert parse(to_text(edited.project)) == edited.project
    with pytest.raises(Refusal, match="itself"):
        add(DrawnBoard.of(edited.project, name, TYPES), new, (0, 0))


def test_a_board_without_anything_can_be_brought() -> None:
    source = Project({"Nothing": Board("Nothing", "block")})
    assert own(bring_block(empty(), source, "Nothing")[0]) == ["Nothing"]

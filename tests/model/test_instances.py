"""Instances of networks: what they are called, and what follows when that changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.model.edits import RenameBoard, apply
from studio.model.operations.boards import add_board, rename_board
from studio.model.operations.edited import Refusal
from studio.model.operations.instances import rename_instance
from studio.model.operations.nodes import rename
from studio.model.project import Board, Node, Project
from studio.model.renames import RenameInstance


def drawn() -> Project:
    """A network that stands there with its own weights, and twice with others."""
    nodes = (
        Node("student", "Network", {"network": "Net"}, uid="1"),
        Node("slow", "Network", {"network": "Net", "instance": "teacher"}, uid="2"),
        Node("twin", "Network", {"network": "Net", "instance": "teacher"}, uid="3"),
        Node("update", "Update", {"networks": ("Net", "teacher")}, uid="4"),
        Node("all", "Update", uid="5"),
    )
    boards = (Board("Net", "network"), Board("Train", "training", {n.id: n for n in nodes}))
    return Project({board.name: board for board in boards})


def named(project: Project) -> dict[str, str | tuple[str, ...]]:
    """What each node of the training board names."""
    nodes = project.boards["Train"].nodes.values()
    return {node.id: node.instance or node.trained for node in nodes}


def test_nodes_of_one_label_share_weights() -> None:
    assert drawn().instances == {"Net": "Net", "teacher": "Net"}
    assert named(drawn())["twin"] == "teacher"
    assert Node("block", "Block", {"block": "Part", "instance": "teacher"}).instance == ""
    assert Node("empty", "Network").instance == ""


def test_renaming_a_node_changes_no_weights() -> None:
    project = rename(drawn(), "Train", "student", "pupil").project
    assert project.instances == drawn().instances
    assert named(project)["update"] == ("Net", "teacher")


def test_the_name_of_a_board_is_followed() -> None:
    project = apply(drawn(), [RenameBoard("Net", "Model")])
    assert project.instances == {"Model": "Model", "teacher": "Model"}
    assert named(project)["update"] == ("Model", "teacher")
    assert apply(project, [RenameBoard("Model", "Net")]) == drawn()


def test_a_block_of_that_name_is_not_followed() -> None:
    project = drawn().with_board(Board("teacher", "block"))
    assert named(apply(project, [RenameBoard("teacher", "Part")])) == named(drawn())


@pytest.mark.parametrize(("old", "new"), [("teacher", "slow"), ("Net", "pupil")])
def test_the_name_of_an_instance_is_followed(old: str, new: str) -> None:
    project = rename_instance(drawn(), old, new).project
    found = named(project)
    assert [found["student"], found["slow"]] == [new if n == old else n for n in ("Net", "teacher")]
    assert found["update"] == tuple(new if n == old else n for n in ("Net", "teacher"))
    assert project.boards["Net"] is not None
    assert rename_instance(project, new, old).project == drawn()
    others = replace(drawn().boards["Net"], name="Other")
    both = drawn().with_board(others)
    assert apply(both, [RenameInstance(old, new)]).boards["Other"] is others


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("nobody", "a", "no weights 'nobody' on a training board; there are: Net, teacher."),
        ("teacher", "Net", "There are weights 'Net' already"),
        ("Net", "teacher", "There are weights 'teacher' already"),
        ("teacher", "forward", "a word that the code needs"),
        ("teacher", "", "is no name"),
        ("teacher", "Train", "'Train' is the name of a board"),
    ],
)
def test_names_that_an_instance_cannot_have(old: str, new: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        rename_instance(drawn(), old, new)


def test_a_board_cannot_have_the_name_of_an_instance() -> None:
    for work in (
        lambda: rename_board(drawn(), "Train", "teacher"),
        lambda: add_board(drawn(), "network", "teacher"),
    ):
        with pytest.raises(Refusal, match="There are weights 'teacher'"):
            work()
    slow = rename_instance(drawn(), "teacher", "net").project
    assert add_board(slow, "network")[1] == "net2"

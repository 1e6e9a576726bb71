"""What a node is known by stays when it is edited, and no other node on its board has it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.catalogue import builtin
from studio.model.edits import AddNode, apply
from studio.model.gallery import template
from studio.model.operations.adding import NewNode, add
from studio.model.operations.block import make_block
from studio.model.operations.boards import add_training, duplicate_board
from studio.model.operations.clipboard import duplicate, from_clipboard, paste, to_clipboard
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.nodes import arrange, delete, rename
from studio.model.operations.parameters import set_parameter, share_weights
from studio.model.project import Board, Node, Project, Wire
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from tests.model.projects import NAMES

TYPES = builtin().types
LENET = template("lenet")


def drawn(project: Project = LENET) -> DrawnBoard:
    """The network of the gallery's LeNet."""
    return DrawnBoard.of(project, "LeNet", TYPES)


def uids(project: Project, board: str = "LeNet") -> dict[str, str]:
    """Node -> uid."""
    return {id: node.uid for id, node in project.boards[board].nodes.items()}


def test_all_nodes_of_the_gallery_can_be_told_apart() -> None:
    for name in ("mlp", "lenet", "resnet", "vit", "gpt"):
        for board in template(name).boards.values():
            found = [node.uid for node in board.nodes.values()]
            assert len(set(found)) == len(found)
            assert all(found)


OUT_CHANNELS = next(p for p in TYPES["Conv2d"].params if p.name == "out_channels")
KEEPING: dict[str, Callable[[], Project]] = {
    "rename": lambda: rename(LENET, "LeNet", "conv1", "first").project,
    "set": lambda: set_parameter(LENET, "LeNet", ["conv1"], OUT_CHANNELS, 7).project,
    "share": lambda: share_weights(LENET, "LeNet", "relu2", None, TYPES).project,
    "arrange": lambda: arrange(drawn()).project,
    "delete": lambda: delete(drawn(), ["relu1"]).project,
    "save": lambda: parse(to_text(LENET)),
    "insert": lambda: add(drawn(), NewNode("ReLU"), (0, 0), LENET.boards["LeNet"].wires[2]).project,
}


@pytest.mark.parametrize("name", KEEPING)
def test_edits_keep_them(name: str) -> None:
    before, after = uids(LENET), uids(KEEPING[name]())
    after = {"conv1" if id == "first" else id: uid for id, uid in after.items()}
    shared = before.keys() & after.keys()
    assert len(shared) >= len(before) - 1
    assert all(before[id] == after[id] for id in shared)


def test_a_block_keeps_those_of_what_goes_into_it() -> None:
    project = make_block(drawn(), ["conv1", "relu1"], "Stage").project
    inside = uids(project, "Stage")
    assert inside.items() >= {id: uids(LENET)[id] for id in ("conv1", "relu1")}.items()
    assert uids(project)["Stage"] not in uids(LENET).values()


def test_a_copy_of_a_board_keeps_them() -> None:
    project, name = duplicate_board(LENET, "LeNet")
    assert uids(project.project, name) == uids(LENET)


def test_copies_of_nodes_get_their_own() -> None:
    part = from_clipboard(to_clipboard(LENET.boards["LeNet"], ["conv1", "relu1"]))
    for edited in (duplicate(drawn(), ["conv1", "relu1"]), paste(drawn(), part, (0, 0))):
        found = uids(edited.project)
        assert len(set(found.values())) == len(found) == len(uids(LENET)) + 2


def test_new_nodes_have_one() -> None:
    training = add_training(Project({"LeNet": LENET.boards["LeNet"]}), TYPES).project
    assert all(uids(training, "Training").values())
    fix = AddNode("LeNet", Node("more", "ReLU", uid=""))
    once, again = (uids(apply(LENET, [fix]))["more"] for _ in range(2))
    assert once
    assert once != again


def written(nodes: dict[str, str | None]) -> str:
    """A file with nodes of these uids."""
    fields = {id: {"type": "ReLU"} | ({} if u is None else {"uid": u}) for id, u in nodes.items()}
    return json.dumps({"netloom": 2, "boards": {"Net": {"nodes": fields}}})


@given(st.dictionaries(NAMES, st.none() | st.sampled_from(["", "a", "b"]), max_size=6))
def test_nodes_that_a_person_wrote_can_be_told_apart(nodes: dict[str, str | None]) -> None:
    project = parse(written(nodes))
    found = uids(project, "Net")
    assert all(found.values())
    assert len(set(found.values())) == len(found)
    assert {uid for uid in nodes.values() if uid} <= set(found.values())
    assert parse(written(nodes)) == project


def test_a_node_that_took_the_name_of_another_is_not_taken_for_it() -> None:
    first = parse(written({"conv": None}))
    project = rename(first, "Net", "conv", "old").project
    text = to_text(project).replace('"old": {', '"conv": {"type": "ReLU"}, "old": {')
    assert len(set(uids(parse(text), "Net").values())) == 2
    assert uids(parse(text), "Net")["old"] == uids(first, "Net")["conv"]


def test_they_are_part_of_what_a_project_is() -> None:
    node = Node("a", "ReLU")
    assert node != replace(node, uid="other")
    board = Board("A", "network", {"a": node}, (Wire("a", "output", "a", "input"),))
    assert parse(to_text(Project({"A": board}))).boards["A"] == board

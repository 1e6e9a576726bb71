"""Nothing hangs on what a type or its category is called: roles are declared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nodes.catalogue import Catalogue
from nodes.declare import STRUCTURAL, NodeType
from studio.compile.compiled import check
from studio.model.gallery import gallery, template
from studio.model.layout.cards import card_of
from studio.model.offers import offers
from studio.model.project import Board, Node, Project
from tests.compile.drawing import TYPES, codes


def renamed(declared: NodeType) -> NodeType:
    """The same type by another name and in another category."""
    if declared.role in STRUCTURAL:
        return replace(declared, category="Other")
    shared = {f"My{name}": text for name, text in declared.shared.items()}
    return replace(declared, name=f"My{declared.name}", category="Other", shared=shared)


OTHER = {found.name: found for found in map(renamed, TYPES.values())}


def in_other_words(project: Project) -> Project:
    """A project with the types by their other names."""
    for board in project.boards.values():
        nodes = {
            id: node if node.type in OTHER else replace(node, type=f"My{node.type}")
            for id, node in board.nodes.items()
        }
        project = project.with_board(replace(board, nodes=nodes))
    return project


@pytest.mark.parametrize("name", gallery())
def test_types_of_other_names_are_checked_and_written_alike(name: str) -> None:
    project = template(name)
    one, other = check(project, TYPES), check(in_other_words(project), OTHER)
    assert codes(other) == codes(one) == []
    assert other.reports == one.reports
    assert other.training().text == one.training().text


def test_a_board_without_data_update_and_metric_says_so_whatever_they_are_called() -> None:
    board = Board("Training", "training", {"m": Node("m", "MyAccuracy")})
    found = check(Project({"Training": board}), OTHER)
    assert {"no-update", "no-data"} <= set(codes(found))
    assert "unused" not in codes(found)  # a metric is an end of its own


def test_cards_tell_the_same() -> None:
    project = template("lenet")
    for board in project.boards.values():
        for node in board.nodes.values():
            other = node if node.type in OTHER else replace(node, type=f"My{node.type}")
            told = card_of(project, board, other, OTHER).detail
            assert told == card_of(project, board, node, TYPES).detail


def test_one_number_of_a_kernel_is_told_for_each_axis() -> None:
    board = Board("Net", "network")
    told = {
        name: card_of(Project(), board, Node("a", name), TYPES).detail
        for name in ("Conv1d", "Conv2d", "GroupNorm", "Linear")
    }
    assert told == {
        "Conv1d": "16 · 3",
        "Conv2d": "16 · 3×3",
        "GroupNorm": "4 groups",
        "Linear": "10",
    }


def test_a_plug_in_cannot_claim_a_word_of_the_projects_language() -> None:
    mine = NodeType("Mine", "Other", "Mine.", role="network")
    found = Catalogue(TYPES).with_plugins([mine], ())
    assert "Mine" not in found.types
    assert "network" in found.errors[0]


def test_boards_are_offered_by_role() -> None:
    project = template("lenet")
    board = project.boards["Training"]
    assert [o.name for o in offers(project, board, OTHER) if o.own] == ["LeNet"]

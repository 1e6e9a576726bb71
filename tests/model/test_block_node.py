"""Unpacking a block, and giving a node a block of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from studio.compile.compiled import Compiled, check
from studio.model.edits import SetParam
from studio.model.expression import Expression
from studio.model.gallery import template
from studio.model.layout.cards import cards_of, touch
from studio.model.operations.block import make_block
from studio.model.operations.block_node import make_independent, times_used, unpack_block
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Refusal
from studio.model.project import Project
from tests.compile.drawing import TYPES, chain, node
from tests.compile.drawing import project as made


def drawn(project: Project, board: str) -> DrawnBoard:
    return DrawnBoard.of(project, board, TYPES, check(project, TYPES).reports[board])


def outputs(found: Compiled, network: str, *given: torch.Tensor) -> torch.Tensor:
    assert not found.errors, found.errors
    torch.manual_seed(0)
    with torch.no_grad():
        result: torch.Tensor = found.network(network).eval()(*given)
    return result


def test_an_unpacked_block_computes_the_same() -> None:
    project, picture = template("resnet"), torch.randn(2, 1, 8, 8)
    before = outputs(check(project), "ResNet", picture)
    for id in ("down1", "stage2", "stage3"):
        project = unpack_block(drawn(project, "ResNet"), id).project
    board = project.boards["ResNet"]
    assert {"conv1", "shortcut"} < board.nodes.keys()
    assert board.nodes["conv1"].params["out_channels"] == 32
    assert not any(
        isinstance(v, Expression) for n in board.nodes.values() for v in n.params.values()
    )
    found = check(project)
    assert found.totals["ResNet"] == check(template("resnet")).totals["ResNet"]
    torch.testing.assert_close(outputs(found, "ResNet", picture), before)
    cards = list(cards_of(project, board, TYPES).values())
    assert not any(touch(a.box, b.box) for n, a in enumerate(cards) for b in cards[:n])


def test_a_block_that_was_made_is_unpacked_as_it_was() -> None:
    layers = (node("one", "Linear", out_features=6), node("relu", "ReLU"), node("two", "Linear"))
    project = made(chain(("N", 4), *layers))
    name = next(iter(project.boards))
    block = make_block(drawn(project, name), {"one", "relu"}, "Part").project
    found = unpack_block(drawn(block, name), "Part").project
    before, after = project.boards[name], found.boards[name]
    assert set(after.wires) == set(before.wires)
    assert {n.id: (n.uid, n.params) for n in after.nodes.values()} == {
        n.id: (n.uid, n.params) for n in before.nodes.values()
    }
    assert "Part" in found.boards


def test_values_are_in_the_words_of_the_board_around() -> None:
    project = template("vit")
    project = replace(project, variables={"width": 32})
    for name, value in (("repeat", 1), ("dim", Expression("2 * width"))):
        project = SetParam("ViT", "layers", name, value).apply(project)
    board = unpack_block(drawn(project, "ViT"), "layers").project.boards["ViT"]
    assert board.nodes["expand"].params["out_features"] == Expression("4 * (2 * width)")
    assert board.nodes["contract"].params["out_features"] == Expression("2 * width")


def test_repeated_and_shared_blocks_stay() -> None:
    with pytest.raises(Refusal, match="set repeat to 1"):
        unpack_block(drawn(template("resnet"), "ResNet"), "stage1")
    with pytest.raises(Refusal, match="stands for no block"):
        unpack_block(drawn(template("resnet"), "ResNet"), "stem")
    project = template("resnet")
    board = project.boards["ResNet"]
    last = replace(board.nodes["stage3"], uses="stage2")
    shared = project.with_board(replace(board, nodes={**board.nodes, "stage3": last}))
    for id in ("stage2", "stage3"):
        with pytest.raises(Refusal, match="let each own its weights"):
            unpack_block(DrawnBoard.of(shared, "ResNet", TYPES), id)


def test_an_independent_node_has_a_block_of_its_own() -> None:
    project = template("resnet")
    assert times_used(project, "Residual") == 3
    found = make_independent(drawn(project, "ResNet"), "stage2").project
    own = found.boards["ResNet"].nodes["stage2"].stands_for
    assert (times_used(found, "Residual"), times_used(found, own)) == (2, 1)
    assert found.boards[own].nodes == found.boards["Residual"].nodes
    assert check(found).totals["ResNet"] == check(project).totals["ResNet"]

"""A whole block's weights used by another node: the same part twice, counted once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from studio.model.expression import Expression
from studio.model.operations.edited import Refusal
from studio.model.operations.parameters import share_weights
from studio.model.project import Board
from tests.compile.drawing import TYPES, Watcher, board, checked, node, project, run, sample
from tests.compile.test_blocks import clean


def tower(**params: Any) -> Board:
    nodes = [
        node("x", "Input", shape=("N", 8)),
        node("fc", "Linear", out_features=Expression("width")),
        node("act", "Tanh"),
        node("y", "Output"),
    ]
    return board(nodes, "x -> fc -> act -> y", "Tower", "block", **{"width": 8, **params})


def siamese(right: int = 8, **params: Any) -> Board:
    nodes = [node("a", "Input", shape=("N", 8)), node("b", "Input", shape=("N", right)),
             node("left", "Block", block="Tower", **params),
             node("right", "Block", "left", block="Tower"),
             node("far", "Subtract"), node("y", "Output")]  # fmt: skip
    return board(
        nodes, "a -> left.x, b -> right.x, left.y -> far.input, right.y -> far.other, far -> y"
    )


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"width": 5},
        {"repeat": 3},
        {"repeat": 2, "tied": True},
        {"repeat": 2, "width": Expression("8 + 3 * copy")},
    ],
)
def test_two_nodes_are_one_module(tmp_path: Path, params: dict[str, Any]) -> None:
    found = checked(tower(), siamese(**params))
    assert not found.errors
    module = found.network("Net")
    assert [name for name, _ in module.named_children()] == ["left"]
    assert found.totals["Net"].parameters == sum(p.numel() for p in module.parameters())
    a, b = sample(found)
    left = module.get_submodule("left")
    copies = list(left) if isinstance(left, nn.Sequential) else [left] * (params.get("repeat", 1))

    def through(x: torch.Tensor) -> torch.Tensor:
        for copy in copies:
            x = copy(x)
        return x

    with torch.no_grad():
        torch.testing.assert_close(run(module, [a, b])[0], through(a) - through(b))
    clean(found, tmp_path)


def test_sizes_that_would_differ_are_told() -> None:
    found = checked(tower(), siamese(right=6))
    (told,) = found.errors
    assert told.node == "right"
    assert "weights of left: fc has in_features 8 there, and would need 6 here" in told.message


def test_only_the_same_block_is_shared() -> None:
    net = siamese()
    other = Board("Other", "block", tower().nodes, tower().wires, {"width": 8})
    nodes = {**net.nodes, "right": node("right", "Block", "left", block="Other")}
    found = checked(tower(), other, Board("Net", "network", nodes, net.wires))
    (told,) = found.errors
    assert "stands for Other, so it cannot use the weights of left" in told.message
    start = project(tower(), net)
    assert share_weights(start, "Net", "right", "left", TYPES).project.boards["Net"] == net
    with pytest.raises(Refusal, match="it may use those of: left"):
        share_weights(start, "Net", "right", "a", TYPES)


def test_a_cell_is_used_along_time_and_for_one_step(tmp_path: Path) -> None:
    cell = board(
        [node("x", "Input", shape=("N", 3)), node("h", "Input", shape=("N", 4), next="h_next"),
         node("both", "Concatenate"), node("fc", "Linear", out_features=4),
         node("h_next", "Output")],
        "x -> both.inputs, h -> both.inputs, both -> fc -> h_next", "Cell", "block",
    )  # fmt: skip
    net = board(
        [node("x", "Input", shape=("N", "T=4", 3)), node("last", "Input", shape=("N", 3)),
         node("scan", "Scan", block="Cell"), node("step", "Block", "scan", block="Cell"),
         node("back", "Scan", "scan", block="Cell", reverse=True), node("y", "Output"),
         node("z", "Output")],
        "x -> scan.x, last -> step.x, scan.h_next -> step.h, x -> back.x, step.h_next -> y,"
        "back.h_next -> z",
    )  # fmt: skip
    found = checked(cell, net)
    assert not found.errors
    module = found.network("Net")
    assert len(list(module.parameters())) == 2
    x = torch.randn(2, 5, 3)
    after, back = run(module, [x[:, :-1], x[:, -1]])
    wanted, _ = run(module, [x, x[:, -1]])
    one = module.get_submodule("scan")
    with torch.no_grad():
        torch.testing.assert_close(one(x[:, -1], after), wanted)
        state = torch.zeros(2, 4)
        for time in (3, 2, 1, 0):
            state = one(x[:, time], state)
    torch.testing.assert_close(back, state)
    clean(found, tmp_path)


def test_edits_of_the_owner_reach_the_user() -> None:
    watcher = Watcher()
    for width in (8, 5, 8):
        boards = tower(), siamese(width=width)
        state = watcher.see(project(*boards))
        assert state is not None
        fresh = checked(*boards)
        assert (state[0]["Net"], *state[1:]) == (fresh.reports["Net"], fresh.issues, fresh.totals)

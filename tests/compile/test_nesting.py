"""A block that is nested and repeated is known once, and only what holds an edit is done again."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest

from studio.compile.board_flow import BoardFlow, nesting
from studio.compile.checking import CheckResult
from studio.compile.node_shapes import Remembered
from studio.model.edits import SetParam
from studio.model.project import Board, Project
from tests.compile.drawing import Watcher, board, chain, node, project

LEVELS = 12


def twice(name: str, inner: str) -> Board:
    """A block of the block `inner`, three copies of it and then one more."""
    nodes = [
        node("x", "Input", shape=("N", 8)),
        node("a", "Block", block=inner, repeat=3),
        node("b", "Block", block=inner),
        node("y", "Output"),
    ]
    return board(nodes, "x -> a.x, a.y -> b.x, b.y -> y", name, "block")


def nested() -> Project:
    """Blocks in blocks, each twice in the next, and one beside them."""
    shape, layer = ("N", 8), node("layer", "Linear", out_features=8)
    single = [replace(chain(shape, layer, name=name), kind="block") for name in ("B0", "Beside")]
    levels = [twice(f"B{level}", f"B{level - 1}") for level in range(1, LEVELS)]
    return project(*single, *levels, replace(twice("Net", f"B{LEVELS - 1}"), kind="network"))


def known(watcher: Watcher) -> dict[str, set[BoardFlow]]:
    """Every flow of a checker, by board."""
    found: dict[str, set[BoardFlow]] = {}
    for flow in nesting(watcher.checking.flows.values()):
        found.setdefault(flow.board.name, set()).add(flow)
    return found


def test_nesting_a_block_adds_no_more_than_itself() -> None:
    watcher = Watcher()
    state = watcher.see(nested())
    assert state is not None
    reports, issues, totals = state
    assert not [issue for issue in issues if issue.severity == "error"]
    assert max(map(len, known(watcher).values())) <= 2  # by itself, and wherever it is used
    assert totals["Net"].parameters == 4**LEVELS * 72
    assert totals["Net"].multiply_adds == 4**LEVELS * 64
    assert reports["Net"]["b"].multiply_adds == 4 ** (LEVELS - 1) * 64


def test_checking_what_did_not_change_finds_the_same_objects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watcher, same = Watcher(), nested()
    watcher.see(same)
    before = known(watcher)
    monkeypatch.delattr(Remembered, "outcome")  # no node is even asked about
    (result,) = watcher.checking.check(same)
    assert isinstance(result, CheckResult)
    assert known(watcher) == before


def test_an_edit_does_again_only_the_boards_that_hold_it() -> None:
    watcher, before = Watcher(), nested()
    watcher.see(before)
    old = known(watcher)
    after = SetParam("B6", "a", "repeat", 2).apply(before)
    assert watcher.see(after) == Watcher().see(after)
    new = known(watcher)
    kept = {name for name, flows in new.items() if flows == old[name]}
    assert kept == before.boards.keys() - nx.ancestors(before.uses, "B6") - {"B6"}
    assert all(not new[name] & old[name] for name in before.boards.keys() - kept)

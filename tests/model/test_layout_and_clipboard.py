"""Automatic layout, and nodes as text on the clipboard."""

from __future__ import annotations

import contextlib
import json
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.catalogue import builtin
from studio.model.gallery import gallery, template
from studio.model.layout.arrangement import layout
from studio.model.layout.card_text import LETTERS, folded
from studio.model.layout.cards import WIDTH, cards_of, touch
from studio.model.layout.columns import Edge
from studio.model.operations.clipboard import from_clipboard, paste, to_clipboard
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Refusal
from studio.model.operations.nodes import arrange
from studio.model.project import Board, Node, Project, Wire

TYPES = builtin().types

graphs = st.integers(1, 24).flatmap(
    lambda n: st.tuples(
        st.lists(st.sampled_from([48.0, 72.0, 112.0]), min_size=n, max_size=n),
        st.lists(
            st.builds(
                Edge,
                st.integers(0, n - 1),
                st.integers(0, n - 1),
                st.sampled_from([24.0, 56.0]),
                st.sampled_from([24.0, 56.0]),
            ).filter(lambda edge: edge.source != edge.target),
            max_size=3 * n,
        ),
    )
)


@given(graphs)
def test_no_two_nodes_overlap(graph: tuple[list[float], list[Edge]]) -> None:
    heights, edges = graph
    places = layout(heights, edges)
    for a, (x, y) in enumerate(places):
        assert x >= 0
        assert y >= 0
        for b, (other_x, other_y) in enumerate(places[:a]):
            beside = abs(x - other_x) >= WIDTH
            above = y + heights[a] <= other_y or other_y + heights[b] <= y
            assert beside or above


@given(graphs)
def test_the_same_board_gives_the_same_places(graph: tuple[list[float], list[Edge]]) -> None:
    assert layout(*graph) == layout(*graph)


def test_details_that_are_too_long_for_a_line_go_on_in_a_second() -> None:
    assert folded("16 · 3×3") == ("16 · 3×3",)
    assert folded("AdamW · lr 0.003 · cosine · decay 0.01") == (
        "AdamW · lr 0.003 · cosine",
        "decay 0.01",
    )
    assert folded("x" * (2 * LETTERS)) == ("x" * (2 * LETTERS),)
    plain = Board("Train", "training", {"u": Node("u", "Update")})
    params = {"schedule": "cosine", "weight_decay": 0.01, "warmup": 0.1}
    full = Board("Train", "training", {"u": Node("u", "Update", params)})
    low, high = (cards_of(Project(), one, builtin().types)["u"] for one in (plain, full))
    assert high.height > low.height
    assert high.detail.endswith("warmup 0.1 · decay 0.01")


@pytest.mark.parametrize("name", gallery())
def test_cards_of_the_gallery_do_not_overlap(name: str) -> None:
    project, types = template(name), builtin().types
    for board in project.boards.values():
        for one, other in combinations(cards_of(project, board, types).values(), 2):
            assert not touch(one.box, other.box), (board.name, one.node.id, other.node.id)


def test_a_skip_leaves_the_main_path_straight() -> None:
    # stem -> conv -> relu -> conv -> add, and stem -> add
    path = [Edge(i, i + 1, 24, 24) for i in range(4)]
    places = layout([72.0] * 5, [*path, Edge(0, 4, 24, 24)])
    assert len({y for _, y in places}) == 1
    assert [x for x, _ in places] == sorted(x for x, _ in places)


def _board(count: int) -> Board:
    nodes = {f"n{i}": Node(f"n{i}", "Add", {}, (0.0, 0.0)) for i in range(count)}
    wires = [Wire(f"n{i}", "output", f"n{i + 1}", "inputs") for i in range(count - 1)]
    wires += [Wire(f"n{i}", "output", f"n{i + 4}", "inputs") for i in range(0, count - 4, 3)]
    return Board("net", "network", nodes, tuple(wires))


def test_a_thousand_nodes_are_arranged_quickly_and_once() -> None:
    drawn = DrawnBoard.of(Project({"net": _board(1000)}), "net", TYPES)
    start = time.perf_counter()
    edited = arrange(drawn)
    assert time.perf_counter() - start < 3
    again = DrawnBoard.of(edited.project, "net", TYPES)
    assert arrange(again).project == edited.project


def test_a_part_is_arranged_clear_of_the_rest() -> None:
    drawn = DrawnBoard.of(Project({"net": _board(8)}), "net", TYPES)
    chosen = ["n0", "n1", "n2"]
    after = arrange(drawn, chosen).project.boards["net"]
    assert all(after.nodes[id].at[1] >= 48 for id in chosen)
    assert all(node.at == (0.0, 0.0) for id, node in after.nodes.items() if id not in chosen)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


def _read(text: str) -> Board | None:
    """The nodes in a text; None where it is refused in a sentence."""
    with contextlib.suppress(Refusal):
        return from_clipboard(text)
    return None


@given(st.text(), _JSON, _JSON)
def test_no_text_harms(text: str, node: object, wires: object) -> None:
    assert _read('"netloom"' + text) is None
    board = {"nodes": {"x": node, "y": {"type": text, "params": {"p": node}}}, "wires": wires}
    for fragment in (board, {"nodes": node, "wires": []}, node):
        found = _read(json.dumps({"netloom": 1, "boards": {"a": fragment}}))
        if found is not None:
            assert from_clipboard(to_clipboard(found, found.nodes)) == found


def test_hostile_fragments_are_refused() -> None:
    for part in (
        '{"netloom": 1, "boards": {"a": {"nodes": {"__import__": {"type": "ReLU"}}}}}',
        '{"netloom": 1, "boards": {"a": {"nodes": {"x": {"type": "ReLU", "at": [1e999, 0]}}}}}',
        '{"netloom": 1, "boards": {"a": {"nodes": {"x": {"type": "ReLU", "z": 1e999}}}}}',
        '{"netloom": 1, "x": ' + "9" * 6000 + "}",
        '{"netloom": 1, "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"netloom": 2, "boards": {"a": {"nodes": {}, "wires": ["a.b -> c.d"]}}}',
    ):
        assert _read(part) is None, part


@given(st.integers(0, 6), st.integers(0, 6))
@settings(max_examples=25)
def test_what_is_copied_is_pasted_under_free_names(first: int, last: int) -> None:
    board = _board(8)
    project = Project({"net": board})
    ids = [f"n{i}" for i in range(first, max(first, last) + 1)]
    part = from_clipboard(to_clipboard(board, ids))
    pasted = paste(DrawnBoard.of(project, "net", TYPES), part, (640.0, 64.0))
    after, added = pasted.project.boards["net"], pasted.selected
    assert added is not None
    assert len(added) == len(ids)
    assert not added & board.nodes.keys()
    assert len(after.wires) == len(board.wires) + len(part.wires)
    assert min(after.nodes[id].at[0] for id in added) == 640

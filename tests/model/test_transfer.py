"""What becomes of weights when a project is edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.edits import RenameNode
from studio.model.operations.boards import duplicate_board, rename_board
from studio.model.operations.instances import rename_instance
from studio.model.project import Board, Node, Project
from studio.model.transfer import DrawnWeights, Transfer, transfer

Sizes = Mapping[str, tuple[int, ...]]


def node(id: str, type: str = "Linear", **params: str | int) -> Node:
    return Node(id, type, params, uid=f"u-{id}")


def board(name: str, *nodes: Node, kind: str = "network") -> Board:
    every = {node.id: node for node in nodes}
    if kind == "block":
        return Board(name, "block", every)
    return Board(name, "training" if kind == "training" else "network", every)


def project(*boards: Board) -> Project:
    return Project({board.name: board for board in boards})


def stack(repeat: int = 2) -> Node:
    return node("stack", "Block", block="Part", repeat=repeat)


PART = board("Part", node("fc"), node("out"), kind="block")
NET = board("Net", node("fc1"), stack(), node("fc2"))
TRAINING = board("Training", node("net", "Network", network="Net"), kind="training")
START = project(NET, PART, TRAINING)


def keys_of(drawn: Project, name: str) -> list[str]:
    """Keys of a network's weights, as its modules would give them."""
    found = []
    for id, node in drawn.boards[name].nodes.items():
        if node.type == "Linear":
            found.append(f"{id}.weight")
        elif node.role == "block":
            inner = keys_of(drawn, node.stands_for)
            repeat = node.params.get("repeat", 1)
            assert isinstance(repeat, int)
            copies = [""] if repeat == 1 else [f"{copy}." for copy in range(repeat)]
            found += [f"{id}.{copy}{key}" for copy in copies for key in inner]
    return found


def drawn(project: Project, other_sizes: Sizes | None = None) -> DrawnWeights:
    boards = {name: project.boards[board] for name, board in project.instances.items()}
    used = {node.instance for stage in project.stages for node in stage.networks}
    sizes = {
        name: {key: (other_sizes or {}).get(key, (4, 4)) for key in keys_of(project, board.name)}
        for name, board in boards.items()
        if name in used
    }
    return DrawnWeights(project, boards, sizes)


def moved(found: Transfer) -> dict[str, str]:
    """Keys of kept weights, with those that they had."""
    return {place.key: origin.key for place, origin in found.kept.items()}


def go(after: Project, before: Project = START) -> Transfer:
    return transfer(drawn(before), drawn(after))


def whole(found: Transfer) -> bool:
    return not (found.resized or found.fresh or found.dropped)


def wrapped(project: Project, name: str, id: str, block: str) -> Project:
    """The project with a node of a board inside a block of its own."""
    old = project.boards[name]
    inside = board(block, old.nodes[id], kind="block")
    nodes = {i: n for i, n in old.nodes.items() if i != id}
    nodes[block.lower()] = node(block.lower(), "Block", block=block)
    return project.with_board(replace(old, nodes=nodes)).with_board(inside)


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: RenameNode("Net", "fc1", "first").apply(p),
        lambda p: RenameNode("Part", "fc", "inner").apply(p),
        lambda p: RenameNode("Training", "net", "model").apply(p),
        lambda p: rename_board(p, "Net", "Other").project,
        lambda p: rename_board(p, "Part", "Other").project,
        lambda p: rename_instance(rename_board(p, "Net", "Other").project, "Other", "n").project,
        lambda p: wrapped(p, "Net", "fc1", "Outer"),
        lambda p: wrapped(p, "Net", "stack", "Outer"),
        lambda p: wrapped(p, "Part", "fc", "Outer"),
        lambda p: wrapped(wrapped(p, "Part", "fc", "Outer"), "Net", "stack", "Around"),
        lambda p: duplicate_board(p, "Net")[0].project,
        lambda p: duplicate_board(p, "Training")[0].project,
    ],
)
def test_weights_stay_whatever_nodes_are_called_and_wherever_they_are(
    edit: Callable[[Project], Project],
) -> None:
    after = edit(START)
    assert after != START
    found = go(after)
    assert whole(found), found
    assert len(found.kept) == 6
    assert whole(go(START, after))


def test_each_copy_keeps_its_own_and_a_new_one_starts_fresh() -> None:
    three = project(replace(NET, nodes={**NET.nodes, "stack": stack(3)}), PART, TRAINING)
    found = go(three)
    assert moved(found) == {key: key for key in keys_of(START, "Net")}
    assert {place.key for place in found.fresh} == {"stack.2.fc.weight", "stack.2.out.weight"}
    back = go(START, three)
    assert {place.key for place in back.dropped} == {"stack.2.fc.weight", "stack.2.out.weight"}
    one = project(replace(NET, nodes={**NET.nodes, "stack": stack(1)}), PART, TRAINING)
    assert moved(go(one))["stack.fc.weight"] == "stack.0.fc.weight"
    assert moved(go(START, one))["stack.0.fc.weight"] == "stack.fc.weight"


def test_copies_inside_a_block_that_changed_stay_apart() -> None:
    found = moved(go(wrapped(START, "Part", "fc", "Outer")))
    assert found["stack.1.outer.fc.weight"] == "stack.1.fc.weight"


def test_nodes_of_a_block_that_was_taken_apart_keep_theirs() -> None:
    one = project(replace(NET, nodes={**NET.nodes, "stack": stack(1)}), PART, TRAINING)
    nodes = {"fc1": NET.nodes["fc1"], **PART.nodes, "fc2": NET.nodes["fc2"]}
    flat = project(replace(NET, nodes=nodes), TRAINING)
    found = go(flat, one)
    assert whole(found)
    assert moved(found)["fc.weight"] == "stack.fc.weight"


def test_sizes_new_layers_and_removed_ones_are_told() -> None:
    nodes = {**NET.nodes, "fc3": node("fc3")}
    after = project(replace(NET, nodes=nodes), PART, TRAINING)
    found = transfer(drawn(START), drawn(after, {"fc1.weight": (8, 4)}))
    assert str(found) == "kept 5 layers, resized 1 (fc1), fresh 1 (fc3)"
    assert str(go(START, after)) == "kept 6 layers, dropped 1 (fc3)"


def test_another_type_or_another_number_of_axes_starts_fresh() -> None:
    other = replace(NET.nodes["fc1"], type="Bilinear")
    after = project(replace(NET, nodes={**NET.nodes, "fc1": other}), PART, TRAINING)
    keys = {"Net": {"fc1.weight": (4, 4)}}
    found = transfer(
        DrawnWeights(START, {"Net": NET}, keys),
        DrawnWeights(after, {"Net": after.boards["Net"]}, keys),
    )
    assert not found.kept
    grown = DrawnWeights(START, {"Net": NET}, {"Net": {"fc1.weight": (4, 4, 4)}})
    assert not transfer(DrawnWeights(START, {"Net": NET}, keys), grown).kept


def test_two_instances_of_one_network_keep_their_own() -> None:
    twins = board(
        "Training",
        node("a", "Network", network="Net"),
        node("b", "Network", network="Net", instance="twin"),
        kind="training",
    )
    before = project(NET, PART, twins)
    found = go(wrapped(before, "Net", "fc1", "Outer"), before)
    assert whole(found)
    assert all(place.module == origin.module for place, origin in found.kept.items())
    renamed = rename_instance(before, "twin", "sister").project
    pairs = {(p.module, o.module) for p, o in go(renamed, before).kept.items()}
    assert pairs == {("Net", "Net"), ("sister", "twin")}


def test_a_network_node_that_was_drawn_anew_finds_its_weights() -> None:
    anew = board("Training", replace(TRAINING.nodes["net"], uid="u-new"), kind="training")
    assert whole(go(project(NET, PART, anew)))


def test_layers_of_a_training_board_keep_theirs() -> None:
    stage = board("Training", node("temperature"), node("after"), kind="training")
    later = rename_board(
        RenameNode("Training", "temperature", "t").apply(project(stage)), "Training", "T"
    )
    stages = {"before": stage, "after": later.project.boards["T"]}
    before = DrawnWeights(
        project(stage),
        {"objective": stage},
        {"objective": {"temperature.weight": (1,), "after_.bias": (1,)}},
    )
    after = DrawnWeights(
        later.project,
        {"objective": stages["after"]},
        {"objective": {"t.weight": (1,), "after_.bias": (1,)}},
    )
    assert moved(transfer(before, after)) == {
        "t.weight": "temperature.weight",
        "after_.bias": "after_.bias",
    }


def test_where_several_are_as_likely_none_is_taken() -> None:
    part = board("Part", node("fc"), kind="block")
    two = [node(name, "Block", block="Part") for name in ("a", "b")]
    others = [node(name, "Block", block="Part") for name in ("c", "d")]
    before = project(board("Net", *two), part, TRAINING)
    found = go(project(board("Net", *others), part, TRAINING), before)
    assert (len(found.fresh), len(found.dropped), found.kept) == (2, 2, {})


names = st.lists(st.sampled_from("abcdefgh"), min_size=8, max_size=8, unique=True)


@given(names, st.sets(st.integers(0, 3)), st.integers(1, 4))
def test_any_names_and_blocks_keep_all(ids: list[str], inside: set[int], repeat: int) -> None:
    nodes = [replace(node(f"l{number}"), id=ids[number]) for number in range(4)]
    plain = project(board("Net", *(node(f"l{number}") for number in range(4))), TRAINING)
    inner = [nodes[number] for number in sorted(inside)]
    outer = [nodes[number] for number in range(4) if number not in inside]
    block = node(ids[7], "Block", block="Part", repeat=repeat)
    after = project(board("Net", *outer, block), board("Part", *inner, kind="block"), TRAINING)
    found = go(after, plain)
    assert not found.dropped
    assert len(found.kept) == 4
    assert len(found.fresh) == len(inside) * (repeat - 1)

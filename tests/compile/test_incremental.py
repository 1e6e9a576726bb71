"""Checking one edit after another says the same as checking afresh, also when given up midway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.model.edits import RemoveNodes, RenameBoard, RenameNode, apply
from studio.model.project import Board, Project, Wire
from studio.model.values import Value
from tests.compile.drawing import Watcher, board, chain, node, project


def start() -> Project:
    """Two networks over blocks that are nested and repeated, and a training board."""
    inner = board(
        [
            node("x", "Input", shape=("N", "C=8", 8, 8)),
            node("conv", "Conv2d", out_channels=8, padding=1),
            node("y", "Output"),
        ],
        "x -> conv -> y",
        "Inner",
        "block",
    )
    outer = board(
        [
            node("x", "Input", shape=("N", 8, 8, 8)),
            node("inner", "Block", block="Inner"),
            node("add", "Add"),
            node("y", "Output"),
        ],
        "x -> inner.x, inner.y -> add.inputs, x -> add.inputs, add -> y",
        "Outer",
        "block",
        width=8,
    )
    stack = board(
        [
            node("x", "Input", shape=("N", 8, 8, 8)),
            node("several", "Block", block="Outer", repeat=2),
            node("one", "Block", block="Outer", width=4),
            node("again", "Block", block="Inner", repeat=2),
            node("y", "Output"),
        ],
        "x -> several.x, several.y -> one.x, one.y -> again.x, again.y -> y",
        "Stack",
        "block",
    )
    first = board(
        [
            node("x", "Input", shape=("N", 1, 8, 8)),
            node("conv", "Conv2d", out_channels=8, padding=1),
            node("act", "GELU"),
            node("block", "Block", block="Stack", repeat=2),
            node("flat", "Flatten"),
            node("head", "Linear", out_features=10),
            node("y", "Output"),
        ],
        "x -> conv -> act, act -> block.x, block.y -> flat -> head -> y",
        "First",
    )
    second = chain(
        ("N", "T=16", 12),
        node("a", "Linear", out_features=12),
        node("b", "Linear", uses="a", out_features=12),
        node("pool", "Mean"),
        name="Second",
    )
    training = board(
        [
            node("digits", "DigitsData", size=8),
            node("net", "Network", network="First"),
            node("loss", "CrossEntropy"),
            node("accuracy", "Accuracy"),
            node("update", "Update"),
        ],
        "digits.image -> net.x, net.y -> loss.logits, digits.label -> loss.target,"
        "net.y -> accuracy.logits, digits.label -> accuracy.target, loss.loss -> update.loss",
        "Training",
        "training",
    )
    return project(inner, outer, stack, first, second, training)


VALUES: dict[str, list[tuple[str, Any]]] = {
    "Input": [
        ("shape", ("N", 1, 8, 8)),
        ("shape", ("M", 1, 8, 8)),
        ("shape", ("N", "T=16", 12)),
        ("shape", ("N", "S=16", 12)),
        ("shape", ("N", 8, "H=8", 8)),
        ("shape", ("N=4", 1, 8)),
        ("shape", ("N", 0)),
        ("dtype", "int64"),
        ("dtype", "float32"),
    ],
    "Conv2d": [
        *(("out_channels", n) for n in (8, 4, 0, True)),
        ("groups", 3),
        ("padding", 0),
        ("padding", 1),
        ("padding", (1, 0)),
        ("nonsense", 1),
    ],
    "GELU": [("approximate", "tanh"), ("approximate", "none"), ("approximate", "what")],
    "Linear": [
        *(("out_features", n) for n in (12, 10, 3)),
        ("bias", False),
        ("per_position", True),
    ],
    "Flatten": [("start_dim", 1), ("start_dim", 2), ("end_dim", -2), ("start_dim", 7)],
    "Mean": [("dim", 1), ("dim", 2)],
    "Block": [
        *(("block", name) for name in ("Inner", "Outer", "Stack")),
        *(("repeat", n) for n in (3, 1)),
        *(("width", n) for n in (8, 4)),
        ("tied", True),
    ],
    "Network": [
        ("network", "First"),
        ("network", "Second"),
        ("state", "frozen"),
        ("state", "live"),
    ],
    "DigitsData": [("size", 8), ("size", 12)],
    "CrossEntropy": [("label_smoothing", 0.1), ("label_smoothing", 0.0)],
    "Update": [("networks", ("other",)), ("networks", ()), ("learning_rate", 0.1)],
}

Edit = Callable[[st.DataObject, Project, Board], Project]


def set_param(data: st.DataObject, before: Project, on: Board) -> Project:
    ids = [n.id for n in on.nodes.values() if n.type in VALUES]
    id = data.draw(st.sampled_from(ids)) if ids else ""
    if not id:
        return before
    name, value = data.draw(st.sampled_from(VALUES[on.nodes[id].type]))
    changed = on.nodes[id].with_param(name, value)
    return before.with_board(replace(on, nodes={**on.nodes, id: changed}))


def rewire(data: st.DataObject, before: Project, on: Board) -> Project:
    wires, cut = list(on.wires), data.draw(st.booleans())
    if wires and cut:
        wires.remove(data.draw(st.sampled_from(wires)))
    elif wires:
        one, other = data.draw(st.sampled_from(wires)), data.draw(st.sampled_from(wires))
        new = Wire(one.source, one.source_port, other.target, other.target_port)
        if data.draw(st.booleans()):
            wires.remove(other)
        if new not in wires:
            wires.insert(data.draw(st.integers(0, len(wires))), new)
    return before.with_board(replace(on, wires=tuple(wires)))


def remove(data: st.DataObject, before: Project, on: Board) -> Project:
    if not on.nodes:
        return before
    ids = frozenset({data.draw(st.sampled_from(list(on.nodes)))})
    return apply(before, [RemoveNodes(on.name, ids, data.draw(st.booleans()))])


def rename(data: st.DataObject, before: Project, on: Board) -> Project:
    new = data.draw(st.sampled_from(["p", "q", "x", "conv"]))
    if not on.nodes or new in on.nodes:
        return before
    return apply(before, [RenameNode(on.name, data.draw(st.sampled_from(list(on.nodes))), new)])


def insert(data: st.DataObject, before: Project, on: Board) -> Project:
    type = data.draw(
        st.sampled_from(["ReLU", "Linear", "Output", "Input", "Unknown", "Block", "Add"])
    )
    id = data.draw(st.sampled_from(["new", "other", "relu"]))
    nodes = {
        **on.nodes,
        id: node(id, type, data.draw(st.sampled_from([None, None, "a", "conv", id]))),
    }
    wires = list(on.wires)
    if wires:
        at = data.draw(st.sampled_from(wires))
        wires += [
            Wire(at.source, at.source_port, id, "input"),
            Wire(id, "output", at.target, at.target_port),
        ]
    return before.with_board(replace(on, nodes=nodes, wires=tuple(dict.fromkeys(wires))))


def change_boards(data: st.DataObject, before: Project, on: Board) -> Project:
    what = data.draw(st.sampled_from(["remove", "rename", "kind", "params", "order"]))
    others = {name: b for name, b in before.boards.items() if name != on.name}
    if what == "remove":
        return replace(before, boards=others)
    if what == "rename" and "Renamed" not in before.boards:
        return apply(before, [RenameBoard(on.name, "Renamed")])
    if what == "kind" and on.kind != "training":
        return before.with_board(replace(on, kind="block" if on.kind == "network" else "network"))
    if what == "params":
        values: list[Value] = [8, 4, 8.0, True, "text"]
        value = data.draw(st.sampled_from(values))
        return before.with_board(replace(on, params={"width": value}))
    return replace(before, boards={**others, on.name: on})


EDITS: list[Edit] = [
    set_param,
    set_param,
    set_param,
    rewire,
    rewire,
    remove,
    rename,
    insert,
    change_boards,
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(st.data())
def test_checking_again_says_what_checking_afresh_says(data: st.DataObject) -> None:
    current, past, watcher = start(), [start()], Watcher()
    watcher.see(current)
    for _ in range(data.draw(st.integers(1, 8))):
        if data.draw(st.integers(0, 4)) == 0:
            current = data.draw(st.sampled_from(past))  # undone
        elif current.boards:
            on = current.boards[data.draw(st.sampled_from(list(current.boards)))]
            current = data.draw(st.sampled_from(EDITS))(data, current, on)
        past.append(current)
        if data.draw(st.integers(0, 3)) == 0:
            watcher.see(current, parts=data.draw(st.integers(1, 12)))
            continue
        seen = watcher.see(current)
        assert seen == Watcher().see(current)
    assert watcher.see(current) == Watcher().see(current)

"""The difference between two projects, found by identity: views redraw it, the checker gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from studio.model.project import Board, Node, Project, Wire


@dataclass(frozen=True, slots=True)
class BoardDelta:
    """What changed on one board. `wires` is None where none did; `order` where nodes came, went
    or changed places in the order. `fields` are its other fields, by name."""

    changed: Mapping[str, Node] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    wires: tuple[Wire, ...] | None = None
    order: tuple[str, ...] | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed from one project to the next. `whole` holds boards that are new; `order` is
    given where boards came, went or changed places. `fields` are all other fields, by name."""

    boards: Mapping[str, BoardDelta] = field(default_factory=dict)
    whole: Mapping[str, Board] = field(default_factory=dict)
    order: tuple[str, ...] | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def touched(self) -> frozenset[str]:
        """Names of the boards that changed."""
        return frozenset(self.boards) | frozenset(self.whole)


def between(before: Project, after: Project) -> Delta:
    """What changed. Nodes are told apart by identity: it is quick, and equality would take `1` for
    `True`."""
    boards: dict[str, BoardDelta] = {}
    whole: dict[str, Board] = {}
    for name, board in after.boards.items():
        old = before.boards.get(name)
        if old is board:
            continue
        if old is None:
            whole[name] = board
        else:
            boards[name] = _board(old, board)
    same_order = list(before.boards) == list(after.boards)
    return Delta(
        boards,
        whole,
        None if same_order else tuple(after.boards),
        _fields(before, after, "boards"),
    )


def differ(before: Project, after: Project) -> bool:
    """Whether two projects are not the same; `1` is not the same as `True` or `1.0`."""
    if before is after:
        return False
    changes = between(before, after).boards
    return before != after or any(
        repr(node.params) != repr(before.boards[name].nodes[id].params)
        for name, change in changes.items()
        for id, node in change.changed.items()
    )


def _fields(old: Board | Project, new: Board | Project, *told: str) -> dict[str, Any]:
    """Fields that changed, but for those that are told otherwise."""
    return {
        known.name: value
        for known in fields(new)
        if known.name not in told
        and (value := getattr(new, known.name)) is not getattr(old, known.name)
    }


def _board(old: Board, new: Board) -> BoardDelta:
    before = old.nodes
    changed = {id: node for id, node in new.nodes.items() if before.get(id) is not node}
    removed = frozenset(before.keys() - new.nodes.keys())
    moved = bool(removed) or len(before) != len(new.nodes) or list(before) != list(new.nodes)
    wires = None if old.wires is new.wires or old.wires == new.wires else new.wires
    order = tuple(new.nodes) if moved else None
    return BoardDelta(changed, removed, wires, order, _fields(old, new, "name", "nodes", "wires"))


def apply(project: Project, delta: Delta) -> Project:
    """The later project, from the earlier one and what `between` found."""
    boards = {**project.boards, **delta.whole}
    for name, change in delta.boards.items():
        board = boards[name]
        nodes = {**board.nodes, **change.changed}
        if change.order is not None:
            nodes = {id: nodes[id] for id in change.order}
        wires = board.wires if change.wires is None else change.wires
        boards[name] = replace(board, nodes=nodes, wires=wires, **change.fields)
    if delta.order is not None:
        boards = {name: boards[name] for name in delta.order}
    return replace(project, boards=boards, **delta.fields)

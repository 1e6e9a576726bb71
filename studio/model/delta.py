"""The difference between two projects, found by identity: views redraw it, the checker gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.model.project import Board, Node, Project, Wire
from studio.model.settings import Settings
from studio.model.values import Json


@dataclass(frozen=True, slots=True)
class BoardDelta:
    """What changed on one board. `wires` is None where none did; `order` where nodes came, went
    or changed places in the order."""

    changed: Mapping[str, Node] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    wires: tuple[Wire, ...] | None = None
    order: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed from one project to the next. `whole` holds boards that are new or whose own
    fields changed; `order` is given where boards came, went or changed places."""

    boards: Mapping[str, BoardDelta] = field(default_factory=dict)
    whole: Mapping[str, Board] = field(default_factory=dict)
    order: tuple[str, ...] | None = None
    settings: Settings | None = None
    extra: Mapping[str, Json] | None = None
    uid: str = ""
    folder: Path | None = None

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
        if old is None or not _same_fields(old, board):
            whole[name] = board
        else:
            boards[name] = _board(old, board)
    same_order = list(before.boards) == list(after.boards)
    return Delta(
        boards,
        whole,
        None if same_order else tuple(after.boards),
        None if before.settings is after.settings else after.settings,
        None if before.extra is after.extra else after.extra,
        after.uid,
        after.folder,
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


def _same_fields(old: Board, new: Board) -> bool:
    return old.kind == new.kind and old.params is new.params and old.extra is new.extra


def _board(old: Board, new: Board) -> BoardDelta:
    before = old.nodes
    changed = {id: node for id, node in new.nodes.items() if before.get(id) is not node}
    removed = frozenset(before.keys() - new.nodes.keys())
    moved = bool(removed) or len(before) != len(new.nodes) or list(before) != list(new.nodes)
    wires = None if old.wires is new.wires or old.wires == new.wires else new.wires
    return BoardDelta(changed, removed, wires, tuple(new.nodes) if moved else None)


def apply(project: Project, delta: Delta) -> Project:
    """The later project, from the earlier one and what `between` found."""
    boards = {**project.boards, **delta.whole}
    for name, change in delta.boards.items():
        board = boards[name]
        nodes = {**board.nodes, **change.changed}
        if change.order is not None:
            nodes = {id: nodes[id] for id in change.order}
        wires = board.wires if change.wires is None else change.wires
        boards[name] = replace(board, nodes=nodes, wires=wires)
    if delta.order is not None:
        boards = {name: boards[name] for name in delta.order}
    settings = project.settings if delta.settings is None else delta.settings
    extra = project.extra if delta.extra is None else delta.extra
    return Project(boards, settings, extra, delta.uid, delta.folder)

"""Edits of a project as plain data: what fixes offer, and what the canvas does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from studio.model.project import NEXT, USES_BOARD, Board, Node, Project, Wire
from studio.model.renames import RenameInstance, RenameVariable, named_again, with_nodes
from studio.model.uids import fresh_uid
from studio.model.values import Json, Value


@dataclass(frozen=True, slots=True)
class AddNode:
    """Put a node on a board; one of the same id is replaced. A node without a uid gets one."""

    board: str
    node: Node

    def apply(self, project: Project) -> Project:
        board = project.boards[self.board]
        node = self.node if self.node.uid else replace(self.node, uid=fresh_uid())
        return project.with_board(replace(board, nodes={**board.nodes, node.id: node}))


@dataclass(frozen=True, slots=True)
class RemoveNodes:
    """Take nodes off a board with their wires. Where `bridge` is set and a node had one wire in
    and any out, what fed it then feeds what it fed. `everywhere`: also wires on other boards to
    inputs and outputs that go."""

    board: str
    ids: frozenset[str]
    bridge: bool = False
    everywhere: bool = False

    def apply(self, project: Project) -> Project:
        board = project.boards[self.board]
        wires = board.wires
        for gone in (id for id in board.nodes if id in self.ids):
            into = [w for w in wires if w.target == gone]
            if self.bridge and len(into) == 1:
                feed = into[0]
                wires = tuple(
                    Wire(feed.source, feed.source_port, w.target, w.target_port)
                    if w.source == gone
                    else w
                    for w in wires
                )
            wires = tuple(w for w in wires if gone not in (w.source, w.target))
        nodes = {
            id: replace(node, uses=None) if node.uses in self.ids else node
            for id, node in board.nodes.items()
            if id not in self.ids
        }
        edited = replace(board, nodes=nodes, wires=tuple(dict.fromkeys(wires)))
        project = project.with_board(edited)
        return _without_ports(project, self.board, self.ids) if self.everywhere else project


def _without_ports(project: Project, used: str, ports: frozenset[str]) -> Project:
    """The project without wires to ports of the nodes that stand for a board."""
    for board in project.boards.values():
        users = {node.id for node in board.nodes.values() if node.stands_for == used}
        lost = [
            wire
            for wire in board.wires
            if (wire.target in users and wire.target_port in ports)
            or (wire.source in users and wire.source_port in ports)
        ]
        if lost:
            project = project.with_board(board.without(*lost))
    return project


@dataclass(frozen=True, slots=True)
class SetParam:
    """Give a node's parameter a value."""

    board: str
    node: str
    name: str
    value: Value

    def apply(self, project: Project) -> Project:
        node = project.boards[self.board].nodes[self.node]
        return AddNode(self.board, node.with_param(self.name, self.value)).apply(project)


@dataclass(frozen=True, slots=True)
class AddWire:
    """Add a wire; unless `many` is set, it replaces what fed the port before. `index` places it
    among the wires into its port."""

    board: str
    wire: Wire
    many: bool = False
    index: int | None = None

    def apply(self, project: Project) -> Project:
        board = project.boards[self.board]
        port = (self.wire.target, self.wire.target_port)
        wires = [
            w
            for w in board.wires
            if w != self.wire and (self.many or (w.target, w.target_port) != port)
        ]
        place = len(wires)
        if self.index is not None:
            same = [i for i, w in enumerate(wires) if (w.target, w.target_port) == port]
            if self.index < len(same):
                place = same[self.index]
        wires.insert(place, self.wire)
        return project.with_board(replace(board, wires=tuple(wires)))


@dataclass(frozen=True, slots=True)
class RemoveWires:
    """Take wires off a board."""

    board: str
    wires: frozenset[Wire]

    def apply(self, project: Project) -> Project:
        board = project.boards[self.board]
        kept = tuple(w for w in board.wires if w not in self.wires)
        return project.with_board(replace(board, wires=kept))


@dataclass(frozen=True, slots=True)
class RemoveUnread:
    """Take away a wire that could not be read."""

    board: str
    wire: Json

    def apply(self, project: Project) -> Project:
        board = project.boards[self.board]
        kept = tuple(wire for wire in board.unread if wire != self.wire)
        return project.with_board(replace(board, unread=kept))


@dataclass(frozen=True, slots=True)
class MoveNodes:
    """Put nodes elsewhere on the canvas."""

    board: str
    places: Mapping[str, tuple[float, float]]

    def apply(self, project: Project) -> Project:
        board = project.boards[self.board]
        nodes = {
            id: replace(node, at=self.places[id]) if id in self.places else node
            for id, node in board.nodes.items()
        }
        return project.with_board(replace(board, nodes=nodes))


@dataclass(frozen=True, slots=True)
class RenameNode:
    """Give a node another id; wires and uses follow, its place in the order stays."""

    board: str
    old: str
    new: str

    def apply(self, project: Project) -> Project:
        board = project.boards[self.board]

        def name(id: str) -> str:
            return self.new if id == self.old else id

        def follow(node: Node) -> Node:
            if self.old in (node.id, node.uses):
                uses = name(node.uses) if node.uses else node.uses
                node = replace(node, id=name(node.id), uses=uses)
            return node.with_param(NEXT, self.new) if node.next == self.old else node

        nodes = {name(id): follow(node) for id, node in board.nodes.items()}
        wires = tuple(
            Wire(name(w.source), w.source_port, name(w.target), w.target_port)
            if self.old in (w.source, w.target)
            else w
            for w in board.wires
        )
        renamed = project.with_board(replace(board, nodes=nodes, wires=wires))
        if board.nodes[self.old].role in ("input", "output"):
            return _rename_ports(renamed, board.name, self.old, self.new)
        return renamed


def _rename_ports(project: Project, used: str, old: str, new: str) -> Project:
    """Let wires to nodes that use a board follow one of its inputs or outputs."""
    for board in project.boards.values():
        users = {node.id for node in board.nodes.values() if node.stands_for == used}
        if not users:
            continue
        wires = tuple(
            Wire(
                w.source,
                new if w.source in users and w.source_port == old else w.source_port,
                w.target,
                new if w.target in users and w.target_port == old else w.target_port,
            )
            for w in board.wires
        )
        project = project.with_board(replace(board, wires=wires))
    return project


@dataclass(frozen=True, slots=True)
class AddBoard:
    """Add a board, or replace the one of that name."""

    board: Board

    def apply(self, project: Project) -> Project:
        return project.with_board(self.board)


@dataclass(frozen=True, slots=True)
class RemoveBoard:
    """Take a board away."""

    board: str

    def apply(self, project: Project) -> Project:
        boards = {name: b for name, b in project.boards.items() if name != self.board}
        return replace(project, boards=boards)


@dataclass(frozen=True, slots=True)
class RenameBoard:
    """Give a board another name; nodes that use it follow, and so does the name of a network's
    own weights."""

    old: str
    new: str

    def apply(self, project: Project) -> Project:
        network = project.boards[self.old].kind == "network"

        def follow(node: Node) -> Node:
            if node.stands_for == self.old:
                node = node.with_param(USES_BOARD[node.type], self.new)
            return named_again(node, self.old, self.new) if network else node

        boards = with_nodes(project, follow).boards.values()
        renamed = (replace(b, name=self.new) if b.name == self.old else b for b in boards)
        return replace(project, boards={board.name: board for board in renamed})


Edit: TypeAlias = (
    AddNode
    | RemoveNodes
    | SetParam
    | AddWire
    | RemoveWires
    | RemoveUnread
    | MoveNodes
    | RenameNode
    | AddBoard
    | RemoveBoard
    | RenameBoard
    | RenameInstance
    | RenameVariable
)


def apply(project: Project, edits: Iterable[Edit]) -> Project:
    """The project after the edits, in order. Raises KeyError where a board or node is gone."""
    for edit in edits:
        project = edit.apply(project)
    return project

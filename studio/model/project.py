"""A project: boards of nodes and wires, and settings. Immutable; an edit makes a new project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import networkx as nx

from nodes.declare import BoardKind, NodeType, Role
from nodes.structure.boards import STRUCTURE
from studio.model.expression import Expression
from studio.model.notes import Note
from studio.model.settings import Settings
from studio.model.uids import fresh_uid
from studio.model.values import Json, Value

STRUCTURAL: Mapping[str, NodeType] = {declared.name: declared for declared in STRUCTURE}
"""Types that a project is read by where no catalogue is at hand."""

TYPE_OF: Mapping[Role, str] = {declared.role: declared.name for declared in reversed(STRUCTURE)}
"""What they are called, by role; the first of each."""

USES_BOARD: Mapping[str, str] = {
    declared.name: param.name
    for declared in STRUCTURE
    for param in declared.params
    if param.kind == "board"
}
"""Node types that stand for a board, and the parameter that names it."""

INSTANCE = "instance"
"""The parameter by which a node that stands for a network names the weights that it uses."""

FOLLOWS = "follows"
"""The parameter by which it names those that its weights follow."""

NEXT = "next"
"""The parameter by which an input names the output that it becomes at the next step."""

TRAINED = "networks"
"""The parameter by which an update names the instances that it trains."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a board. `id` is its attribute, `state_dict` prefix, variable and label.

    `params` holds what differs from the declaration's defaults. `uses` names the node whose
    weights it shares; it then owns none. `uid` tells it from all others on its board and stays
    when its id changes: copies of a node get one of their own, copies of a whole board keep them,
    so that a variant is known as such. Empty: it gets one where it is put on a board. `silent`
    are the codes of warnings that nobody wants to be told of it.
    """

    id: str
    type: str
    params: Mapping[str, Value] = field(default_factory=dict)
    at: tuple[float, float] = (0.0, 0.0)
    uses: str | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)
    uid: str = field(default_factory=fresh_uid)
    silent: tuple[str, ...] = ()

    def with_param(self, name: str, value: Value) -> Node:
        """The node with one parameter changed."""
        return replace(self, params={**self.params, name: value})

    @property
    def role(self) -> Role | None:
        """What it is to its board, where a project's own language says that: input, output, block
        or network. Of other nodes the catalogue says it."""
        known = STRUCTURAL.get(self.type)
        return None if known is None else known.role

    @property
    def scans(self) -> bool:
        """Whether it applies the block that it stands for along time."""
        return self.type in STRUCTURAL and STRUCTURAL[self.type].scans

    @property
    def next(self) -> str:
        """Of an input: the output that it becomes at the next step; empty where there is none."""
        return str(self.params.get(NEXT, "")) if self.role == "input" else ""

    @property
    def stands_for(self) -> str:
        """Name of the board that it stands for; empty where it stands for none."""
        return str(self.params.get(USES_BOARD.get(self.type, ""), ""))

    @property
    def instance(self) -> str:
        """The set of weights that a network has here: by the name given to it, or else by the
        network's own; empty where the node stands for no network."""
        network = self.stands_for if self.role == "network" else ""
        return network and str(self.params.get(INSTANCE) or network)

    @property
    def trained(self) -> tuple[str, ...]:
        """The instances that an update names; empty: all that its loss reaches."""
        named = self.params.get(TRAINED, ())
        return tuple(map(str, named)) if isinstance(named, tuple) else ()


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection from an output port to an input port of the same board."""

    source: str
    source_port: str
    target: str
    target_port: str

    def __str__(self) -> str:
        return f"{self.source}.{self.source_port} -> {self.target}.{self.target_port}"

    @classmethod
    def read(cls, text: object) -> Wire | None:
        """The wire that `str` has written so; None where it is no such text."""
        ends = [end.split(".") for end in text.split(" -> ")] if isinstance(text, str) else []
        if [len(end) for end in ends] != [2, 2]:
            return None
        wire = cls(*ends[0], *ends[1])
        named = wire.source_port.isidentifier() and wire.target_port.isidentifier()
        return wire if named else None


class _Remembering:
    """What is worked out of the fields once is kept, but is no part of what other processes get."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Board(_Remembering):
    """A graph on a canvas: a network, a reusable block, or the training.

    `params` are a block's own parameters with their defaults; nodes inside refer to them by
    expressions, and each use of the block may set them. `notes` and `frames` stand beside and
    around the nodes. `stage` orders training boards, which may have `settings` of their own.
    `unread` are wires as their file has them, between what is not there or in words that this
    version does not know.
    """

    name: str
    kind: BoardKind
    nodes: Mapping[str, Node] = field(default_factory=dict)
    wires: tuple[Wire, ...] = ()
    params: Mapping[str, Value] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    frames: tuple[Note, ...] = ()
    stage: int | None = None
    settings: Mapping[str, Json] = field(default_factory=dict)
    unread: tuple[Json, ...] = ()

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        """Its Input nodes, in order."""
        return self._with_role("input")

    @cached_property
    def outputs(self) -> tuple[Node, ...]:
        """Its Output nodes, in order."""
        return self._with_role("output")

    @cached_property
    def networks(self) -> tuple[Node, ...]:
        """Nodes that stand for networks, in order."""
        return self._with_role("network")

    @cached_property
    def passed_on(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """The names that nodes take as they are, and where: node and parameter, in order."""
        found: dict[str, list[tuple[str, str]]] = {}
        for node in self.nodes.values():
            for name, value in node.params.items():
                if isinstance(value, Expression) and value.alone:
                    found.setdefault(value.alone, []).append((node.id, name))
        return found

    def _with_role(self, role: Role) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.role == role)

    def into(self, node: str, port: str | None = None) -> list[Wire]:
        """Wires into a node, or into one of its ports, in order."""
        return [w for w in self.wires_into.get(node, ()) if port in (None, w.target_port)]

    def out_of(self, node: str, port: str | None = None) -> list[Wire]:
        """Wires out of a node, or out of one of its ports, in order."""
        return [w for w in self.wires_out_of.get(node, ()) if port in (None, w.source_port)]

    def before(self, node: str) -> frozenset[str]:
        """All that feeds a node, at any distance."""
        return frozenset(nx.ancestors(self.graph, node) if node in self.graph else ())

    def after(self, node: str) -> frozenset[str]:
        """All that a node feeds, at any distance."""
        return frozenset(nx.descendants(self.graph, node) if node in self.graph else ())

    def without(self, *wires: Wire) -> Board:
        """The board less some wires."""
        return replace(self, wires=tuple(w for w in self.wires if w not in wires))

    @cached_property
    def wires_into(self) -> Mapping[str, Sequence[Wire]]:
        """The wires by the node they lead to, in order."""
        return _grouped((wire.target, wire) for wire in self.wires)

    @cached_property
    def wires_out_of(self) -> Mapping[str, Sequence[Wire]]:
        """The wires by the node they come from, in order."""
        return _grouped((wire.source, wire) for wire in self.wires)

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """Nodes, and an edge from each to what it feeds. Not to be changed."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.nodes)
        graph.add_edges_from((wire.source, wire.target) for wire in self.wires)
        return graph


def _grouped(pairs: Iterable[tuple[str, Wire]]) -> dict[str, list[Wire]]:
    groups: dict[str, list[Wire]] = {}
    for key, wire in pairs:
        groups.setdefault(key, []).append(wire)
    return groups


@dataclass(frozen=True)
class Project(_Remembering):
    """Boards by name, in the order of their tabs, and settings. `uid` stays when its file gets
    another name; a project that has no file yet may be without. `folder` is where the paths begin
    that it names: that of its file, which itself does not say so. `variables` are numbers, truths
    and expressions that all boards share. `unread` are boards of kinds that this version does not
    know, as their file has them."""

    boards: Mapping[str, Board] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    extra: Mapping[str, Json] = field(default_factory=dict)
    uid: str = ""
    folder: Path | None = field(default=None, compare=False)
    variables: Mapping[str, Value] = field(default_factory=dict)
    unread: Mapping[str, Json] = field(default_factory=dict)

    def of_kind(self, kind: BoardKind) -> list[Board]:
        """Boards of one kind, in order."""
        return [board for board in self.boards.values() if board.kind == kind]

    @property
    def stages(self) -> list[Board]:
        """The training boards in the order in which they train: by their number, which is their
        place among them where they give none."""
        placed = enumerate(self.of_kind("training"), 1)
        found = [(at if board.stage is None else board.stage, at, board) for at, board in placed]
        return [board for _, _, board in sorted(found, key=lambda stage: stage[:2])]

    @property
    def training(self) -> Board | None:
        """The training board that trains first, if there is one."""
        return next(iter(self.stages), None)

    def settings_of(self, board: Board) -> Settings:
        """How a training board trains: by its own settings, and by the project's for the rest."""
        return self.settings.overridden(board.settings)

    def computes(self, board: Board, *nodes: Node) -> bool:
        """Whether expressions mean something on a board: over the parameters of a block, or over
        the project's variables; or at these nodes, over the numbers of copies of a block."""
        repeated = any(node.role == "block" for node in nodes)
        return board.kind == "block" or bool(self.variables) or repeated

    @property
    def names(self) -> frozenset[str]:
        """Names that no new board may have: those of boards and of instances."""
        return frozenset({*self.boards, *self.unread, *self.instances})

    def reached(self, name: str) -> frozenset[str]:
        """A board and all that are used in it, at any depth; none where there is no such board."""
        if name not in self.boards:
            return frozenset()
        return frozenset({name}) | nx.descendants(self.uses, name)

    @cached_property
    def uses(self) -> nx.DiGraph[str]:
        """Boards, and an edge from each to those that stand on it as nodes."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.boards)
        graph.add_edges_from(
            (board.name, node.stands_for)
            for board in self.boards.values()
            for node in board.nodes.values()
            if node.stands_for in self.boards
        )
        return graph

    @cached_property
    def instances(self) -> Mapping[str, str]:
        """Instances of networks on all boards, and the network that each has weights of: the one
        called like it, or that of the first node where nodes disagree."""
        found: dict[str, str] = {}
        for board in self.boards.values():
            for node in board.nodes.values():
                if node.instance and node.stands_for in self.boards:
                    found.setdefault(node.instance, node.stands_for)
        networks = {board.name for board in self.of_kind("network")}
        return {name: name if name in networks else network for name, network in found.items()}

    def with_board(self, board: Board) -> Project:
        """The project with a board added or replaced."""
        return replace(self, boards={**self.boards, board.name: board})

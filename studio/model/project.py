"""A project: boards of nodes and wires, and settings. Immutable; an edit makes a new project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from nodes.declare import BoardKind
from studio.model.settings import Settings
from studio.model.values import Json, Value

VERSION = 1


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a board. `id` is its attribute, `state_dict` prefix, variable and label.

    `params` holds what differs from the declaration's defaults. `uses` names the node whose
    weights it shares; it then owns none.
    """

    id: str
    type: str
    params: Mapping[str, Value] = field(default_factory=dict)
    at: tuple[float, float] = (0.0, 0.0)
    uses: str | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    def with_param(self, name: str, value: Value) -> Node:
        """The node with one parameter changed."""
        return replace(self, params={**self.params, name: value})


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection from an output port to an input port of the same board."""

    source: str
    source_port: str
    target: str
    target_port: str

    def __str__(self) -> str:
        return f"{self.source}.{self.source_port} -> {self.target}.{self.target_port}"


@dataclass(frozen=True, slots=True)
class Board:
    """A graph on a canvas: a network, a reusable block, or the training.

    `params` are a block's own parameters with their defaults; nodes inside refer to them by
    expressions, and each use of the block may set them.
    """

    name: str
    kind: BoardKind
    nodes: Mapping[str, Node] = field(default_factory=dict)
    wires: tuple[Wire, ...] = ()
    params: Mapping[str, Value] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)

    def of_type(self, *types: str) -> Iterator[Node]:
        """Nodes of these types, in the board's order."""
        return (node for node in self.nodes.values() if node.type in types)

    def into(self, node: str, port: str | None = None) -> list[Wire]:
        """Wires into a node, or into one of its ports, in order."""
        return [w for w in self.wires if w.target == node and port in (None, w.target_port)]

    def out_of(self, node: str, port: str | None = None) -> list[Wire]:
        """Wires out of a node, or out of one of its ports, in order."""
        return [w for w in self.wires if w.source == node and port in (None, w.source_port)]


@dataclass(frozen=True, slots=True)
class Project:
    """Boards by name, in the order of their tabs, and settings."""

    boards: Mapping[str, Board] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    extra: Mapping[str, Json] = field(default_factory=dict)

    def of_kind(self, kind: BoardKind) -> list[Board]:
        """Boards of one kind, in order."""
        return [board for board in self.boards.values() if board.kind == kind]

    @property
    def training(self) -> Board | None:
        """The training board, if there is one."""
        return next(iter(self.of_kind("training")), None)

    def with_board(self, board: Board) -> Project:
        """The project with a board added or replaced."""
        return replace(self, boards={**self.boards, board.name: board})

"""Where a node and its ports lie, in canvas units: one is a pixel at 1:1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from nodes.declare import NodeType, Port
from studio.model.layout.card_text import details, folded
from studio.model.ports import Ports, ports_of, with_ports
from studio.model.project import Board, Node, Project

GRID = 8
WIDTH = 176
"""Of every card."""
HEADER = 48
"""Title and type."""
ROW = 20
"""One row of named ports."""
FOOT = 24
"""Details and parameter count."""
FOOT_LINE = 16
"""A further line of details."""
LINE = 24
"""A single port lies this far below the top, so that a row of nodes has straight wires."""
PORT_REACH = 11
"""How near the pointer must come to a port."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class PortAt(NamedTuple):
    """One port of one node of the board."""

    node: str
    port: str
    output: bool


@dataclass(slots=True)
class NodeCard:
    """A node in its place with its ports' offsets from its top left corner."""

    node: Node
    type: NodeType | None
    ports: Ports
    x: float
    y: float
    height: float
    inputs: Mapping[str, tuple[float, float]]
    outputs: Mapping[str, tuple[float, float]]
    detail: str
    foot: float
    """How high the part is with the details, 0 where there is none."""

    @property
    def box(self) -> Box:
        """The rectangle that it covers on the canvas."""
        return (self.x, self.y, self.x + WIDTH, self.y + self.height)

    def place(self, port: str, output: bool) -> tuple[float, float]:
        """Where a port lies; one that the node lacks is put where a single port would be."""
        offsets = self.outputs if output else self.inputs
        dx, dy = offsets.get(port, (WIDTH if output else 0.0, LINE))
        return self.x + dx, self.y + dy

    def has(self, port: str, output: bool) -> bool:
        """Whether there is such a port."""
        return port in (self.outputs if output else self.inputs)

    def port(self, name: str, output: bool) -> Port | None:
        """The declaration of a port."""
        return self.ports.output(name) if output else self.ports.input(name)


def card_of(project: Project, board: Board, node: Node, types: Mapping[str, NodeType]) -> NodeCard:
    """Lay out one node."""
    found = types.get(node.type)
    ports = ports_of(project, board, node, types)
    detail = details(node, with_ports(found, node.params)) if found else ""
    rows = max((len(side) for side in (ports.inputs, ports.outputs) if len(side) > 1), default=0)
    footed = bool(detail) or bool(found and found.inferred) or node.role in ("block", "network")
    foot = FOOT + FOOT_LINE * (len(folded(detail)) - 1) if footed else 0
    return NodeCard(
        node,
        found,
        ports,
        *node.at,
        HEADER + rows * ROW + foot,
        _offsets(ports.inputs, 0),
        _offsets(ports.outputs, WIDTH),
        detail,
        foot,
    )


def _offsets(ports: tuple[Port, ...], x: float) -> dict[str, tuple[float, float]]:
    if len(ports) == 1:
        return {ports[0].name: (x, LINE)}
    return {port.name: (x, HEADER + (row + 0.5) * ROW - 2) for row, port in enumerate(ports)}


def cards_of(project: Project, board: Board, types: Mapping[str, NodeType]) -> dict[str, NodeCard]:
    """Lay out all nodes of a board."""
    return {node.id: card_of(project, board, node, types) for node in board.nodes.values()}


def bounds(cards: Iterable[NodeCard]) -> Box | None:
    """The box around some cards; None where there are none."""
    boxes = [card.box for card in cards]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def touch(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def to_grid(x: float, y: float) -> tuple[float, float]:
    """The nearest place on the grid."""
    return round(x / GRID) * GRID * 1.0, round(y / GRID) * GRID * 1.0

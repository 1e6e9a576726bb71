"""What may be put on a board: node types, and the project's own boards as nodes of it.

Palette and search both offer these, in one order and found by the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nodes.catalogue import CATEGORIES
from nodes.declare import STRUCTURAL, NodeType, Port, Role, plain
from studio.model.operations.adding import NewNode
from studio.model.operations.wiring import first_fit
from studio.model.ports import Ports, board_ports, with_ports
from studio.model.project import TYPE_OF, USES_BOARD, Board, Project


@dataclass(frozen=True)
class Offer:
    """One of them: its name, what it is, the node that it adds, and that node's ports."""

    name: str
    summary: str
    type: NodeType
    new: NewNode
    ports: Ports

    @property
    def own(self) -> bool:
        """Whether it stands for a board of the project."""
        return self.type.role in ("block", "network") and bool(self.new.params)

    @property
    def glyph(self) -> str:
        """Letters for its badge."""
        return self.type.glyph or self.type.name[:2]

    def matches(self, query: str) -> bool:
        """Whether every word of a search occurs in what is known of it."""
        if self.own:
            text = plain(f"{self.name} {self.type.name} {self.summary} own board")
            return all(word in text for word in plain(query).split())
        return self.type.matches(query)

    def rank(self, query: str) -> tuple[int, int]:
        """How well its name fits a search, best first: it, its start, its inside (`max pool` is in
        `MaxPool2d`), something else; then by how many of the words are not in the name."""
        name, words = plain(self.name), plain(query).split()
        whole = "".join(words)
        place = 0 if name == whole else 1 if name.startswith(whole) else 2 if whole in name else 3
        return place, sum(word not in name for word in words)


def offers(project: Project, board: Board, types: Mapping[str, NodeType]) -> list[Offer]:
    """Everything that may be put on a board: the types in the palette's order, on a training board
    those of trainings first, then the boards."""
    order = {name: place for place, name in enumerate(CATEGORIES)}
    found = [
        Offer(found.name, found.summary, found, NewNode(found.name), Ports(*_sides(found)))
        for found in types.values()
        if board.kind in found.boards
    ]
    training = board.kind == "training"
    found.sort(key=lambda offer: order.get(offer.type.category, len(order)))
    found.sort(key=lambda offer: training and offer.type.role == "operation")
    return [*found, *_boards(project, board, types)]


def _sides(found: NodeType) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    shaped = with_ports(found, {})
    return shaped.inputs, shaped.outputs


def _boards(project: Project, board: Board, types: Mapping[str, NodeType]) -> Iterator[Offer]:
    """Boards that this one may hold: none that holds it."""
    kind: Role = "network" if board.kind == "training" else "block"
    found = types.get(TYPE_OF[kind])
    if found is None or board.kind not in found.boards:
        return
    for other in project.boards.values():
        if other.kind == kind and board.name not in project.reached(other.name):
            new = NewNode(found.name, {USES_BOARD[found.name]: other.name})
            summary = f"{found.name} of this project: {len(other.nodes)} nodes."
            yield Offer(other.name, summary, found, new, board_ports(other))


def fitting(found: list[Offer], own: Port, output: bool) -> list[Offer]:
    """Those that an output (or input) can be wired to."""
    return [offer for offer in found if first_fit(offer.ports, own, output) is not None]


def ranked(found: list[Offer], query: str) -> list[Offer]:
    """Those that a search finds, best first."""
    return sorted((o for o in found if o.matches(query)), key=lambda offer: offer.rank(query))


def search_order(found: list[Offer]) -> list[Offer]:
    """The same for someone in search of the next layer: the project's own boards first, inputs and
    outputs last, as a board has few of them."""
    named = [offer for offer in found if offer.own or offer.type.role not in ("block", "network")]
    return sorted(
        named, key=lambda offer: 0 if offer.own else 2 if offer.type.role in STRUCTURAL else 1
    )

"""What may be put on a board: node types, and the project's own boards as nodes of it.

Palette and search both offer these, in one order and found by the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nodes.catalogue import CATEGORIES
from nodes.declare import STRUCTURAL, NodeType, Port, Role
from studio.model.library import LibraryBlock
from studio.model.operations.adding import NewNode
from studio.model.operations.wiring import first_fit
from studio.model.ports import Ports, board_ports, with_ports
from studio.model.project import TYPE_OF, USES_BOARD, Board, Project
from studio.model.search_words import IN_NAME, Query, SearchWords

OWN = "This project"
"""Group of the project's own boards."""


@dataclass(frozen=True)
class Offer:
    """One of them: its name, what it is, the node that it adds, and that node's ports."""

    name: str
    summary: str
    type: NodeType
    new: NewNode
    ports: Ports
    group: str
    """The heading that it stands under."""
    key: str = ""
    """What habits remember it by; nothing for what belongs to one project only."""

    @property
    def stands(self) -> bool:
        """Whether it stands for a board: of the project, or one that comes along."""
        return bool(self.new.params)

    @property
    def own(self) -> bool:
        """Whether it stands for a board of the project."""
        return self.group == OWN

    @property
    def glyph(self) -> str:
        """Letters for its badge."""
        return self.type.glyph or self.type.name[:2]

    @cached_property
    def words(self) -> SearchWords:
        """What a search compares."""
        more = f"{self.type.keywords} {self.type.name if self.stands else ''}"
        return SearchWords(self.name, more, self.group, self.summary)


def offers(
    project: Project,
    board: Board,
    types: Mapping[str, NodeType],
    library: Iterable[LibraryBlock] = (),
) -> list[Offer]:
    """Everything that may be put on a board: the boards, blocks of the library, then the types in
    the palette's order, on a training board those of trainings first."""
    order = {name: place for place, name in enumerate(CATEGORIES)}
    found = [_of_type(found) for found in types.values() if board.kind in found.boards]
    training = board.kind == "training"
    found.sort(key=lambda offer: order.get(offer.group, len(order)))
    found.sort(key=lambda offer: training and offer.type.role == "operation")
    return [*_boards(project, board, types), *_library(library, board, types), *found]


def _of_type(found: NodeType) -> Offer:
    new = NewNode(found.name)
    ports = Ports(*_sides(found))
    return Offer(found.name, found.summary, found, new, ports, found.category, found.name)


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
            yield Offer(other.name, summary, found, new, board_ports(other), OWN)


def _library(
    library: Iterable[LibraryBlock], board: Board, types: Mapping[str, NodeType]
) -> Iterator[Offer]:
    """Blocks that would come along with their node."""
    found = types.get(TYPE_OF["block"])
    if found is None or board.kind not in found.boards:
        return
    for block in library:
        new = NewNode(found.name, {USES_BOARD[found.name]: block.name}, source=block.source)
        ports = board_ports(block.board)
        yield Offer(block.name, block.summary, found, new, ports, block.group)


def fitting(found: list[Offer], own: Port, output: bool) -> list[Offer]:
    """Those that an output (or input) can be wired to."""
    return [offer for offer in found if first_fit(offer.ports, own, output) is not None]


def ranked(found: list[Offer], query: str) -> list[Offer]:
    """Those that a search finds, best first."""
    by_name, by_words = found_by(found, query)
    return by_name + by_words


def found_by(found: list[Offer], query: str) -> tuple[list[Offer], list[Offer]]:
    """The same in two: those found by their name, and those by what they do, of which the ones of
    everyday use come first. Those alike stay in their order."""
    sought = Query(query)
    places = [(place, offer) for offer in found if (place := sought.place(offer.words)) is not None]
    by_name = sorted((pair for pair in places if pair[0] <= IN_NAME), key=lambda pair: pair[0])
    others = [pair for pair in places if pair[0] > IN_NAME]
    others.sort(key=lambda pair: (pair[0], not pair[1].type.everyday))
    return [offer for _, offer in by_name], [offer for _, offer in others]


def search_order(found: list[Offer]) -> list[Offer]:
    """The same for someone in search of the next layer: the project's own boards first, inputs and
    outputs last, as a board has few of them."""
    usable = [o for o in found if o.stands or o.type.role not in ("block", "network")]
    last = STRUCTURAL - {"block", "network"}
    return sorted(usable, key=lambda o: 0 if o.own else 2 if o.type.role in last else 1)

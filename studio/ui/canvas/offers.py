"""What the search offers: types that belong on the board, and the project's own blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nodes.catalogue import CATEGORIES
from nodes.declare import NodeType, Port
from studio.model.ports import USES_BOARD, Ports, board_ports
from studio.model.project import Board, Project
from studio.ui.canvas.editing import New
from studio.ui.canvas.fitting import first_fit, type_ports


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the search."""

    name: str
    summary: str
    type: NodeType
    new: New
    ports: Ports


def offers(project: Project, board: Board, types: Mapping[str, NodeType]) -> list[Offer]:
    """Everything that may be put on a board."""
    found = [
        Offer(found.name, found.summary, found, New(found.name, {}), type_ports(found))
        for found in types.values()
        if board.kind in found.boards and found.name not in USES_BOARD
    ]
    return [*_boards(project, board, types), *sorted(found, key=_place)]


def _place(offer: Offer) -> int:
    """In the palette's order, but inputs and outputs last: a board has few of them."""
    category = offer.type.category
    known = category in CATEGORIES and category != CATEGORIES[0]
    return CATEGORIES.index(category) if known else len(CATEGORIES)


def _boards(project: Project, board: Board, types: Mapping[str, NodeType]) -> Iterator[Offer]:
    user, kind = ("Network", "network") if board.kind == "training" else ("Block", "block")
    found = types.get(user)
    if found is None or board.kind not in found.boards:
        return
    for other in project.boards.values():
        if other.kind == kind and not _holds(project, other.name, board.name):
            new = New(user, {USES_BOARD[user]: other.name})
            summary = f"{user} of this project: {len(other.nodes)} nodes."
            yield Offer(other.name, summary, found, new, board_ports(other))


def _holds(project: Project, name: str, wanted: str) -> bool:
    """Whether a board is, or holds at any depth, the wanted one."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        at = waiting.pop()
        if at == wanted:
            return True
        if at in seen or at not in project.boards:
            continue
        seen.add(at)
        waiting += [str(n.params.get("block", "")) for n in project.boards[at].of_type("Block")]
    return False


def fitting(found: list[Offer], own: Port, output: bool) -> list[Offer]:
    """Those that an output (or input) can be wired to."""
    return [offer for offer in found if first_fit(offer.ports, own, output) is not None]


def ranked(found: list[Offer], query: str) -> list[Offer]:
    """Those that match a query, best first: by the name's start, its inside, then other words."""
    wanted = query.strip().lower()

    def rank(offer: Offer) -> int:
        name = offer.name.lower()
        if name == wanted:
            return 0
        return 1 if name.startswith(wanted) else 2 if wanted in name else 3

    return sorted((offer for offer in found if _matches(offer, wanted)), key=rank)


def _matches(offer: Offer, wanted: str) -> bool:
    return offer.type.matches(wanted) or all(
        word in f"{offer.name} {offer.summary}".lower() for word in wanted.split()
    )

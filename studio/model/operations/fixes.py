"""Carrying out a fix that an issue offers."""

from __future__ import annotations

from collections.abc import Mapping

from nodes.declare import NodeType
from studio.model.edits import MoveNodes, apply
from studio.model.layout.cards import card_of
from studio.model.layout.spacing import room_for
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal
from studio.model.project import Project
from studio.model.report import Fix

OUT_OF_DATE = "That fix is out of date: the node it was about is gone."


def apply_fix(project: Project, fix: Fix, drawn: DrawnBoard | None = None) -> Edited:
    """Make a fix's edits; a node that they put on a wire of the drawn board gets room. Raises
    Refusal where the fix is out of date."""
    try:
        fixed = apply(project, fix.edits)
    except KeyError as error:
        raise Refusal(OUT_OF_DATE) from error
    if any(
        not {w.source, w.target} <= b.nodes.keys() for b in fixed.boards.values() for w in b.wires
    ):
        raise Refusal(OUT_OF_DATE)
    return Edited(fix.label, fixed if drawn is None else _with_room(drawn, fixed, drawn.types))


def _with_room(drawn: DrawnBoard, after: Project, types: Mapping[str, NodeType]) -> Project:
    """The project with room for the nodes on a wire that the drawn board does not have yet."""
    board = after.boards.get(drawn.name)
    if board is None:
        return after
    for id in board.nodes.keys() - drawn.cards.keys():
        into, out = board.into(id), board.out_of(id)
        if len(into) == len(out) == 1 and {into[0].source, out[0].target} <= drawn.cards.keys():
            card = card_of(after, board, board.nodes[id], types)
            places = room_for(drawn.board, drawn.cards, card, (into[0], out[0]))
            after = MoveNodes(drawn.name, places).apply(after)
    return after

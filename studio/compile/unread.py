"""What a file holds that this version cannot read: it is kept, and told."""

from __future__ import annotations

from collections.abc import Iterator

from studio.model.edits import RemoveUnread
from studio.model.project import Board, Project, Wire
from studio.model.report import Fix, Issue
from studio.model.strict_json import json_line
from studio.model.values import Json

SHOWN = 60
"""Letters of an unknown thing."""


def unread(project: Project) -> Iterator[Issue]:
    """Wires that lead nowhere or say something unknown, and boards of unknown kinds."""
    for board in project.boards.values():
        yield from (_wire(board, wire) for wire in board.unread)
    for name in project.unread:
        text = (
            f"{name} is a board of a kind that this Netloom does not know; it is kept and saved "
            "as it is"
        )
        yield Issue("unknown-board", "warning", text, name)


def _wire(board: Board, entry: Json) -> Issue:
    fix = Fix("Remove the wire", (RemoveUnread(board.name, entry),))
    wire = Wire.read(entry)
    if wire is None:
        shown = json_line(entry)
        shown = shown if len(shown) <= SHOWN else shown[:SHOWN] + "…"
        text = f"{board.name} has a wire that this Netloom cannot read: {shown}"
        return Issue("wire", "error", text, board.name, fixes=(fix,))
    there = {id: id in board.nodes for id in (wire.source, wire.target)}
    missing = " and ".join(f"'{id[:SHOWN]}'" for id, found in there.items() if not found)
    node = next((id for id, found in there.items() if found), "")
    if missing:
        text = f"the wire {str(wire)[: 2 * SHOWN]} names {missing}, and there is no such node"
    else:
        text = f"the wire {wire} was kept aside while its nodes were missing; draw it again"
    return Issue("wire", "error", text, board.name, node, fixes=(fix,))

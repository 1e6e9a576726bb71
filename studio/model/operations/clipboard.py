"""Nodes as text for the clipboard: a project file with one board, read as strictly as any file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from nodes.declare import NodeType
from studio.model.files import FileError
from studio.model.layout.cards import bounds
from studio.model.layout.spacing import STEP, free_place
from studio.model.names import unused
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal, counted
from studio.model.operations.nodes import refuse_strangers
from studio.model.project import Board, Node, Project, Wire
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from studio.model.uids import fresh_uid

LONGEST = 20_000_000
"""Characters; no board is larger."""
NOTHING = "The clipboard holds no Netloom nodes: copy some first."


def to_clipboard(board: Board, ids: Iterable[str]) -> str:
    """Some nodes of a board and the wires between them, as text."""
    wanted = set(ids)
    nodes = {id: node for id, node in board.nodes.items() if id in wanted}
    wires = tuple(w for w in board.wires if w.source in nodes and w.target in nodes)
    part = Board(board.name, board.kind, nodes, wires)
    return to_text(Project({board.name: part}, extra={"clipboard": True}))


def from_clipboard(text: str) -> Board:
    """The nodes in a text. Raises Refusal, and nothing else, whatever the text."""
    if len(text) > LONGEST or '"netloom"' not in text:
        raise Refusal(NOTHING)
    try:
        project = parse(text)
        to_text(project).encode()
    except (FileError, ValueError, RecursionError) as error:
        raise Refusal(f"The clipboard's nodes cannot be pasted: {str(error)[:200]}") from error
    board = next(iter(project.boards.values()), None)
    if board is None or not board.nodes:
        raise Refusal(NOTHING)
    return board


def paste(drawn: DrawnBoard, part: Board, at: tuple[float, float], verb: str = "Paste") -> Edited:
    """Add nodes, their top left corner near a place, under names that are free. Raises Refusal."""
    goal = drawn.board
    wrong = [node for node in part.nodes.values() if not _belongs(node, goal, drawn.types)]
    if wrong:
        raise Refusal(
            f"{wrong[0].type} does not belong on a {goal.kind} board: nothing was pasted."
        )
    names: dict[str, str] = {}
    taken = set(goal.nodes)
    for id in part.nodes:
        names[id] = id if id not in taken else unused(id.rstrip("0123456789") or id, taken)
        taken.add(names[id])
    x, y = free_place(drawn.cards, *at)
    dx = x - min(node.at[0] for node in part.nodes.values())
    dy = y - min(node.at[1] for node in part.nodes.values())
    added = {names[id]: _renamed(node, names, goal, dx, dy) for id, node in part.nodes.items()}
    wires = tuple(
        Wire(names[w.source], w.source_port, names[w.target], w.target_port) for w in part.wires
    )
    edited = replace(goal, nodes={**goal.nodes, **added}, wires=goal.wires + wires)
    return Edited(f"{verb} {counted(added)}", drawn.project.with_board(edited), frozenset(added))


def duplicate(drawn: DrawnBoard, ids: Collection[str]) -> Edited:
    """Add copies of nodes beside them. Raises Refusal."""
    refuse_strangers(drawn.board, ids)
    around = bounds(drawn.cards[id] for id in ids)
    assert around is not None  # there is a node
    part = from_clipboard(to_clipboard(drawn.board, ids))
    return paste(drawn, part, (around[0] + STEP, around[1] + STEP), "Duplicate")


def _belongs(node: Node, board: Board, types: Mapping[str, NodeType]) -> bool:
    found = types.get(node.type)
    return found is None or board.kind in found.boards


def _renamed(node: Node, names: Mapping[str, str], goal: Board, dx: float, dy: float) -> Node:
    uses = node.uses
    if uses is not None:
        uses = names.get(uses) or (uses if uses in goal.nodes else None)
    at = node.at[0] + dx, node.at[1] + dy
    return replace(node, id=names[node.id], at=at, uses=uses, uid=fresh_uid())

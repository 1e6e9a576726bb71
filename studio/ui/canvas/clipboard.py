"""Nodes as text for the clipboard: a project file with one board, read as strictly as any file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from nodes.declare import NodeType
from studio.model.files import FileError
from studio.model.names import unused
from studio.model.project import Board, Node, Project, Wire
from studio.model.project_file import parse, to_text
from studio.ui.canvas.editing import Edited, many

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


def from_clipboard(text: str) -> Board | str:
    """The nodes in a text, or why there are none. Never raises, whatever the text."""
    if len(text) > LONGEST or '"netloom"' not in text:
        return NOTHING
    try:
        project = parse(text)
        to_text(project).encode()
    except (FileError, ValueError, RecursionError) as error:
        return f"The clipboard's nodes cannot be pasted: {str(error)[:200]}"
    board = next(iter(project.boards.values()), None)
    return board if board is not None and board.nodes else NOTHING


def paste(
    project: Project,
    board: str,
    part: Board,
    types: Mapping[str, NodeType],
    at: tuple[float, float],
    label: str = "Paste",
) -> tuple[Edited, frozenset[str]] | str:
    """The project with nodes added, their top left corner at a place, under names that are free;
    with the new names. Or why they cannot be pasted here."""
    goal = project.boards[board]
    wrong = [n for n in part.nodes.values() if not _belongs(n, goal, types)]
    if wrong:
        return f"{wrong[0].type} does not belong on a {goal.kind} board: nothing was pasted."
    names: dict[str, str] = {}
    taken = set(goal.nodes)
    for id in part.nodes:
        names[id] = id if id not in taken else unused(id.rstrip("0123456789") or id, taken)
        taken.add(names[id])
    left = min(node.at[0] for node in part.nodes.values())
    top = min(node.at[1] for node in part.nodes.values())
    dx, dy = at[0] - left, at[1] - top
    added = {names[id]: _renamed(node, names, goal, dx, dy) for id, node in part.nodes.items()}
    wires = tuple(
        Wire(names[w.source], w.source_port, names[w.target], w.target_port) for w in part.wires
    )
    edited = replace(goal, nodes={**goal.nodes, **added}, wires=goal.wires + wires)
    return Edited(f"{label} {many(added)}", project.with_board(edited)), frozenset(added)


def _belongs(node: Node, board: Board, types: Mapping[str, NodeType]) -> bool:
    found = types.get(node.type)
    return found is None or board.kind in found.boards


def _renamed(node: Node, names: Mapping[str, str], goal: Board, dx: float, dy: float) -> Node:
    uses = node.uses
    if uses is not None:
        uses = names.get(uses) or (uses if uses in goal.nodes else None)
    return replace(node, id=names[node.id], at=(node.at[0] + dx, node.at[1] + dy), uses=uses)

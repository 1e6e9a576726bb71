"""Nodes that are on a board already: moving, arranging, renaming, taking out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from studio.model.edits import MoveNodes, RemoveNodes, RenameNode
from studio.model.layout.arrangement import arranged
from studio.model.layout.cards import PortAt
from studio.model.names import problem_with
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal, counted, sentence
from studio.model.ports import refusal
from studio.model.project import Board, Project, Wire


def refuse_strangers(board: Board, ids: Collection[str]) -> None:
    """Raise Refusal where a node is not on the board, or none is named."""
    for id in ids:
        if id not in board.nodes:
            known = ", ".join(board.nodes) or "none yet"
            raise Refusal(f"{board.name} has no node '{id}'; it has: {known}.")
    if not ids:
        raise Refusal("Name a node, or several.")


def move(project: Project, board: str, places: Mapping[str, tuple[float, float]]) -> Edited:
    """Put nodes elsewhere. Raises Refusal."""
    refuse_strangers(project.boards[board], places)
    return Edited(f"Move {counted(places)}", MoveNodes(board, places).apply(project))


def arrange(drawn: DrawnBoard, ids: Collection[str] = ()) -> Edited:
    """Lay out nodes by columns from left to right; all of the board where less than two are
    named."""
    if not drawn.board.nodes:
        raise Refusal(f"{drawn.name} has no nodes to arrange yet.")
    chosen = frozenset(ids) if len(ids) > 1 else frozenset(drawn.board.nodes)
    refuse_strangers(drawn.board, chosen)
    places = arranged(drawn.board, drawn.cards, chosen)
    every = len(chosen) == len(drawn.board.nodes)
    label = "Arrange" if every else f"Arrange {len(chosen)} nodes"
    return Edited(label, MoveNodes(drawn.name, places).apply(drawn.project))


def rename(project: Project, board: str, old: str, new: str) -> Edited:
    """Give a node another name; wires and shared weights follow. Raises Refusal."""
    known = project.boards[board].nodes
    refuse_strangers(project.boards[board], [old])
    problem = problem_with(new)
    if problem is None and new != old and new in known:
        problem = f"'{new}' is the name of another node here: choose another"
    if problem is not None:
        raise Refusal(sentence(problem))
    edited = RenameNode(board, old, new).apply(project)
    return Edited(f"Rename {old} to {new}", edited, frozenset({new}))


def delete(drawn: DrawnBoard, ids: Collection[str], verb: str = "Delete") -> Edited:
    """Take nodes out; what fed one then feeds what it fed, where that fits."""
    refuse_strangers(drawn.board, ids)
    before = set(drawn.board.wires)
    project = RemoveNodes(drawn.name, frozenset(ids), bridge=True).apply(drawn.project)
    board = project.boards[drawn.name]
    kept = tuple(wire for wire in board.wires if wire in before or _fits(drawn, wire))
    project = project.with_board(replace(board, wires=kept))
    return Edited(f"{verb} {counted(ids)}", project, frozenset())


def _fits(drawn: DrawnBoard, wire: Wire) -> bool:
    out = drawn.port(PortAt(wire.source, wire.source_port, True))
    into = drawn.port(PortAt(wire.target, wire.target_port, False))
    return out is not None and into is not None and refusal(out, into) is None

"""Boards of a project: adding, copying, renaming, taking away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nodes.declare import BoardKind, NodeType
from studio.model.edits import AddBoard, RemoveBoard, RenameBoard
from studio.model.names import problem_with_class, unused
from studio.model.operations.edited import Edited, Refusal, sentence
from studio.model.project import Board, Project
from studio.model.templates import training_refusal, with_training

NAMES: Mapping[BoardKind, str] = {"network": "net", "block": "block", "training": "training"}
"""What the first board of a kind is called."""


def refuse_board_name(project: Project, name: str, old: str = "") -> None:
    """Raise Refusal where a board, called `old` so far, cannot have a name; empty: no name."""
    problem = problem_with_class(name) if name else None
    if problem is None and name != old and name in project.boards:
        problem = f"there is a board named '{name}' already: choose another name"
    if problem is None and name in project.unread:
        problem = f"'{name}' is a board of a kind that is not known here: choose another name"
    if problem is None and name != old and name in project.instances:
        problem = f"there are weights '{name}' on a training board: choose another name"
    if problem is not None:
        raise Refusal(sentence(problem))


def _refuse_stranger(project: Project, name: str) -> None:
    if name not in project.boards:
        known = ", ".join(project.boards) or "none yet"
        raise Refusal(f"There is no board '{name}'; there are: {known}.")


def add_board(project: Project, kind: BoardKind, name: str = "") -> tuple[Edited, str]:
    """Add an empty board, called `name` or by a name that is free; with that name. Raises
    Refusal."""
    refuse_board_name(project, name)
    name = name or unused(NAMES[kind], project.names)
    return Edited(f"Add {kind} {name}", AddBoard(Board(name, kind)).apply(project)), name


def duplicate_board(project: Project, name: str) -> tuple[Edited, str]:
    """Add a copy of a board; with its name. Raises Refusal."""
    _refuse_stranger(project, name)
    copy = unused(f"{name}_copy", project.names)
    edited = AddBoard(replace(project.boards[name], name=copy)).apply(project)
    return Edited(f"Duplicate {name}", edited), copy


def delete_board(project: Project, name: str) -> Edited:
    """Take a board away. Raises Refusal."""
    _refuse_stranger(project, name)
    return Edited(f"Delete board {name}", RemoveBoard(name).apply(project))


def rename_board(project: Project, old: str, new: str) -> Edited:
    """Give a board another name; nodes that stand for it follow. Raises Refusal."""
    _refuse_stranger(project, old)
    if not new:
        raise Refusal("A board needs a name.")
    refuse_board_name(project, new, old)
    return Edited(f"Rename {old} to {new}", RenameBoard(old, new).apply(project))


def add_training(project: Project, types: Mapping[str, NodeType]) -> Edited:
    """Add a board that trains the first network to tell classes apart. Raises Refusal."""
    problem = training_refusal(project, types)
    if problem is not None:
        raise Refusal(problem)
    return Edited("Add a training board", with_training(project, types))

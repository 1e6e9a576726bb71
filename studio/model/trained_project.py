"""What of a project decides how a run goes on."""

from __future__ import annotations

from dataclasses import replace

from studio.model.project import Board, Project


def trains_alike(one: Project, other: Project) -> bool:
    """Whether two projects differ in nothing that a run is made of: not in their boards, but for
    where things stand and what is noted beside, nor in variables and settings, but for epochs."""
    return _trained(one) == _trained(other)


def _trained(project: Project) -> Project:
    boards = {name: _bare(board) for name, board in project.boards.items()}
    settings = replace(project.settings, epochs=1)
    return Project(boards, settings, variables=project.variables)


def _bare(board: Board) -> Board:
    nodes = {id: replace(node, at=(0.0, 0.0), extra={}) for id, node in board.nodes.items()}
    return replace(board, nodes=nodes, extra={}, notes=(), frames=(), unread=())

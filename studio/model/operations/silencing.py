"""Advice that a person has weighed and does not want to be told again of a node."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from studio.model.edits import AddNode
from studio.model.operations.edited import Edited, Refusal
from studio.model.project import Node, Project
from studio.model.report import Issue


def silence(project: Project, board: str, id: str, codes: Collection[str]) -> Edited:
    """Tell these warnings of a node no more. Raises Refusal where the node is gone."""
    node = _node(project, board, id)
    silent = tuple(dict.fromkeys([*node.silent, *sorted(codes)]))
    told = ", ".join(map(words, sorted(codes)))
    return Edited(f"Silence “{told}” at {id}", _with(project, board, node, silent))


def tell_again(project: Project, board: str, id: str, codes: Collection[str] = ()) -> Edited:
    """Tell them again; all that are silent where none are named. Raises Refusal where the node is
    gone or tells all there is."""
    node = _node(project, board, id)
    wanted = set(codes) or set(node.silent)
    if not wanted & set(node.silent):
        silent = ", ".join(node.silent) or "nothing"
        what = f"not {', '.join(sorted(codes))}, but {silent}" if codes else "nothing"
        raise Refusal(f"{id} keeps silent of {what}.")
    left = tuple(code for code in node.silent if code not in wanted)
    told = ", ".join(map(words, sorted(wanted & set(node.silent))))
    return Edited(f"Tell “{told}” of {id} again", _with(project, board, node, left))


def tell_all_again(project: Project, issues: Iterable[Issue]) -> Edited:
    """Tell all of these again, wherever they were silenced."""
    for issue in issues:
        for board, id in issue.places:
            node = project.boards[board].nodes.get(id) if board in project.boards else None
            if node is not None and issue.code in node.silent:
                project = tell_again(project, board, id, [issue.code]).project
    return Edited("Tell silenced warnings again", project)


def words(code: str) -> str:
    """The code of a warning as a menu says it."""
    return code.replace("-", " ")


def is_silenced(project: Project, issue: Issue) -> bool:
    """Whether one of the nodes that a warning is about is silent of it."""
    if issue.severity != "warning":
        return False
    places = (
        project.boards[board].nodes.get(id) for board, id in issue.places if board in project.boards
    )
    return any(node is not None and issue.code in node.silent for node in places)


def _node(project: Project, board: str, id: str) -> Node:
    found = project.boards.get(board)
    node = found.nodes.get(id) if found is not None else None
    if node is None:
        raise Refusal(f"There is no node '{id}' on '{board}' any more.")
    return node


def _with(project: Project, board: str, node: Node, silent: tuple[str, ...]) -> Project:
    extra = {name: value for name, value in node.extra.items() if name != "silent"}
    return AddNode(board, replace(node, silent=silent, extra=extra)).apply(project)

"""Which networks an update trains, and what is wrong where nothing is trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nodes.declare import NodeType
from studio.model.edits import RemoveBoard
from studio.model.project import Board, Node, Project
from studio.model.report import Fix, Issue


def named(update: Node) -> list[str]:
    """Nodes that an update asks to train; none: all live ones that its loss reaches."""
    names = (name.strip() for name in str(update.params.get("networks", "")).split(","))
    return [name for name in names if name]


def trained(board: Board, update: Node) -> list[str]:
    """Names of the networks that an update trains."""
    before, wanted = board.before(update.id), named(update)
    found = [
        node.stands_for
        for node in board.of_type("Network")
        if node.id in before
        and node.params.get("state", "live") == "live"
        and (not wanted or node.id in wanted)
    ]
    return list(dict.fromkeys(found))


def idle(board: Board, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Updates that name a network which is not there, or that train nothing."""
    networks = {node.id for node in board.of_type("Network")}
    for node in board.nodes.values():
        if node.type not in types or types[node.type].category != "Update":
            continue
        unknown = [name for name in named(node) if name not in networks]
        if unknown:
            text = f"{node.id}: there is no Network node called {unknown[0]} to train"
        elif board.into(node.id) and not trained(board, node):
            text = f"{node.id} trains nothing: its loss comes from no live network"
        else:
            continue
        yield Issue("idle-update", "error", text, board.name, node.id)


def left_out(project: Project) -> Iterator[Issue]:
    """Training boards besides the one that is trained."""
    for board in project.of_kind("training")[1:]:
        first = project.of_kind("training")[0]
        text = (
            f"{board.name} is not trained: only {first.name} is, the first of the training boards"
        )
        fix = Fix(f"Remove {board.name}", (RemoveBoard(board.name),))
        yield Issue("second-training", "warning", text, board.name, fixes=(fix,))

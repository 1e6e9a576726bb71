"""Which networks an update trains, what is wrong where nothing is trained, or whose weights are
unclear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nodes.declare import NodeType
from studio.model.edits import RemoveBoard, SetParam
from studio.model.names import unused
from studio.model.project import INSTANCE, Board, Node, Project
from studio.model.report import Fix, Issue
from studio.model.roles import with_role


def trained(board: Board, update: Node) -> list[str]:
    """Names of the networks that an update trains."""
    before, wanted = board.before(update.id), update.trained
    found = [
        node.stands_for
        for node in board.networks
        if node.id in before
        and node.params.get("state", "live") == "live"
        and (not wanted or node.instance in wanted)
    ]
    return list(dict.fromkeys(found))


def idle(board: Board, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Updates that name weights which are not there, or that train nothing."""
    instances = list(dict.fromkeys(node.instance for node in board.networks))
    for node in with_role(board, types, "update"):
        unknown = [name for name in node.trained if name not in instances]
        if unknown:
            known = ", ".join(filter(None, instances)) or "none yet"
            text = f"{node.id} is to train '{unknown[0]}', but the weights here are: {known}"
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


def disputed(project: Project) -> Iterator[Issue]:
    """Nodes that give the weights of one network to another."""
    for board in project.of_kind("training"):
        for node in board.networks:
            name, network = node.instance, node.stands_for
            owner = project.instances.get(name, network)
            if owner == network or network not in project.boards:
                continue
            other = unused(f"{network.lower()}_{name}", {*project.instances, *project.boards})
            fixes = (
                Fix(f"Use {network}'s own weights", (SetParam(board.name, node.id, INSTANCE, ""),)),
                Fix(f"Call them {other}", (SetParam(board.name, node.id, INSTANCE, other),)),
            )
            text = f"{node.id} stands for {network}, but the weights '{name}' are those of {owner}"
            yield Issue("instance", "error", text, board.name, node.id, fixes=fixes)

"""What is wrong with who trains what: updates, sets of weights, what is watched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.update_targets import followed, loss_of, owned, turns
from studio.model.edits import SetParam
from studio.model.names import unused
from studio.model.project import FOLLOWS, INSTANCE, Board, Project
from studio.model.report import Fix, Issue
from studio.model.roles import with_role
from studio.model.settings import LAST
from studio.model.value_names import watched_names


def idle(flow: BoardFlow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Updates that name weights which are not there or not reached, or that train nothing."""
    board, every = flow.board, owned(flow, types)
    instances = list(dict.fromkeys(node.instance for node in board.networks))
    for update in with_role(board, types, "update"):
        found = every[update.id]
        unknown = [name for name in update.trained if name not in instances]
        missed = [name for name in update.trained if name not in found.networks]
        if unknown:
            known = ", ".join(filter(None, instances)) or "none yet"
            text = f"{update.id} is to train '{unknown[0]}', but the weights here are: {known}"
        elif loss_of(board, update) not in flow.outcomes:
            continue
        elif missed:
            text = (
                f"{update.id} is to train {missed[0]}, but its loss goes back to no weights of it"
            )
        elif not found.networks and not found.layers:
            text = f"{update.id} trains nothing: its loss comes from no live network"
        else:
            continue
        yield Issue("idle-update", "error", text, board.name, update.id)


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


def rivals(flow: BoardFlow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Updates that would mix their gradients: they own the same weights, and gather for them at the
    same time."""
    for one, other in combinations(turns(flow, types), 2):
        together = one.group is not None and one.group == other.group
        gathers = one.accumulate > 1 or other.accumulate > 1
        shared = sorted(one.owns & other.owns)
        if shared and (together or gathers):
            what = shared[0].partition(" ")[2]
            why = "in the same turn" if together else "while one of them gathers gradients"
            text = (
                f"{one.name} and {other.name} both train {what} {why}; "
                "name in 'networks' what each trains"
            )
            yield Issue("rivals", "error", text, flow.board.name, other.name, other=one.name)


def misled(project: Project, flow: BoardFlow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Networks that follow what they cannot."""
    board, followers = flow.board, followed(flow.board)
    trained = {name for mine in owned(flow, types).values() for name in mine.networks}
    for node in followers.values():
        name = str(node.params[FOLLOWS])
        network = project.instances.get(name)
        if network is None:
            known = ", ".join(project.instances) or "none yet"
            text = f"{node.id} follows '{name}', but the weights here are: {known}"
        elif name == node.instance:
            text = f"{node.id} follows itself: call its own weights otherwise, by 'instance'"
        elif network != node.stands_for:
            text = f"{node.id} is a {node.stands_for} and cannot follow {name}, a {network}"
        elif name not in trained:
            text = f"{node.id} follows {name}, which no update of {board.name} trains"
        else:
            continue
        fix = Fix("Let it follow none", (SetParam(board.name, node.id, FOLLOWS, ""),))
        yield Issue("follows", "error", text, board.name, node.id, fixes=(fix,))


def unwatched(project: Project, board: Board, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """A value that is to choose the best weights, where the board has none of that name."""
    watched = project.settings_of(board).watch
    known = watched_names(board, types)
    if watched not in ("", LAST, *known):
        choices = ", ".join([*known, LAST])
        text = f"{board.name} has no value '{watched[:60]}' to watch; choose among {choices}"
        yield Issue("watch", "error", text, board.name)

"""What the values of a run are called: a role, and the node on the training board that has it.

`loss/update` is the loss that the update named `update` follows, `rate/update` its learning rate,
`metric/accuracy` the metric node of that name. So a node's name can be any. In a run of several
stages that of the stage stands before the node's: `loss/Study.update`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from nodes.declare import NodeType, Role
from studio.model.project import Board, Project
from studio.model.roles import with_role
from studio.model.settings import LAST

LOSS, METRIC, RATE = "loss/", "metric/", "rate/"

WORDS = {LOSS: "loss", RATE: "learning rate"}

OF_ROLE: Mapping[Role, tuple[str, ...]] = {"update": (LOSS, RATE), "metric": (METRIC,)}
"""What values nodes of a role have."""

USUAL_UPDATE = "update"
"""The one whose values older runs did not name."""


def role(name: str) -> str:
    """What a value is: LOSS, METRIC or RATE; empty where it is none of these."""
    return next((role for role in (LOSS, METRIC, RATE) if name.startswith(role)), "")


def in_order(names: Iterable[str]) -> list[str]:
    """Losses first, then metrics, learning rates last, each once, and otherwise as they come."""
    roles = (LOSS, METRIC, RATE, "")
    return sorted(dict.fromkeys(names), key=lambda name: roles.index(role(name)))


def place(name: str) -> tuple[str, str]:
    """Stage and node of a value; no stage where its run has one alone."""
    stage, _, node = name.removeprefix(role(name)).rpartition(".")
    return stage, node


def value_names(project: Project, types: Mapping[str, NodeType]) -> list[str]:
    """What the values of a run of this project will be called, stage by stage."""
    several, found = len(project.stages) > 1, list[str]()
    for board in project.stages:
        before = f"{board.name}." if several else ""
        for kind, values in OF_ROLE.items():
            for node in with_role(board, types, kind):
                found += [f"{value}{before}{node.id}" for value in values]
    return found


def watched_names(board: Board, types: Mapping[str, NodeType]) -> list[str]:
    """What a training board's own settings may watch: its losses, then its metrics."""
    found = [f"{LOSS}{node.id}" for node in with_role(board, types, "update")]
    return found + [f"{METRIC}{node.id}" for node in with_role(board, types, "metric")]


def watch_choices(boards: Iterable[Board], types: Mapping[str, NodeType]) -> dict[str, str]:
    """All that these training boards may watch, and how people are told it."""
    found = [name for board in boards for name in watched_names(board, types)]
    return {"": "automatic", **labels(found), LAST: "the last weights"}


def labels(names: Iterable[str]) -> dict[str, str]:
    """How people are told each of these names: in short where that is enough.

    The loss of the only update is "loss", of one among several "generator loss"; a metric goes by
    its own name. Where there are values of several stages, theirs comes first: "Study loss". What
    two would share goes to one that is no metric; the others are told in longer words.
    """
    names = list(dict.fromkeys(names))
    stages = {place(name)[0] for name in names}
    alone = Counter((role(name), place(name)[0]) for name in names)
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda name: role(name) == METRIC):
        own, (stage, node) = role(name), place(name)
        words = [stage] if len(stages) > 1 and stage else []
        if own not in WORDS or alone[own, stage] > 1:
            words.append(node.replace("_", " "))
        if own in WORDS:
            words.append(WORDS[own])
        short = " ".join(words)
        longer = (short, f"{short} (metric)" if own == METRIC else short, name)
        found[name] = next(label for label in longer if label not in found.values())
    return {name: found[name] for name in names}


def upgraded(values: Mapping[str, float]) -> dict[str, float]:
    """Values as runs before names with roles wrote them, by their names of today.

    Those had "loss" and "learning_rate" for an only update, and the names of several updates and
    of metrics as they were; what is told from metrics by a learning rate beside it is a loss.
    """
    rates = {n.removesuffix("_learning_rate") for n in values if n.endswith("_learning_rate")}
    found = {}
    for name, value in values.items():
        update = name.removesuffix("_learning_rate")
        if role(name):
            found[name] = value
        elif name == "learning_rate":
            found[RATE + USUAL_UPDATE] = value
        elif update != name:
            found[RATE + update] = value
        elif name == "loss":
            found[LOSS + USUAL_UPDATE] = value
        else:
            found[(LOSS if name in rates else METRIC) + name] = value
    return found

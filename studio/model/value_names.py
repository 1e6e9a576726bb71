"""What the values of a run are called: a role, and the node on the training board that has it.

`loss/update` is the loss that the update named `update` follows, `rate/update` its learning rate,
`metric/accuracy` the metric node of that name. So a node's name can be any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

LOSS, METRIC, RATE = "loss/", "metric/", "rate/"

WORDS = {LOSS: "loss", RATE: "learning rate"}

USUAL_UPDATE = "update"
"""The one whose values older runs did not name."""


def role(name: str) -> str:
    """What a value is: LOSS, METRIC or RATE; empty where it is none of these."""
    return next((role for role in (LOSS, METRIC, RATE) if name.startswith(role)), "")


def in_order(names: Iterable[str]) -> list[str]:
    """Losses first, then metrics, learning rates last, each once."""
    roles = (LOSS, METRIC, RATE, "")
    return sorted(set(names), key=lambda name: (roles.index(role(name)), name))


def labels(names: Iterable[str]) -> dict[str, str]:
    """How people are told each of these names: in short where that is enough.

    The loss of the only update is "loss", of one among several "generator loss"; a metric goes by
    its own name, unless that is already what something else is called.
    """
    names = list(dict.fromkeys(names))
    roles = Counter(role(name) for name in names)
    found = {}
    for name in names:
        own, node = role(name), name.removeprefix(role(name)).replace("_", " ")
        if own in WORDS:
            found[name] = WORDS[own] if roles[own] == 1 else f"{node} {WORDS[own]}"
        else:
            found[name] = node
    taken = {label for name, label in found.items() if role(name) != METRIC}
    return {
        name: f"{label} (metric)" if role(name) == METRIC and label in taken else label
        for name, label in found.items()
    }


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

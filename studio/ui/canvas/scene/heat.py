"""How hot the nodes of a board are, by one measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.model.analysis import NodeCosts
from studio.model.measures import Measure


@dataclass(frozen=True)
class Heat:
    """By `measure`, as shares of what the hottest node has."""

    measure: Measure
    most: float
    shares: Mapping[str, float]
    words: Mapping[str, str]
    """Of nodes that have any."""


def heat_of(measure: Measure, nodes: Mapping[str, NodeCosts]) -> Heat:
    """What a board's nodes are coloured by."""
    known = {id: value for id, costs in nodes.items() if (value := measure.of(costs)) is not None}
    most = max(known.values(), default=0)
    return Heat(
        measure,
        most,
        {id: value / most if most else 0.0 for id, value in known.items()},
        {id: measure.told(nodes[id]) for id, value in known.items() if value},
    )

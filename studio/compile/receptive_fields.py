"""How much of a network's inputs each node sees: what its nodes take, composed along its boards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import TypeAlias

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.flows import SHARED, Flow
from studio.compile.live_bytes import Place
from studio.compile.node_reach import (
    Everything,
    NodeReach,
    Reach,
    Scattered,
    SlidingWindow,
)
from studio.compile.node_shapes import Remembered
from studio.compile.sizes import Rule, typical
from studio.model.analysis import ReceptiveField
from studio.model.ports import with_ports

Axis: TypeAlias = tuple[str, int]
"""An input of the network, and an axis of it."""

MOST_NODES = 20_000
"""Nodes that are visited at most, copies of blocks counted."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What values see along one axis of an input: from `low` to `high` for the first of them, and
    `jump` further on for each next one. They lie along `carrier`; None where every value sees the
    same, all there is. They are `count` many, together with others, where they are `scattered`."""

    low: Fraction
    high: Fraction
    jump: Fraction
    carrier: int | None
    scattered: bool = False
    count: int = 1

    @property
    def extent(self) -> int:
        """Positions from the first to the last."""
        return floor(self.high - self.low) + 1


Seen: TypeAlias = Mapping[Axis, Spread | None]
"""What values of a flow see along each axis; None where that cannot be told."""


class ReceptiveFields:
    """Follows what is seen through a network."""

    def __init__(self, types: Mapping[str, NodeType], reach: NodeReach, memory: Remembered) -> None:
        self._types, self._reach, self._memory = types, reach, memory

    def of(
        self, network: BoardFlow, urgent: Callable[[], bool] = lambda: False
    ) -> Mapping[Place, ReceptiveField]:
        """By board and node. Where a node runs several times, that of the time it sees most.
        Raises GivenUp where something is urgent."""
        given = {
            node.id: _own(node.id, network.outcomes[node.id].outputs["output"])
            for node in network.board.inputs
            if node.id in network.outcomes and not network.outcomes[node.id].failed
        }
        walk = _Walk(self._types, self._reach, self._memory, urgent)
        walk.through(network, given)
        features = _features(walk.visited)
        found: dict[Place, ReceptiveField] = {}
        for place, seen in walk.visited:
            field = _field(seen, features)
            if field is not None and (place not in found or field.size > found[place].size):
                found[place] = field
        return found


class _Walk:
    def __init__(
        self,
        types: Mapping[str, NodeType],
        reach: NodeReach,
        memory: Remembered,
        urgent: Callable[[], bool],
    ) -> None:
        self._types, self._reach, self._memory = types, reach, memory
        self._urgent = urgent
        self.visited: list[tuple[Place, Seen]] = []

    def through(self, flow: BoardFlow, given: Mapping[str, Seen]) -> Mapping[str, Seen]:
        """What reaches the Output nodes of a board, given what its Input nodes are given."""
        after: dict[tuple[str, str], Seen] = {}
        for id, outcome in flow.outcomes.items():
            if outcome.failed or len(self.visited) > MOST_NODES:
                continue
            node = flow.board.nodes[id]
            wires: dict[str, list[Seen]] = defaultdict(list)
            for wire in flow.structure.into[id]:
                wires[wire.target_port].append(after.get((wire.source, wire.source_port), {}))
            if node.role == "input":
                gives: Mapping[str, Seen] = {"output": given.get(id, {})}
            elif node.role == "output":
                gives = {"": wires["input"][0]}
            elif id in flow.children:
                gives = self._copies(flow, id, {port: seen[0] for port, seen in wires.items()})
            else:
                gives = self._node(flow, id, wires)
            after |= {(id, port): seen for port, seen in gives.items()}
            if gives:
                self.visited.append(((flow.board.name, id), next(iter(gives.values()))))
        return {
            node.id: after[node.id, ""] for node in flow.board.outputs if (node.id, "") in after
        }

    def _copies(self, flow: BoardFlow, id: str, given: Mapping[str, Seen]) -> Mapping[str, Seen]:
        if flow.board.nodes[id].scans:  # what is carried on sees more at each step
            unclear = {axis: None for seen in given.values() for axis in seen}
            return dict.fromkeys(flow.outcomes[id].outputs, unclear)
        gives: Mapping[str, Seen] = {}
        for child in (c for c, times in flow.inside(id) for _ in range(times)):
            gives = self.through(child, given)
            if len(gives) == len(given) == 1:
                given = dict(zip(given, gives.values(), strict=True))
        return gives

    def _node(
        self, flow: BoardFlow, id: str, wires: Mapping[str, list[Seen]]
    ) -> Mapping[str, Seen]:
        node, inputs = flow.board.nodes[id], flow.inputs[id]
        if not any(seen for some in wires.values() for seen in some):
            return {}
        self._memory.place = (flow.board.name, id)
        node_type = with_ports(self._types[node.type], node.params)
        reaches = self._reach.of(node_type, flow.values[id], inputs, flow.shared[id], self._urgent)
        found: dict[str, Seen] = {}
        for out in flow.outcomes[id].outputs:
            parts: dict[Axis, list[Spread | None]] = defaultdict(list)
            for port, some in wires.items():
                for number, seen in enumerate(some):
                    taken = {
                        axis: reach
                        for (p, w, axis, o), reach in reaches.items()
                        if (p, w, o) == (port, number, out)
                    }
                    for axis, spread in seen.items():
                        if taken:
                            part = _taken(spread, taken, inputs[port][number])
                            parts[axis] += part
            found[out] = {axis: _union(some) for axis, some in parts.items() if some}
        return found


def _own(id: str, flow: Flow) -> Seen:
    """What an Input node's own values see: themselves."""
    first = flow.sizes[0] if flow.sizes else None
    if not isinstance(first, Rule) or first.alone is None or first.alone.name != SHARED:
        return {}
    zero, one = Fraction(0), Fraction(1)
    return {
        (id, axis): Spread(zero, zero, one, axis, count=typical(size))
        for axis, size in enumerate(flow.sizes)
        if axis
    }


def _taken(spread: Spread | None, taken: Mapping[int, Reach], flow: Flow) -> list[Spread | None]:
    """What the outputs of a node see, which take this of a flow; nothing where they take none."""
    if spread is None or spread.carrier is None:
        return [spread]
    reach = taken.get(spread.carrier)
    if reach is None:
        return []
    count = spread.count if spread.scattered else typical(flow.sizes[spread.carrier])
    match reach:
        case Everything():
            whole = spread.high + (count - 1) * spread.jump
            return [replace(spread, high=whole, jump=Fraction(0), carrier=None)]
        case Scattered(axis):
            return [replace(spread, carrier=axis, scattered=True, count=count)]
        case SlidingWindow(axis, 1, stride, offset) if (
            spread.scattered and stride == 1 and not offset
        ):
            return [replace(spread, carrier=axis)]
        case SlidingWindow(axis, extent, stride, offset) if not spread.scattered:
            return [
                Spread(
                    spread.low + offset * spread.jump,
                    spread.high + (offset + extent - 1) * spread.jump,
                    spread.jump * stride,
                    axis,
                )
            ]
    return [None]


def _union(parts: Iterable[Spread | None]) -> Spread | None:
    """What is seen by way of several wires."""
    known = [part for part in parts if part is not None]
    every = list(parts)
    if len(known) < len(every):
        return None
    low, high = min(p.low for p in known), max(p.high for p in known)
    whole = next((part for part in known if part.carrier is None), None)
    if whole is not None:
        return replace(whole, low=low, high=high)
    first = known[0]
    for part in known[1:]:
        if (part.carrier, part.jump, part.scattered) != (
            first.carrier,
            first.jump,
            first.scattered,
        ):
            return None
    return replace(first, low=low, high=high)


def _features(visited: Iterable[tuple[Place, Seen]]) -> frozenset[Axis]:
    """Axes whose positions are all seen as soon as anything is mixed, such as channels, where there
    are others of the same input that are not."""
    found: set[Axis] = set()
    done: set[str] = set()
    for _, seen in visited:
        by_input: dict[str, dict[int, Spread | None]] = defaultdict(dict)
        for (input, axis), spread in seen.items():
            by_input[input][axis] = spread
        for input, axes in by_input.items():
            mixed = {a for a, s in axes.items() if s is not None and s.carrier is None}
            if input not in done and mixed:
                done.add(input)
                if len(mixed) < len(axes):
                    found |= {(input, axis) for axis in mixed}
    return frozenset(found)


def _field(seen: Seen, features: frozenset[Axis]) -> ReceptiveField | None:
    """What is seen of the first input of which anything is."""
    if not seen:
        return None
    first = next(iter(seen))[0]
    axes = [(a, s) for a, s in seen.items() if a[0] == first and a not in features]
    if any(spread is None for _, spread in axes):
        return ReceptiveField(())
    known = [spread for _, spread in axes if spread is not None]
    whole = all(spread.carrier is None for spread in known)
    return ReceptiveField(tuple(spread.extent for spread in known), whole)

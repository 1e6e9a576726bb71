"""Which column a node stands in, and in which order the nodes of a column stand.

Layered drawing after Sugiyama (1981): a node's column is one past the last that feeds it; wires
that pass columns get places there too, so that they count in the order; then columns are sorted by
the middle of what they are wired to, there and back, and the order with fewest crossings is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SWEEPS = 6
"""Times the order is improved, there and back."""
BENDS = 6
"""Long wires are followed through the columns while there are at most this many places for them
for each node."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A wire between two nodes, by number, and where its ports are below their nodes' tops."""

    source: int
    target: int
    out: float = 0.0
    into: float = 0.0
    weight: int = 8


@dataclass
class Columns:
    """Nodes by column, in order from the top. Numbers from `real` on are places that are kept
    free for wires passing through."""

    real: int
    columns: list[list[int]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


def components(count: int, edges: Sequence[Edge]) -> list[list[int]]:
    """Groups of nodes that are connected, in the order of their first node."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for edge in edges:
        a, b = find(edge.source), find(edge.target)
        root[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for node in range(count):
        groups.setdefault(find(node), []).append(node)
    return list(groups.values())


def without_circles(count: int, edges: Sequence[Edge]) -> list[Edge]:
    """The edges less those that lead back, so that columns can be counted."""
    after: list[list[int]] = [[] for _ in range(count)]
    for number, edge in enumerate(edges):
        after[edge.source].append(number)
    state, back = [0] * count, set()
    for start in range(count):
        stack = [(start, 0)] if not state[start] else []
        state[start] = state[start] or 1
        while stack:
            node, place = stack.pop()
            if place == len(after[node]):
                state[node] = 2
                continue
            stack.append((node, place + 1))
            number = after[node][place]
            target = edges[number].target
            if state[target] == 1:
                back.add(number)
            elif state[target] == 0:
                state[target] = 1
                stack.append((target, 0))
    return [edge for number, edge in enumerate(edges) if number not in back]


def ranks(count: int, edges: Sequence[Edge]) -> list[int]:
    """The column of each node: one past the last that feeds it; what is fed by nothing stands
    right before what it feeds."""
    after: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for edge in edges:
        after[edge.source].append(edge.target)
        waiting[edge.target] += 1
    fed = [bool(number) for number in waiting]
    rank = [0] * count
    ready = [node for node in range(count) if not waiting[node]]
    for node in ready:
        for target in after[node]:
            rank[target] = max(rank[target], rank[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for node in range(count):
        if not fed[node] and after[node]:
            rank[node] = min(rank[target] for target in after[node]) - 1
    return rank


def columns(count: int, edges: Sequence[Edge]) -> Columns:
    """Columns in a good order. `edges` hold no circle."""
    rank = ranks(count, edges)
    made = _with_bends(count, edges, rank)
    feeds: dict[int, list[Edge]] = {}
    fed: dict[int, list[Edge]] = {}
    for edge in made.edges:
        feeds.setdefault(edge.target, []).append(edge)
        fed.setdefault(edge.source, []).append(edge)
    best, fewest = made.columns, _crossings(made)
    for _ in range(SWEEPS):
        if not fewest:
            break
        _sweep(made.columns, feeds, forward=True)
        _sweep(made.columns[::-1], fed, forward=False)
        crossings = _crossings(made)
        if crossings < fewest:
            best, fewest = [list(column) for column in made.columns], crossings
    made.columns = best
    return made


def _with_bends(count: int, edges: Sequence[Edge], rank: Sequence[int]) -> Columns:
    """Long edges cut into one piece a column; pieces from one port are shared."""
    depth = max(rank, default=0) + 1
    made = Columns(count, [[] for _ in range(depth)])
    length = sum(rank[edge.target] - rank[edge.source] - 1 for edge in edges)
    bends: dict[tuple[int, float, int], int] = {}
    for edge in edges:
        span = rank[edge.target] - rank[edge.source]
        if span < 2:
            made.edges.append(edge)
        elif length <= BENDS * count + 2000:
            last, out = edge.source, edge.out
            for column in range(rank[edge.source] + 1, rank[edge.target]):
                key = (edge.source, edge.out, column)
                if key not in bends:
                    bends[key] = count + len(bends)
                    made.columns[column].append(bends[key])
                    made.edges.append(Edge(last, bends[key], out, 0.0, 2))
                last, out = bends[key], 0.0
            made.edges.append(Edge(last, edge.target, 0.0, edge.into, 2))
    for node in range(count):
        made.columns[rank[node]].append(node)
    return made


def _sweep(ordered: Iterable[list[int]], beside: dict[int, list[Edge]], forward: bool) -> None:
    """Order each column by the middle of what its nodes are wired to in the one before."""
    place: dict[int, float] = {}
    for column in ordered:
        middles = {}
        for number, node in enumerate(column):
            edges = beside.get(node, ())
            if not edges:
                middles[node] = float(number)
            elif forward:
                middles[node] = sum(place.get(e.source, 0) + e.out / 1e4 for e in edges) / len(
                    edges
                )
            else:
                middles[node] = sum(place.get(e.target, 0) + e.into / 1e4 for e in edges) / len(
                    edges
                )
        column.sort(key=middles.__getitem__)
        place = {node: float(number) for number, node in enumerate(column)}


def _crossings(made: Columns) -> int:
    """How many pairs of edges between neighbouring columns cross."""
    place = {node: (c, i) for c, column in enumerate(made.columns) for i, node in enumerate(column)}
    between: dict[int, list[tuple[float, float]]] = {}
    for edge in made.edges:
        column, start = place[edge.source]
        end = place[edge.target][1]
        between.setdefault(column, []).append((start + edge.out / 1e4, end + edge.into / 1e4))
    total = 0
    for ends in between.values():
        ends.sort()
        total += _inversions([end for _, end in ends])
    return total


def _inversions(values: Sequence[float]) -> int:
    """Pairs in the wrong order."""
    order = {value: i + 1 for i, value in enumerate(sorted(set(values)))}
    tree = [0] * (len(order) + 1)
    total = 0
    for seen, value in enumerate(values):
        at, below = order[value], 0
        while at:
            below += tree[at]
            at &= at - 1
        total += seen - below
        at = order[value]
        while at < len(tree):
            tree[at] += 1
            at += at & -at
    return total

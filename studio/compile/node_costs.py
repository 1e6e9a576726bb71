"""How often nodes run, what they own and compute: counted along the flows of a project."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import networkx as nx

from studio.compile.board_flow import BoardFlow, nesting
from studio.compile.checking import Checking
from studio.model.analysis import NodeCosts


def counted(checking: Checking) -> Mapping[str, Mapping[str, NodeCosts]]:
    """By board and node. Networks and training boards count by themselves; nodes of a block count
    wherever networks use it, with all copies, and by themselves where none does."""
    found: dict[str, dict[str, NodeCosts]] = defaultdict(dict)
    flows = checking.flows.values()
    used = _used([flow for flow in flows if flow.board.kind == "network"])
    seen = {flow.board.name for flow in used}
    for flow in flows:
        if flow.board.name not in seen or flow.board.kind != "block":
            used[flow] = (1, 1)
    for flow, (runs, owned) in used.items():
        costs = found[flow.board.name]
        for id, each in _costs(flow, runs, owned):
            costs[id] = _sum(costs.get(id), each)
    return found


def _used(networks: list[BoardFlow]) -> dict[BoardFlow, tuple[int, int]]:
    """How often the flows of blocks run in these networks, and how many copies own weights."""
    graph = nesting(networks)
    runs: Counter[BoardFlow] = Counter(networks)
    owned: Counter[BoardFlow] = Counter(networks)
    for flow in nx.topological_sort(graph):
        for id in flow.children:
            node = flow.board.nodes[id]
            alone = flow.values[id].get("tied") or node.scans
            for child, copies in flow.inside(id):
                runs[child] += runs[flow] * copies
                if node.uses is None:
                    owned[child] += owned[flow] * (1 if alone else copies)
    return {flow: (runs[flow], owned[flow]) for flow in graph}


def _costs(flow: BoardFlow, runs: int, owned: int) -> Iterator[tuple[str, NodeCosts]]:
    for id, outcome in flow.outcomes.items():
        times = runs * flow.copies(id) if id in flow.children else runs
        operations = runs * flow.multiply_adds_of(id)
        yield id, NodeCosts(times, owned * outcome.parameters, operations)


def _sum(one: NodeCosts | None, other: NodeCosts) -> NodeCosts:
    if one is None:
        return other
    return NodeCosts(
        one.times + other.times,
        one.parameters + other.parameters,
        one.multiply_adds + other.multiply_adds,
    )

"""Nodes that lead nowhere, told once for all that hang together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import networkx as nx

from nodes.declare import NodeType
from studio.model.edits import RemoveNodes
from studio.model.project import Board
from studio.model.report import Fix, Issue
from studio.model.roles import with_role

LISTED = 6
"""Nodes of a branch that are named."""


def dead_branches(
    board: Board, graph: nx.DiGraph[str], types: Mapping[str, NodeType], broken: frozenset[str]
) -> Iterator[Issue]:
    """An issue for each branch, at the node where it ends; a fix takes all of it away. `graph` says
    what has to be computed before what, `broken` nodes have errors that are told already."""
    ends = [node.id for node in with_role(board, types, "output", "update", "metric", "show")]
    used = set(ends).union(*(nx.ancestors(graph, end) for end in ends))
    dead = board.graph.subgraph([id for id in board.nodes if id not in used])
    goal = "no Update and no metric" if board.kind == "training" else "no Output"
    for branch in sorted(map(sorted, nx.weakly_connected_components(dead))):
        told = [id for id in board.nodes if id in branch and id not in broken]
        told = [id for id in told if board.nodes[id].type in types]
        if not told:
            continue
        last = next((id for id in reversed(told) if not board.out_of(id)), told[-1])
        listed = ", ".join(told[:LISTED]) + ("…" if len(told) > LISTED else "")
        lead = "leads" if len(told) == 1 else "lead"
        effect = "it has" if len(told) == 1 else "they have"
        text = f"{listed} {lead} to {goal}, so {effect} no effect"
        fix = _removal(board, frozenset(branch), types, told)
        yield Issue("unused", "warning", text, board.name, last, fixes=(fix,) if fix else ())


def _removal(
    board: Board, branch: frozenset[str], types: Mapping[str, NodeType], told: list[str]
) -> Fix | None:
    """The fix that takes a branch away, where the board can do without."""
    for role in ("input", "data"):
        every = {node.id for node in with_role(board, types, role)}
        if every and every <= branch:
            return None
    what = told[0] if len(told) == 1 else f"the branch of {told[0]}"
    return Fix(f"Remove {what}", (RemoveNodes(board.name, branch, everywhere=True),))

"""All that is wrong with a checked project, and advice on what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import networkx as nx

from nodes.declare import NodeType
from nodes.described import DataDescription
from studio.compile.block_variants import variants
from studio.compile.board_flow import BoardFlow, nesting
from studio.compile.flows import signal
from studio.compile.issue_fixes import issue
from studio.compile.lints.batches_of_one import batches_of_one
from studio.compile.lints.layers_in_a_row import layers_in_a_row
from studio.compile.lints.mixed_axes import mixed_axes
from studio.compile.lints.what_losses_want import what_losses_want
from studio.compile.network_inputs import misfed
from studio.compile.training_issues import disputed, idle, misled, rivals, unwatched
from studio.compile.unread import unread
from studio.compile.wire_suggestions import WireSuggestions
from studio.model.project import Project
from studio.model.report import Issue

BoardFlows = Mapping[str, BoardFlow]
"""What is known of each board."""


def found_issues(
    project: Project,
    flows: BoardFlows,
    types: Mapping[str, NodeType],
    suggestions: WireSuggestions,
    described: Callable[[str], Mapping[str, DataDescription]],
) -> Iterator[Issue]:
    """One after the other, so that one can give up in between. `described` tells of a board what
    its data sources say of themselves."""
    for name, flow in flows.items():
        for found in flow.structure.issues:
            yield suggestions.mended(found) if found.code == "missing-input" else found
        yield from _problems(flow, "", types)
        if flow.board.kind == "training":
            yield from idle(flow, types)
            yield from misled(project, flow, types)
            yield from rivals(flow, types)
            yield from unwatched(project, flow.board, types)
            yield from batches_of_one(flow, types)
            yield from what_losses_want(project, types, flow, _known(described, name))
        yield from layers_in_a_row(flow, types)
        yield from mixed_axes(flow, types)
    yield from disputed(project)
    yield from unread(project)
    yield from variants(flows.values(), types)
    told = [found for board in project.stages for found in misfed(board, flows, types)]
    yield from told
    yield from _inside(flows, [flows[i.board].children[i.node] for i in told], types)


def _known(
    described: Callable[[str], Mapping[str, DataDescription]], board: str
) -> Mapping[str, DataDescription]:
    try:
        return described(board)
    except ValueError:  # a file that changed since: the next check tells of it
        return {}


def _problems(flow: BoardFlow, where: str, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """What running nodes showed."""
    for id, outcome in flow.outcomes.items():
        for problem in outcome.problems:
            if not problem.code:
                continue
            signals = {p: tuple(map(signal, found)) for p, found in flow.inputs[id].items()}
            into = flow.structure.into[id]
            found = issue(problem, flow.board, flow.board.nodes[id], into, signals, types)
            yield replace(found, message=found.message + where)


def _inside(
    flows: BoardFlows, left_out: Sequence[BoardFlow], types: Mapping[str, NodeType]
) -> Iterator[Issue]:
    """Problems that a block or network has only where it is used."""
    told: set[tuple[str, str, str]] = set()
    uses = nesting(flows.values(), left_out)
    for outer, flow in nx.dfs_edges(uses):
        if not flows[flow.board.name].complete:
            continue
        where = f" (as {uses.edges[outer, flow]['node']} of {outer.board.name} uses it)"
        for found in _problems(flow, where, types):
            key = (found.board, found.node, found.code)
            if key not in told:
                told.add(key)
                yield found

"""Weighted sums of weighted sums: two layers that are no more than one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from nodes.declare import Change, NodeType
from nodes.layers.activation import RELU
from studio.compile.board_flow import BoardFlow
from studio.compile.issue_fixes import insertion
from studio.compile.lints.ways_back import nature_of
from studio.model.names import with_article
from studio.model.project import Node, Wire
from studio.model.report import Fix, Issue

MOST = 12
"""Warnings on one board: more would tell a person nothing new."""


def layers_in_a_row(flow: BoardFlow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Linear layers with nothing between that bends values, up to a few of them. Those that narrow
    on purpose, share weights or see one axis only are what they are meant to be."""
    return islice(_found(flow, types), MOST)


def _found(flow: BoardFlow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    shared = {str(node.uses) for node in flow.board.nodes.values()}
    for id in flow.outcomes:
        node = flow.board.nodes[id]
        if id in shared or not _is_plain(flow, node, types):
            continue
        wire = _feeding(flow, id, types)
        if wire is None:
            continue
        first = flow.board.nodes[wire.source]
        if first.id in shared or not _is_plain(flow, first, types):
            continue
        if _narrows(flow, first, node, types):
            continue
        bend = _usual_activation(flow, types)
        change = Change("insert", type=bend)
        edits = insertion(flow.board, wire, change, types, 0)
        text = (
            f"{id} follows {first.id} with no activation between, so that both together can do "
            "no more than one layer"
        )
        fix = Fix(f"Insert {with_article(bend)} after {first.id}", tuple(edits))
        board, port = flow.board.name, flow.board.into(id)[0].target_port
        yield Issue("no-activation", "warning", text, board, id, port, first.id, (fix,))


def _is_plain(flow: BoardFlow, node: Node, types: Mapping[str, NodeType]) -> bool:
    """Whether it is a linear layer of weights of its own that treats all axes alike."""
    values = flow.values.get(node.id, {})
    outcome = flow.outcomes.get(node.id)
    if node.uses or outcome is None or outcome.failed:
        return False
    if nature_of(node, types, values) != "linear" or not types[node.type].inferred:
        return False
    return not any(isinstance(v, tuple) and len(set(v)) > 1 for v in values.values())


def _feeding(flow: BoardFlow, id: str, types: Mapping[str, NodeType]) -> Wire | None:
    """The wire out of the layer that feeds a node and nothing else, past what changes no number
    that is kept."""
    board, into = flow.board, flow.board.into(id)
    while len(into) == 1 and len(board.out_of(into[0].source)) == 1:
        node = board.nodes[into[0].source]
        found = types.get(node.type)
        idle = found is not None and found.rearranges and not found.params
        if not idle and (found is None or found.nature != "dropout"):
            return into[0]
        into = board.into(node.id)
    return None


def _narrows(flow: BoardFlow, one: Node, other: Node, types: Mapping[str, NodeType]) -> bool:
    """Whether fewer features lie between two layers than before and after, as in a factorised
    layer; also where the layers do not go along the same axis."""
    (port, axis), *_ = types[one.type].inferred.values()
    (next_port, next_axis), *_ = types[other.type].inferred.values()
    before, between = flow.inputs[one.id][port][0], flow.inputs[other.id][next_port][0]
    (after, *_) = flow.outcomes[other.id].outputs.values()
    if axis != next_axis or len(between.shape) != len(before.shape):
        return True
    return between.shape[axis] < min(before.shape[axis], after.shape[axis])


def _usual_activation(flow: BoardFlow, types: Mapping[str, NodeType]) -> str:
    """The activation that the board uses most, ReLU where it has none."""
    used = [
        node.type
        for node in flow.board.nodes.values()
        if node.type in types
        and types[node.type].nature == "activation"
        and not any(output.means for output in types[node.type].outputs)
    ]
    return max(used, key=used.count, default=RELU.name)

"""Batch normalisation where a batch holds one value of each channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.flows import SHARED
from studio.compile.update_targets import owned
from studio.model.edits import SetParam
from studio.model.report import Fix, Issue
from studio.model.roles import with_role

ENOUGH = 32
"""Samples that a batch is offered to have, where its type says no better number."""


def batches_of_one(flow: BoardFlow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Networks that are trained on one sample at a time, with a layer that then has one value to
    take the mean of: torch refuses that. An error, as the training would end at once."""
    sources = list(with_role(flow.board, types, "data"))
    if len(sources) != 1 or sources[0].id not in flow.values:
        return
    data = sources[0]
    name = types[data.type].batch
    if not name or flow.values[data.id].get(name) != 1:
        return
    trained = {instance for mine in owned(flow, types).values() for instance in mine.networks}
    for id, child in flow.children.items():
        node = flow.board.nodes[id]
        if node.instance not in trained:
            continue
        place = next(_one_value(child, types), None)
        if place is not None:
            param = types[data.type].param(name)
            usual = param.default if param and param.default and param.default > 1 else ENOUGH
            fix = Fix(f"Set {name} to {usual}", (SetParam(flow.board.name, data.id, name, usual),))
            text = (
                f"{data.id} gives one sample at a time, so that {place[0]}.{place[1]} has one "
                "value of each channel and nothing to normalise it by"
            )
            board = flow.board.name
            yield Issue("batch-of-one", "error", text, board, id, "", data.id, (fix,), place)


def _one_value(flow: BoardFlow, types: Mapping[str, NodeType]) -> Iterator[tuple[str, str]]:
    """Board and node of layers that see one value of each channel in each sample."""
    for id in flow.outcomes:
        if id in flow.children:
            yield from _one_value(flow.children[id], types)
            continue
        node = flow.board.nodes[id]
        found = types.get(node.type)
        if found is None or found.nature != "batch norm":
            continue
        sizes = next(iter(flow.inputs[id].values()))[0]
        first = sizes.sizes[0]
        alone = None if isinstance(first, int) else first.alone
        if alone is not None and alone.name == SHARED and prod(sizes.shape[2:]) == 1:
            yield flow.board.name, id

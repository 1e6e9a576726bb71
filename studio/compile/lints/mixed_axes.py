"""Axes in another order than a layer takes them: positions before samples, channels last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nodes.declare import Change, NodeType, Port
from nodes.tensors.shape import PERMUTE
from nodes.windows import CHANNELS_FIRST, channels_last
from studio.compile.board_flow import BoardFlow
from studio.compile.flows import SHARED, Flow, signal
from studio.compile.issue_fixes import insertion
from studio.compile.sizes import dimensions
from studio.model.ports import with_ports
from studio.model.project import Wire
from studio.model.report import Fix, Issue

SAMPLES_FIRST = (1, 0)
"""Where the first two axes go."""


def mixed_axes(flow: BoardFlow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Where such values reach a layer for the first time."""
    for id in flow.outcomes:
        node = flow.board.nodes[id]
        found = types.get(node.type)
        if found is None:
            continue
        for port in with_ports(found, node.params).inputs:
            arriving = flow.inputs[id].get(port.name, ())
            wires = flow.board.into(id, port.name)
            if len(arriving) == len(wires) == 1 and _is_fresh(flow, wires[0], types):
                yield from _mixed(flow, id, port, wires[0], arriving[0], types)


def _is_fresh(flow: BoardFlow, wire: Wire, types: Mapping[str, NodeType]) -> bool:
    """Whether the order was made just before, so that it is said once."""
    node = flow.board.nodes[wire.source]
    found = types.get(node.type)
    return found is not None and (found.role == "input" or found.rearranges)


def _mixed(
    flow: BoardFlow,
    id: str,
    port: Port,
    wire: Wire,
    arriving: Flow,
    types: Mapping[str, NodeType],
) -> Iterator[Issue]:
    wanted = port.dims.split()
    shape = signal(arriving)
    if wanted[:2] == ["N", "T"] and _samples_second(arriving):
        rest = tuple(range(2, len(arriving.sizes)))
        order, code = (*SAMPLES_FIRST, *rest), "samples-second"
        text = f"{wire.source} gives {shape}, but {id} takes samples first, then positions"
        label = f"Insert a Permute after {wire.source}: samples first"
    elif wanted == ["N", "C", "H", "W"] and channels_last(arriving.shape):
        order, code = CHANNELS_FIRST, "channels-last"
        text = f"{wire.source} gives {shape}, but {id} takes channels first, then pixels"
        label = f"Insert a Permute after {wire.source}: channels first"
    else:
        return
    change = Change("insert", type=PERMUTE.name, params={"order": order})
    fix = Fix(label, tuple(insertion(flow.board, wire, change, types, 0)))
    board = flow.board.name
    yield Issue(code, "warning", text, board, id, port.name, wire.source, (fix,))


def _samples_second(arriving: Flow) -> bool:
    """Whether the second axis counts samples and the first does not."""
    if len(arriving.sizes) < 2:
        return False
    named = [{free.name for free in dimensions(size)} for size in arriving.sizes[:2]]
    return named[1] == {SHARED} and SHARED not in named[0]

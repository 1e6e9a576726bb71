"""Whether a training board feeds its networks what their Input nodes declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.flows import SHARED, signal
from studio.model.edits import SetParam
from studio.model.parameters import problem_with_value
from studio.model.project import Board
from studio.model.report import Fix, Issue, Signal


def misfed(
    board: Board, flows: Mapping[str, BoardFlow], types: Mapping[str, NodeType]
) -> Iterator[Issue]:
    """Inputs of networks that get another shape than they declare: the network is built from what
    it declares, so it would not run."""
    outer = flows[board.name]
    for id, child in outer.children.items():
        if board.nodes[id].role != "network":
            continue
        for port, arriving in outer.inputs[id].items():
            wanted, given = _declared(flows[child.board.name], port), signal(arriving[0])
            if wanted is not None and not _fits(given, wanted):
                source = next((w.source for w in board.into(id, port)), "")
                network = child.board.name
                text = f"{source} gives {given}, but {network} declares its {port} as {wanted}"
                fixes = (
                    *_declaring(outer, id, port, flows, given, wanted),
                    *_giving(outer, id, port, given, wanted, types),
                )
                yield Issue("input-shape", "error", text, board.name, id, port, source, fixes)


def takes(network: BoardFlow, port: str, given: Signal) -> bool:
    """Whether this is what a network declares for an input, `network` being its own flow."""
    wanted = _declared(network, port)
    return wanted is not None and _fits(given, wanted)


def has_axes(block: BoardFlow, port: str, given: Signal) -> bool:
    """Whether this has as many dimensions as a block declares for an input. Its sizes may be
    others, as a block is built for each place by itself."""
    wanted = _declared(block, port)
    return wanted is not None and len(given.shape) == len(wanted.shape)


def _declared(network: BoardFlow, port: str) -> Signal | None:
    """What an input declares, None where that cannot be read."""
    outcome = network.outcomes.get(port)
    found = outcome.outputs.get("output") if outcome else None
    return None if found is None else signal(found)


def _fits(given: Signal, wanted: Signal) -> bool:
    """Same number of dimensions, and the same size wherever a size is declared."""
    return len(given.shape) == len(wanted.shape) and all(
        isinstance(want, str) or have == want
        for have, want in zip(given.shape, wanted.shape, strict=True)
    )


def _declaring(
    outer: BoardFlow,
    id: str,
    port: str,
    flows: Mapping[str, BoardFlow],
    given: Signal,
    wanted: Signal,
) -> Iterator[Fix]:
    """The network declares what it gets, where it runs with that and no other place gives it what
    it declares now."""
    child, arriving = outer.children[id], outer.inputs[id][port][0].shape
    shape = tuple(
        dim if isinstance(dim, int) or dim == SHARED or "?" in dim else f"{dim}={size}"
        for dim, size in zip(given.shape, arriving, strict=True)
    )
    known = all(isinstance(d, int) or d.partition("=")[0].isidentifier() for d in shape)
    elsewhere = (
        signal(flow.inputs[other][port][0])
        for flow in flows.values()
        for other, used in flow.children.items()
        if used.board.name == child.board.name and flow.inputs[other].get(port)
    )
    content = any(_fits(other, wanted) and not _fits(other, given) for other in elsewhere)
    if known and child.complete and not content:
        label = f"Declare {port} of {child.board.name} as {given}"
        yield Fix(label, (SetParam(child.board.name, port, "shape", shape),))


def _giving(
    outer: BoardFlow,
    id: str,
    port: str,
    given: Signal,
    wanted: Signal,
    types: Mapping[str, NodeType],
) -> Iterator[Fix]:
    """The data source gives what the network declares, where one of its parameters can follow."""
    for wire in outer.board.into(id, port):
        source = outer.board.nodes[wire.source]
        found = types.get(source.type)
        if found is None or len(given.shape) != len(wanted.shape):
            continue
        for name, (output, axis) in found.follows.items():
            size, param = wanted.shape[axis], found.param(name)
            if output != wire.source_port or param is None or not isinstance(size, int):
                continue
            shape = tuple(size if dim == given.shape[axis] else dim for dim in given.shape)
            if _fits(replace(given, shape=shape), wanted) and not problem_with_value(param, size):
                edit = SetParam(outer.board.name, source.id, name, size)
                yield Fix(f"Set {name} of {source.id} to {size}", (edit,))

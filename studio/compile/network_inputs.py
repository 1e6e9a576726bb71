"""Whether a training board feeds its networks what their Input nodes declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from studio.compile.board_flow import BoardFlow
from studio.compile.flows import SHARED, signal
from studio.model.edits import SetParam
from studio.model.project import Board
from studio.model.report import Fix, Issue, Signal


def misfed(board: Board, flows: Mapping[str, BoardFlow]) -> Iterator[Issue]:
    """Inputs of networks that get another shape than they declare: the network is built from what
    it declares, so it would not run."""
    outer = flows[board.name]
    for id, child in outer.children.items():
        if board.nodes[id].role != "network":
            continue
        for port, arriving in outer.inputs[id].items():
            wanted, given = _declared(flows[child.board.name], port), signal(arriving[0])
            if wanted is not None and not _fits(given, wanted):
                yield _issue(board, id, port, child.board.name, given, wanted, outer)


def takes(network: BoardFlow, port: str, given: Signal) -> bool:
    """Whether this is what a network declares for an input, `network` being its own flow."""
    wanted = _declared(network, port)
    return wanted is not None and _fits(given, wanted)


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


def _issue(
    board: Board, id: str, port: str, network: str, given: Signal, wanted: Signal, outer: BoardFlow
) -> Issue:
    source = next((w.source for w in board.into(id, port)), "")
    arriving = outer.inputs[id][port][0].shape
    shape = tuple(
        dim if isinstance(dim, int) or dim == SHARED or "?" in dim else f"{dim}={size}"
        for dim, size in zip(given.shape, arriving, strict=True)
    )
    known = all(isinstance(d, int) or d.partition("=")[0].isidentifier() for d in shape)
    edit = SetParam(network, port, "shape", shape)
    fixes = (Fix(f"Declare {port} of {network} as {given}", (edit,)),) if known else ()
    text = f"{source} gives {given}, but {network} declares its {port} as {wanted}"
    return Issue("input-shape", "error", text, board.name, id, port, source, fixes)

"""Making a block board of some nodes, with a Block node in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from studio.model.block_values import names_in
from studio.model.edits import AddBoard
from studio.model.expression import Expression
from studio.model.layout.cards import WIDTH, PortAt, bounds, to_grid
from studio.model.names import unused
from studio.model.operations.boards import refuse_board_name
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal
from studio.model.operations.nodes import refuse_strangers
from studio.model.project import TYPE_OF, Board, Node, Wire
from studio.model.values import Value

GAP = 104
End = tuple[str, str]
"""A node and one of its outputs."""


def make_block(drawn: DrawnBoard, ids: Collection[str], name: str = "") -> Edited:
    """Make a block board of nodes, called `name` or by a name that is free, with a node that
    stands for it in their place. Raises Refusal where these nodes cannot be a block."""
    board, project, ids = drawn.board, drawn.project, frozenset(ids)
    refuse_strangers(board, ids)
    _refuse(board, ids)
    refuse_board_name(project, name)
    name = name or unused("block", project.names)
    id = unused(name, board.nodes)
    inner = {n: node for n, node in board.nodes.items() if n in ids}
    kept = {n: node for n, node in board.nodes.items() if n not in ids}
    taken = set(ids)
    feeds = {
        w: (w.source, w.source_port) for w in board.wires if w.target in ids and w.source not in ids
    }
    outs = [
        (w.source, w.source_port) for w in board.wires if w.source in ids and w.target not in ids
    ]
    results = list(dict.fromkeys(outs)) or _loose(drawn, ids)
    inputs: dict[End, Node] = {}
    left, top, right, _ = bounds(drawn.cards[n] for n in inner) or (0.0, 0.0, 0.0, 0.0)
    for wire, end in feeds.items():
        if end not in inputs:
            place = (left - GAP - WIDTH, drawn.cards[wire.target].y)
            inputs[end] = _input(drawn, wire, unused("x", taken), place)
            taken.add(inputs[end].id)
    outputs: dict[End, Node] = {}
    for end in results:
        place = (right + GAP, drawn.cards[end[0]].y)
        outputs[end] = Node(unused("y", taken), TYPE_OF["output"], {}, place)
        taken.add(outputs[end].id)
    inside = _inner_wires(board, ids, feeds, inputs, outputs)
    nodes = {n.id: n for n in (*inputs.values(), *inner.values(), *outputs.values())}
    params = _params(board, inner.values())
    made = Board(name, "block", nodes, inside, params)
    use: dict[str, Value] = {"block": name, **{key: Expression(key) for key in params}}
    new = Node(id, TYPE_OF["block"], use, to_grid(left, top))
    wires = _outer_wires(board, ids, id, inputs, outputs)
    edited = AddBoard(made).apply(project)
    edited = edited.with_board(replace(board, nodes={**kept, id: new}, wires=wires))
    return Edited(f"Make block {name}", edited, frozenset({id}))


def _refuse(board: Board, ids: frozenset[str]) -> None:
    """Raise Refusal where these nodes cannot be a block."""
    if board.kind == "training":
        raise Refusal("Nodes of a training board cannot become a block.")
    for id in sorted(ids):
        node = board.nodes[id]
        if node.role in ("input", "output"):
            raise Refusal(
                f"{id} is an {node.type} of this board and cannot go into a block: deselect it."
            )
        if node.uses is not None and node.uses not in ids:
            raise Refusal(f"{id} uses the weights of {node.uses}: select both or neither.")
    for node in board.nodes.values():
        if node.id not in ids and node.uses in ids:
            raise Refusal(f"{node.id} uses the weights of {node.uses}: select both or neither.")
    for wire in board.wires:
        if wire.target in ids and wire.source not in ids and board.before(wire.source) & ids:
            raise Refusal(f"{wire.source} lies between these nodes: select it too.")


def _loose(drawn: DrawnBoard, ids: frozenset[str]) -> list[End]:
    """Outputs of these nodes that feed nothing."""
    return [
        (id, port)
        for id in drawn.board.nodes
        if id in ids
        for port in drawn.cards[id].outputs
        if (port, True) not in drawn.wired(id)
    ]


def _input(drawn: DrawnBoard, wire: Wire, name: str, at: tuple[float, float]) -> Node:
    """The Input through which a wire leads in, of the shape that the checker has found."""
    signal = drawn.signal(wire)
    port = drawn.port(PortAt(wire.source, wire.source_port, True))
    params: dict[str, Value] = {}
    if signal is not None:
        params["shape"] = tuple(_dim(d, i) for i, d in enumerate(signal.shape))
    if signal is not None and signal.dtype != "float32":
        params["dtype"] = signal.dtype
    elif signal is None and port is not None and port.kind == "int":
        params["dtype"] = "int64"
    return Node(name, TYPE_OF["input"], params, at)


def _dim(dim: int | str, place: int) -> int | str:
    if isinstance(dim, int):
        return dim
    name = dim.split("=")[0]
    return dim if name.isidentifier() else ("N" if place == 0 else f"D{place}")


def _inner_wires(
    board: Board,
    ids: frozenset[str],
    feeds: Mapping[Wire, End],
    inputs: Mapping[End, Node],
    outputs: Mapping[End, Node],
) -> tuple[Wire, ...]:
    wires = []
    for w in board.wires:
        if w in feeds:
            wires.append(Wire(inputs[feeds[w]].id, "output", w.target, w.target_port))
        elif w.source in ids and w.target in ids:
            wires.append(w)
    wires += [Wire(*end, node.id, "input") for end, node in outputs.items()]
    return tuple(wires)


def _outer_wires(
    board: Board,
    ids: frozenset[str],
    id: str,
    inputs: Mapping[End, Node],
    outputs: Mapping[End, Node],
) -> tuple[Wire, ...]:
    wires = []
    for w in board.wires:
        into, out = w.target in ids, w.source in ids
        if into and not out:
            wires.append(Wire(w.source, w.source_port, id, inputs[w.source, w.source_port].id))
        elif out and not into:
            wires.append(Wire(id, outputs[w.source, w.source_port].id, w.target, w.target_port))
        elif not into:
            wires.append(w)
    return tuple(dict.fromkeys(wires))


def _params(board: Board, nodes: Iterable[Node]) -> dict[str, Value]:
    """The block parameters of this board that the nodes' expressions read, and what these follow
    from."""
    names = {name for node in nodes for v in node.params.values() for name in names_in(v)}
    while (
        more := {n for name in names & board.params.keys() for n in names_in(board.params[name])}
        - names
    ):
        names |= more
    return {key: value for key, value in board.params.items() if key in names}

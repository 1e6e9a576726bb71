"""What is done to a node that stands for a block: unpack it, or give it a block of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from studio.model.block_values import argument, in_words
from studio.model.copy_numbers import numbered
from studio.model.edits import AddBoard
from studio.model.layout.cards import WIDTH, NodeCard, bounds, cards_of
from studio.model.names import unused
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal
from studio.model.operations.nodes import refuse_strangers
from studio.model.project import Board, Node, Project, Wire
from studio.model.uids import fresh_uid

End = tuple[str, str]
"""A node and one of its outputs."""


def unpack_block(drawn: DrawnBoard, id: str) -> Edited:
    """Put what is in a block in the place of the node that stands for it. The block itself stays,
    for others that stand for it. Raises Refusal where it cannot be unpacked."""
    board, block = drawn.board, _block(drawn, id)
    node = board.nodes[id]
    if node.scans:
        raise Refusal(f"{id} applies {block.name} at each step: it cannot be unpacked.")
    if node.params.get("repeat", 1) != 1:
        raise Refusal(f"{id} repeats {block.name}: set repeat to 1 to unpack one copy of it.")
    if node.uses is not None or any(other.uses == id for other in board.nodes.values()):
        raise Refusal(f"{id} shares its weights with another node: let each own its weights first.")
    outside = {name: other for name, other in board.nodes.items() if name != id}
    inside = [n for n in block.nodes.values() if n.role not in ("input", "output")]
    names: dict[str, str] = {}
    for inner in inside:
        names[inner.id] = unused(inner.id, {*outside, *names.values()})
    single = {name: n for name, n in numbered({}, 0, 1).items() if not _is_known(drawn, name)}
    given = {name: in_words(argument(name, block, node), single) for name in block.params}
    known = {other.uid for other in outside.values()}
    cards = cards_of(drawn.project, block, drawn.types)
    left, top, right, bottom = bounds(cards[n.id] for n in inside) or (0.0, 0.0, 0.0, 0.0)
    more = max(0.0, right - left - WIDTH), max(0.0, bottom - top - drawn.cards[id].height)
    nodes = {name: _pushed(other, drawn.cards[id], more) for name, other in outside.items()}
    for inner in inside:
        at = node.at[0] + inner.at[0] - left, node.at[1] + inner.at[1] - top
        nodes[names[inner.id]] = replace(
            inner,
            id=names[inner.id],
            at=at,
            uid=fresh_uid() if inner.uid in known else inner.uid,
            uses=None if inner.uses is None else names[inner.uses],
            params={key: in_words(value, given) for key, value in inner.params.items()},
        )
    wires = tuple(dict.fromkeys(_wires(board, id, block, names)))
    project = drawn.project.with_board(replace(board, nodes=nodes, wires=wires))
    return Edited(f"Unpack {id}", project, frozenset(names.values()))


def make_independent(drawn: DrawnBoard, id: str) -> Edited:
    """Let a node stand for a copy of its block, which no other node stands for. Raises Refusal."""
    block, project = _block(drawn, id), drawn.project
    name = unused(block.name, project.names)
    project = AddBoard(replace(block, name=name)).apply(project)
    node = drawn.board.nodes[id].with_param("block", name)
    board = replace(drawn.board, nodes={**drawn.board.nodes, id: node})
    return Edited(f"Make {id} independent", project.with_board(board), frozenset({id}))


def _is_known(drawn: DrawnBoard, name: str) -> bool:
    """Whether a name means something of the board's or the project's own."""
    return name in drawn.board.params or name in drawn.project.variables


def times_used(project: Project, name: str) -> int:
    """How many nodes stand for a board."""
    every = (node for board in project.boards.values() for node in board.nodes.values())
    return sum(node.stands_for == name for node in every)


def _block(drawn: DrawnBoard, id: str) -> Board:
    """The block that a node stands for. Raises Refusal where it stands for none."""
    refuse_strangers(drawn.board, [id])
    node = drawn.board.nodes[id]
    block = drawn.project.boards.get(node.stands_for)
    if node.role != "block" or block is None:
        raise Refusal(f"{id} stands for no block: choose a node that does.")
    return block


def _pushed(node: Node, card: NodeCard, more: tuple[float, float]) -> Node:
    """A node, moved on where it stands right of a card that gets wider or below one that gets
    higher."""
    x, y = node.at
    right, below = x >= card.x + WIDTH, y >= card.y + card.height
    return replace(node, at=(x + more[0] * right, y + more[1] * below))


def _wires(board: Board, id: str, block: Board, names: Mapping[str, str]) -> Iterator[Wire]:
    """Those of the board, ends in the block taken for ends at its node; then those inside."""
    feeds = {wire.target_port: (wire.source, wire.source_port) for wire in board.into(id)}
    inputs = {node.id for node in block.inputs}

    def start(wire: Wire) -> End | None:
        if wire.source in inputs:
            return feeds.get(wire.source)
        return names[wire.source], wire.source_port

    results = {wire.target: start(wire) for wire in block.wires if wire.target not in names}
    for wire in board.wires:
        if wire.target == id:
            continue
        end = (
            results.get(wire.source_port) if wire.source == id else (wire.source, wire.source_port)
        )
        if end is not None:
            yield Wire(*end, wire.target, wire.target_port)
    for wire in block.wires:
        if wire.target in names and (end := start(wire)) is not None:
            yield Wire(*end, names[wire.target], wire.target_port)

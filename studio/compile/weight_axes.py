"""What the axes of a layer's weights are: found by building it at other sizes, without memory."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nodes.declare import NodeType
from studio.compile import meta_layers
from studio.compile.board_flow import BoardFlow
from studio.model.ports import type_of


@dataclass(frozen=True, slots=True)
class WeightAxes:
    """`parts` says, for each axis, how many equal pieces lie one behind the other on it, such as
    the four gates of an LSTM. `incoming` are the axes along which values of earlier layers are
    weighed, `outgoing` is the one along which new ones are made."""

    parts: tuple[int, ...]
    outgoing: int = 0
    incoming: tuple[int, ...] = ()


def weight_axes(
    flow: BoardFlow, types: Mapping[str, NodeType], layer: str, name: str, rank: int
) -> WeightAxes:
    """The axes of some weights of a layer, which names lead to from a board's flow. Where the
    layer cannot be built at other sizes they mean nothing."""
    id = ""
    for part in layer.split("."):
        if part.isdecimal() and int(part) and id in flow.further:
            flow, id = flow.further[id][int(part) - 1], ""
        elif not part.isdecimal():
            flow, id = flow.children.get(id, flow), part
    id = id if id in flow.board.nodes else id.removesuffix("_")
    node = flow.board.nodes.get(id)
    found = None if node is None else type_of(node, types)
    if found is None or not found.layer:
        return WeightAxes((1,) * rank)
    return _axes(found, flow.values[id], flow.outcomes[id].inferred, name, rank)


def _axes(
    node_type: NodeType,
    values: Mapping[str, Any],
    inferred: Mapping[str, int],
    name: str,
    rank: int,
) -> WeightAxes:
    grows: list[dict[str, int]] = [{} for _ in range(rank)]
    size = _size(node_type, values, inferred, name)
    for argument, value in meta_layers.constructor_values(node_type, values, inferred).items():
        if type(value) is not int or value < 1:
            continue
        own = argument not in inferred
        more = {argument: 2 * value}
        with suppress(Exception):  # a layer may refuse in any way: then this says nothing
            larger = _size(
                node_type,
                {**values, **more} if own else values,
                inferred if own else {**inferred, **more},
                name,
            )
            for axis, (a, b) in enumerate(zip(size, larger, strict=True)):
                if b > a:
                    grows[axis][argument] = max(1, (b - a) // value)
    made = [axis for axis, by in enumerate(grows) if by.keys() - inferred.keys()]
    outgoing = made[0] if made else 0
    reads = {*inferred, *grows[outgoing]} if rank else set()
    return WeightAxes(
        tuple(min(by.values(), default=1) for by in grows),
        outgoing,
        tuple(a for a, by in enumerate(grows) if a != outgoing and by.keys() & reads),
    )


def _size(
    node_type: NodeType, values: Mapping[str, Any], inferred: Mapping[str, int], name: str
) -> tuple[int, ...]:
    return tuple(meta_layers.build(node_type, values, inferred).state_dict()[name].shape)

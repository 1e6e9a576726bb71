"""What flows into a block that a Scan applies along time, and what comes out of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.compile.data_flows import element_type
from studio.compile.flows import Flow, Flows, signal
from studio.compile.sizes import Size
from studio.model.project import Board, Node

ALONG = 1
"""The dimension that is time: samples come first."""

Shapes = Mapping[str, Sequence[int | str]]
"""Sizes and names that Input nodes of a block declare, by node."""


def sequences(block: Board) -> list[Node]:
    """The inputs that get another value at each step."""
    return [node for node in block.inputs if not node.next]


def states(block: Board) -> list[Node]:
    """The inputs that are carried on from step to step."""
    return [node for node in block.inputs if node.next]


def steps(block: Board, given: Flows) -> Size:
    """How many steps there are. Raises ValueError, in a sentence about `{node}`, where that cannot
    be told."""
    found: dict[str, Size] = {}
    for node in sequences(block):
        flow = given[node.id][0]
        if len(flow.sizes) <= ALONG:
            raise ValueError(
                f"{{node}} goes along the second dimension of {node.id}, which is only "
                f"{signal(flow)}; wire a sequence to it"
            )
        found[node.id] = flow.sizes[ALONG]
    if not found:
        raise ValueError(
            f"{{node}} has no sequence to go along: each Input of {block.name} has a next; "
            "let one of them have none"
        )
    (first, size), *others = found.items()
    for name, other in others:
        if other != size:
            raise ValueError(
                f"{{node}} takes sequences of one length, but {first} is "
                f"{signal(given[first][0])} and {name} is {signal(given[name][0])}"
            )
    return size


def at_one_step(block: Board, given: Flows, shapes: Shapes) -> dict[str, Flow]:
    """What flows into the block at a step: sequences less their time, and states, those that
    nothing is wired to as the block declares them. Raises ValueError, in a sentence about
    `{node}`."""
    found: dict[str, Flow] = {}
    for node in sequences(block):
        flow = given[node.id][0]
        sizes = (*flow.sizes[:ALONG], *flow.sizes[ALONG + 1 :])
        found[node.id] = Flow(sizes, flow.dtype, flow.limit)
    for node in states(block):
        if given.get(node.id):
            found[node.id] = given[node.id][0]
            continue
        sizes = tuple(
            _size(node, found[where[0]], where) if isinstance(where, tuple) else where
            for where in sources(block, node, shapes)
        )
        found[node.id] = Flow(sizes, element_type(str(node.params.get("dtype", "float32"))))
    return {node.id: found[node.id] for node in block.inputs}


def sources(block: Board, state: Node, shapes: Shapes) -> list[int | tuple[str, int]]:
    """Where the sizes of a state come from that begins as zeros: each is a number, or a sequence
    and one of its axes at a step. Raises ValueError, in a sentence about `{node}`, where its name
    is not found there."""
    named = {
        _name(size): (node.id, axis)
        for node in reversed(sequences(block))
        for axis, size in enumerate(shapes[node.id])
        if isinstance(size, str)
    }
    found: list[int | tuple[str, int]] = []
    for size in shapes[state.id]:
        if isinstance(size, str) and _name(size) not in named:
            raise ValueError(
                f"{{node}}: {state.id} cannot begin as zeros, as no sequence of {block.name} has "
                f"a dimension {_name(size)}; wire its first value to {state.id}"
            )
        found.append(named[_name(size)] if isinstance(size, str) else size)
    return found


def _size(state: Node, flow: Flow, where: tuple[str, int]) -> Size:
    port, axis = where
    if axis >= len(flow.sizes):
        raise ValueError(
            f"{{node}}: {state.id} begins with a size of {port}, which is only {signal(flow)} at a "
            f"step; wire its first value to {state.id}"
        )
    return flow.sizes[axis]


def _name(size: str) -> str:
    return size.partition("=")[0].strip()


def outputs(
    block: Board, before: Mapping[str, Flow], after: Mapping[str, Flow], time: Size
) -> dict[str, Flow]:
    """What comes out of all steps: states as they end, all else as sequences. Raises ValueError, in
    a sentence about `{node}`, where a state changes its shape."""
    carried = {node.next: node for node in states(block)}
    for name, node in carried.items():
        if name not in after:
            raise ValueError(
                f"{{node}}: {node.id} of {block.name} becomes {name} at the next step, and there "
                "is no such Output; choose one"
            )
        one, two = before[node.id], after[name]
        if (one.sizes, one.dtype) != (two.sizes, two.dtype):
            raise ValueError(
                f"{{node}}: {node.id} becomes {name} at the next step, which must then be like it, "
                f"but {signal(one)} comes in and {signal(two)} goes out"
            )
    return {
        name: flow
        if name in carried
        else Flow((*flow.sizes[:ALONG], time, *flow.sizes[ALONG:]), flow.dtype, flow.limit)
        for name, flow in after.items()
    }

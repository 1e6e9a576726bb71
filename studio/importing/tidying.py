"""Boards in the making without what they do not need, and how they hold each other."""

from __future__ import annotations

from studio.importing.drafts import Draft, DraftNode
from studio.importing.trace import values_in
from studio.model.project import TYPE_OF


def clean(draft: Draft) -> None:
    """Take away what leads nowhere, and blocks that do nothing."""
    for node in draft.nodes:
        if node.inside is not None:
            clean(node.inside)
    used: set[DraftNode] = set()
    waiting = [node for node in draft.nodes if node.type == TYPE_OF["output"]]
    while waiting:
        node = waiting.pop()
        if node not in used:
            used.add(node)
            waiting += (end[0] for _, end in node.inputs)
            waiting += [node.uses] if node.uses is not None else []
    top = draft.parent is None
    draft.nodes = [n for n in draft.nodes if n in used or (top and n.carries is not None)]
    if not top:
        given = [*map(id, values_in(list(draft.call.given.values())))]
        places = {value: place for place, value in reversed([*enumerate(given)])}
        inputs = [node for node in draft.nodes if node.carries is not None]
        inputs.sort(key=lambda node: places.get(id(node.carries), len(given)))
        draft.nodes = [*inputs, *(node for node in draft.nodes if node.carries is None)]
        order: dict[object, int] = {node: number for number, node in enumerate(inputs)}
        assert draft.node is not None
        wires = [(port, end) for port, end in draft.node.inputs if port in order]
        draft.node.inputs = sorted(wires, key=lambda wire: order[wire[0]])


def inside(draft: Draft) -> list[Draft]:
    """All boards inside one."""
    own = [node.inside for node in draft.nodes if node.inside is not None]
    return [*own, *(inner for some in own for inner in inside(some))]


def depth(draft: Draft) -> int:
    """How many boards deep it is."""
    own = [node.inside for node in draft.nodes if node.inside is not None]
    return 1 + max(map(depth, own)) if own else 0

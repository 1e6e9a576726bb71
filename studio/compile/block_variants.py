"""Blocks whose uses would need different code: one class cannot be written for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from nodes.declare import NodeType
from nodes.initialise import statements
from studio.compile.board_flow import BoardFlow, nesting
from studio.compile.expression_template import fields
from studio.model.parameters import text_of
from studio.model.report import Issue


def variants(flows: Iterable[BoardFlow], types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """An issue for each node that is written in several ways, as its block is used with values
    that are no numbers."""
    uses: dict[str, list[BoardFlow]] = {}
    for flow in nesting(flows):
        if flow.given is not None and flow.complete and flow.board.kind == "block":
            uses.setdefault(flow.board.name, []).append(flow)
    for first, *others in uses.values():
        for other in others:
            told = [n for n in first.environment if _words(first, n) != _words(other, n)]
            if told:
                yield from _told(first, other, told[0], types)
                break


def _told(
    first: BoardFlow, other: BoardFlow, name: str, types: Mapping[str, NodeType]
) -> Iterator[Issue]:
    board = first.board
    for id, node in board.nodes.items():
        found = types[node.type]
        if _written(first, id, found) != _written(other, id, found):
            one, two = (text_of(flow.environment[name]) for flow in (first, other))
            text = (
                f"{id} computes in another way where {board.name} is given {name} {one} than where "
                f"it is given {two}; let them be the same, or make one of these nodes independent"
            )
            yield Issue("variants", "error", text, board.name, id)


def _words(flow: BoardFlow, name: str) -> object:
    """What decides how code is written: all of a value but numbers."""
    value = flow.environment[name]
    if isinstance(value, tuple):
        return len(value)
    return value if isinstance(value, bool | str | None) else ""


def _written(flow: BoardFlow, id: str, found: NodeType) -> object:
    """How a node is written, whatever numbers it is written with."""
    values, template = flow.values[id], flow.outcomes[id].template
    several = [values[name] for name in fields(template) if name in values]
    biases = found.biases if values.get("bias", True) else ()
    return (
        template,
        [len(value) if isinstance(value, tuple) else 0 for value in several],
        values["init"] if found.weights else "",
        len(statements(values, "", found.weights, biases, {})),
    )

"""A project as text: stable in order, one node or wire a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studio.model.expression import Expression
from studio.model.migrations import VERSION
from studio.model.project import Board, Node, Project
from studio.model.strict_json import json_line
from studio.model.values import Json, Raw, Value


def to_text(project: Project) -> str:
    """The text of a project's file. Reading it gives the project again. Raises
    ValueError where a number is not finite."""
    return "\n".join(_lines(project)) + "\n"


def _lines(project: Project) -> Iterator[str]:
    settings = project.settings
    yield "{"
    yield f' "netloom": {VERSION},'
    if project.uid:
        yield f' "uid": {json_line(project.uid)},'
    for key, value in project.extra.items():
        yield f" {json_line(key)}: {json_line(value)},"
    fields = {**settings.values(), **settings.extra}
    yield f' "settings": {json_line(fields)},'
    if not project.boards:
        yield ' "boards": {}'
    else:
        yield ' "boards": {'
        last = list(project.boards)[-1]
        for name, board in project.boards.items():
            yield from _board_lines(board, "" if name == last else ",")
        yield " }"
    yield "}"


def _board_lines(board: Board, comma: str) -> Iterator[str]:
    yield f"  {json_line(board.name)}: {{"
    yield f'   "kind": {json_line(board.kind)},'
    for key, value in board.extra.items():
        yield f"   {json_line(key)}: {json_line(value)},"
    if board.params:
        yield f'   "params": {json_line({k: _plain(v) for k, v in board.params.items()})},'
    nodes = [f"    {json_line(n.id)}: {json_line(_node_fields(n))}" for n in board.nodes.values()]
    yield from _block('   "nodes": {', nodes, "   },")
    wires = [f"    {json_line(str(wire))}" for wire in board.wires]
    yield from _block('   "wires": [', wires, "   ]")
    yield f"  }}{comma}"


def _block(first: str, lines: list[str], last: str) -> Iterator[str]:
    if not lines:
        yield first + last.strip()
        return
    yield first
    for line in lines[:-1]:
        yield line + ","
    yield lines[-1]
    yield last


def _node_fields(node: Node) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": node.type, "uid": node.uid}
    fields["at"] = [_short(v) for v in node.at]
    if node.uses is not None:
        fields["uses"] = node.uses
    if node.params:
        fields["params"] = {key: _plain(value) for key, value in node.params.items()}
    return {**fields, **node.extra}


def _short(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number


def _plain(value: Value) -> Json:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Expression):
        return {"=": value.text}
    return value.json if isinstance(value, Raw) else value

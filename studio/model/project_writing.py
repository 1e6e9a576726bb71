"""A project as text: stable in order, one node or wire a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from studio.model.expression import Expression
from studio.model.migrations import VERSION
from studio.model.notes import Note
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
    fields = {**settings.written, **settings.extra}
    yield f' "settings": {json_line(fields)},'
    if project.variables:
        yield f' "variables": {json_line(_values(project.variables))},'
    boards = ["\n".join(_board_lines(board)) for board in project.boards.values()]
    boards += [f"  {json_line(key)}: {json_line(value)}" for key, value in project.unread.items()]
    yield from _block(' "boards": {', boards, " }")
    yield "}"


def _board_lines(board: Board) -> Iterator[str]:
    yield f"  {json_line(board.name)}: {{"
    yield f'   "kind": {json_line(board.kind)},'
    if board.stage is not None:
        yield f'   "stage": {board.stage},'
    if board.settings:
        yield f'   "settings": {json_line(board.settings)},'
    for key, value in board.extra.items():
        yield f"   {json_line(key)}: {json_line(value)},"
    if board.params:
        yield f'   "params": {json_line(_values(board.params))},'
    for field, notes in (("notes", board.notes), ("frames", board.frames)):
        if notes:
            lines = [f"    {json_line(_note_fields(note))}" for note in notes]
            yield from _block(f'   "{field}": [', lines, "   ],")
    nodes = [f"    {json_line(n.id)}: {json_line(_node_fields(n))}" for n in board.nodes.values()]
    yield from _block('   "nodes": {', nodes, "   },")
    wires = [f"    {json_line(wire)}" for wire in (*map(str, board.wires), *board.unread)]
    yield from _block('   "wires": [', wires, "   ]")
    yield "  }"


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
    fields: dict[str, Any] = {"type": node.type, "uid": node.uid, "at": _pair(node.at)}
    if node.uses is not None:
        fields["uses"] = node.uses
    if node.params:
        fields["params"] = _values(node.params)
    if node.silent:
        fields["silent"] = list(node.silent)
    return {**fields, **node.extra}


def _note_fields(note: Note) -> dict[str, Any]:
    fields: dict[str, Any] = {"text": note.text, "at": _pair(note.at)}
    if note.size != (0.0, 0.0):
        fields["size"] = _pair(note.size)
    if note.colour:
        fields["colour"] = note.colour
    return {**fields, **note.extra}


def _pair(numbers: tuple[float, float]) -> list[float | int]:
    return [_short(number) for number in numbers]


def _values(values: Mapping[str, Value]) -> dict[str, Json]:
    return {name: _plain(value) for name, value in values.items()}


def _short(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number


def _plain(value: Value) -> Json:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Expression):
        return {"=": value.text}
    return value.json if isinstance(value, Raw) else value

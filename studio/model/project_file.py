"""Project files: one JSON document, stable in order, one node or wire a line."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from nodes.declare import BoardKind
from studio.model.expression import Expression
from studio.model.files import FileError, read_file, write_atomically
from studio.model.migrations import VERSION, migrated
from studio.model.names import malformed
from studio.model.project import Board, Node, Project, Wire
from studio.model.settings import SETTINGS, Settings
from studio.model.uids import derived_uid
from studio.model.values import Json, Raw, Value

LARGEST = 64 * 2**20
"""Bytes; what is larger is no project. One of 5,000 nodes has half a megabyte."""

LONGEST_UID = 64

DEEPEST = 60
"""Levels of nesting in a file; what is deeper is no project."""

_TOO_DEEP = "it is nested too deeply to be a Netloom project."


class FileChanged(FileError):
    """A project file holds something else than when it was read or written last."""


def load(path: Path) -> Project:
    """Read a project file. Raises FileError."""
    return read(path)[0]


def read(path: Path) -> tuple[Project, str]:
    """The project of a file, and by what a later `save` knows the file again. Raises FileError."""
    data = read_file(path, LARGEST)
    try:
        project = parse(data.decode("utf-8"))
        return replace(project, folder=path.absolute().parent), _digest(data)
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a text file in UTF-8; is it a Netloom project?") from error
    except FileError as error:
        raise FileError(f"{path}: {error}") from error


def save(project: Project, path: Path, known: str | None = None) -> str:
    """Write a project file, whole or not at all; gives what `read` gives besides the project.

    Raises FileError, and FileChanged where the file is not the `known` one any more.
    """
    try:
        data = to_text(project).encode()
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} could not be written: {error}. Nothing was changed.") from error
    if known is not None and path.exists() and _digest(read_file(path, LARGEST)) != known:
        raise FileChanged(
            f"{path} was changed by another window or program since it was read here; nothing was "
            "written. Save under another name, or open it again."
        )
    write_atomically(path, data)
    return _digest(data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ---- reading -----------------------------------------------------------------------------------


def parse(text: str) -> Project:
    """A project from the text of its file. Raises FileError, with the line where JSON is broken."""
    data = _json_tree(text)
    if not isinstance(data, dict) or "netloom" not in data:
        raise FileError('it is not a Netloom project: the field "netloom" is missing.')
    version = data.pop("netloom")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
        raise FileError(
            f"it is written in version {version!r} of the format; this Netloom reads versions up "
            f"to {VERSION}. Update Netloom to open it."
        )
    data = migrated(data, version)
    boards = {}
    for name, value in _mapping(data.pop("boards", {}), "boards").items():
        boards[name] = _board(name, _mapping(value, f"board {name!r}"))
    settings = _settings(_mapping(data.pop("settings", {}), "settings"))
    uid = _uid(data, "the project")
    return Project(boards, settings, data, uid)


def _uid(data: dict[str, Json], where: str) -> str:
    uid = data.pop("uid", "")
    if not isinstance(uid, str) or len(uid) > LONGEST_UID:
        raise FileError(f'{where}: "uid" must be text of at most {LONGEST_UID} letters.')
    return uid


def _json_tree(text: str) -> Json:
    try:
        data = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_real,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise FileError(
            f"line {error.lineno}, column {error.colno} is not valid JSON: {error.msg}."
        ) from error
    except RecursionError as error:
        raise FileError(_TOO_DEEP) from error
    level: list[Json] = [data]
    for _ in range(DEEPEST):
        level = [part for item in level for part in _parts(item)]
        if not level:
            return data
    raise FileError(_TOO_DEEP)


def _parts(value: Json) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FileError(f"{twice[:60]!r} is given twice in the same place.")
    return found


def _whole(text: str) -> int:
    if len(text) > 1000:
        raise FileError(f"the number {text[:20]}… is too long.")
    return int(text)


def _real(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise FileError(f"numbers must be finite, and {text[:20]} is not.")
    return number


def _constant(text: str) -> float:
    raise FileError(f"{text} is not a number that a project may hold.")


def _mapping(value: Json, what: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise FileError(f"{what} must be an object in braces, not {_kind(value)}.")
    return dict(value)


def _kind(value: Json) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def _name(name: str, what: str) -> str:
    if problem := malformed(name):
        raise FileError(f"{what}: {problem}.")
    return name


def _board(name: str, data: dict[str, Json]) -> Board:
    _name(name, "board")
    kind = data.pop("kind", "network")
    if kind not in get_args(BoardKind):
        raise FileError(f"board {name}: kind must be network, block or training, not {kind!r}.")
    nodes = {}
    for id, value in _mapping(data.pop("nodes", {}), f"board {name}: nodes").items():
        nodes[id] = _node(_name(id, f"board {name}"), _mapping(value, f"node {name}.{id}"), name)
    nodes = _told_apart(name, nodes)
    listed = data.pop("wires", [])
    if not isinstance(listed, list):
        raise FileError(f"board {name}: wires must be a list.")
    wires = tuple(_wire(text, name, nodes) for text in listed)
    if len(set(wires)) < len(wires):
        raise FileError(f"board {name}: the same wire is listed twice.")
    params = {}
    for key, value in _mapping(data.pop("params", {}), f"board {name}: params").items():
        params[_name(key, f"board {name}: params")] = _value(value, f"{name}.{key}")
    return Board(name, kind, nodes, wires, params, data)


def _node(id: str, data: dict[str, Json], board: str) -> Node:
    where = f"node {board}.{id}"
    type_name = data.pop("type", None)
    if not isinstance(type_name, str):
        raise FileError(f'{where}: the field "type" must name a node type.')
    at = data.pop("at", [0, 0])
    if not (
        isinstance(at, list)
        and len(at) == 2
        and all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e9 for v in at)
    ):
        raise FileError(f'{where}: "at" must be two numbers, the place on the canvas.')
    uses = data.pop("uses", None)
    if uses is not None and not isinstance(uses, str):
        raise FileError(f'{where}: "uses" must name a node.')
    params = _mapping(data.pop("params", {}), f"{where}: params")
    values = {key: _value(value, f"{where}: {key}") for key, value in params.items()}
    uid = _uid(data, where)
    return Node(id, type_name, values, (float(at[0]), float(at[1])), uses, data, uid)


def _told_apart(board: str, nodes: dict[str, Node]) -> dict[str, Node]:
    """The nodes with a uid for each that has none, or that of one before it: a person may have
    written them. It follows from the names, so that all who read this file agree on it."""
    taken: set[str] = set()
    unknown = []
    for node in nodes.values():
        if not node.uid or node.uid in taken:
            unknown.append(node)
        taken.add(node.uid)
    for node in unknown:
        uid = derived_uid(board, node.id)
        while uid in taken:
            uid = derived_uid(board, uid)
        taken.add(uid)
        nodes[node.id] = replace(node, uid=uid)
    return nodes


def _wire(text: Json, board: str, nodes: Mapping[str, Node]) -> Wire:
    parts = text.split(" -> ") if isinstance(text, str) else []
    ends = [part.split(".") for part in parts]
    if len(ends) != 2 or any(len(end) != 2 for end in ends):
        raise FileError(f'board {board}: the wire {text!r} must read "node.port -> node.port".')
    wire = Wire(*ends[0], *ends[1])
    for id in (wire.source, wire.target):
        if id not in nodes:
            raise FileError(
                f"board {board}: the wire {text!r} names {id!r}, and there is no such node."
            )
    for port in (wire.source_port, wire.target_port):
        if not port.isidentifier():
            raise FileError(f"board {board}: the wire {text!r} names {port!r}, which is no port.")
    return wire


def _value(value: Json, where: str) -> Value:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return tuple(_value(item, where) for item in value)
    if isinstance(value, dict) and list(value) == ["="] and isinstance(value["="], str):
        try:
            return Expression(value["="])
        except ValueError as error:
            raise FileError(f"{where}: {error}.") from error
    return Raw(value)


def _settings(data: dict[str, Json]) -> Settings:
    settings = Settings()
    for param in SETTINGS:
        if param.name in data:
            try:
                settings = settings.changed(param.name, data.pop(param.name))
            except ValueError as error:
                raise FileError(f"settings: {error}") from error
    return replace(settings, extra=data)


# ---- writing -----------------------------------------------------------------------------------


def to_text(project: Project) -> str:
    """The text of a project's file. `parse(to_text(p)) == p`."""
    return "\n".join(_lines(project)) + "\n"


def _lines(project: Project) -> Iterator[str]:
    settings = project.settings
    yield "{"
    yield f' "netloom": {VERSION},'
    if project.uid:
        yield f' "uid": {_json(project.uid)},'
    for key, value in project.extra.items():
        yield f" {_json(key)}: {_json(value)},"
    fields = {**settings.values(), **settings.extra}
    yield f' "settings": {_json(fields)},'
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
    yield f"  {_json(board.name)}: {{"
    yield f'   "kind": {_json(board.kind)},'
    for key, value in board.extra.items():
        yield f"   {_json(key)}: {_json(value)},"
    if board.params:
        yield f'   "params": {_json({k: _plain(v) for k, v in board.params.items()})},'
    nodes = [f"    {_json(n.id)}: {_json(_node_fields(n))}" for n in board.nodes.values()]
    yield from _block('   "nodes": {', nodes, "   },")
    wires = [f"    {_json(str(wire))}" for wire in board.wires]
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


def _json(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    alone = any("\ud800" <= sign <= "\udfff" for sign in text) if not text.isascii() else False
    return json.dumps(value, allow_nan=False) if alone else text

"""The text of a project's file becomes a project, or a sentence says why not.

What this version does not know is kept and saved back: fields, types, values, wires and boards of
unknown kinds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from nodes.declare import BoardKind
from studio.model.expression import Expression
from studio.model.files import FileError
from studio.model.migrations import VERSION, migrated
from studio.model.names import malformed
from studio.model.notes import Note
from studio.model.project import Board, Node, Project, Wire
from studio.model.settings import SETTINGS, Settings
from studio.model.strict_json import json_tree
from studio.model.uids import derived_uid
from studio.model.values import Json, Raw, Value

LONGEST_UID = 64
_KINDS: tuple[BoardKind, ...] = get_args(BoardKind)


def parse(text: str) -> Project:
    """A project from the text of its file. Raises FileError, with the line where JSON is broken."""
    data = json_tree(text)
    if not isinstance(data, dict) or "netloom" not in data:
        raise FileError('it is not a Netloom project: the field "netloom" is missing.')
    version = data.pop("netloom")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
        raise FileError(
            f"it is written in version {version!r} of the format; this Netloom reads versions up "
            f"to {VERSION}. Update Netloom to open it."
        )
    data = migrated(data, version)
    boards, unread = {}, {}
    for name, value in _mapping(data.pop("boards", {}), "boards").items():
        fields = _mapping(value, f"board {_name(name, 'board')!r}")
        kind = fields.pop("kind", "network")
        if kind in _KINDS:
            boards[name] = _board(name, kind, fields)
        else:
            unread[name] = value
    variables = _values(data.pop("variables", {}), "variables")
    settings = _settings(_mapping(data.pop("settings", {}), "settings"))
    uid = _uid(data, "the project")
    return Project(boards, settings, data, uid, None, variables, unread)


def _uid(data: dict[str, Json], where: str) -> str:
    uid = data.pop("uid", "")
    if not isinstance(uid, str) or len(uid) > LONGEST_UID:
        raise FileError(f'{where}: "uid" must be text of at most {LONGEST_UID} letters.')
    return uid


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


def _board(name: str, kind: BoardKind, data: dict[str, Json]) -> Board:
    nodes = {}
    for id, value in _mapping(data.pop("nodes", {}), f"board {name}: nodes").items():
        nodes[id] = _node(_name(id, f"board {name}"), _mapping(value, f"node {name}.{id}"), name)
    nodes = _told_apart(name, nodes)
    wires: dict[Wire, None] = {}
    unread = []
    for text in _listed(data, "wires", name):
        wire = Wire.read(text)
        if wire is not None and {wire.source, wire.target} <= nodes.keys():
            wires[wire] = None
        else:
            unread.append(text)
    params = _values(data.pop("params", {}), f"board {name}: params")
    notes, frames = _notes(data, "notes", name), _notes(data, "frames", name)
    stage = data.pop("stage", None)
    if stage is not None and (not isinstance(stage, int) or isinstance(stage, bool)):
        raise FileError(f'board {name}: "stage" must be a whole number.')
    own = _mapping(data.pop("settings", {}), f"board {name}: settings")
    _settings(dict(own), f"board {name}: settings")
    return Board(
        name,
        kind,
        nodes,
        tuple(wires),
        params,
        data,
        notes,
        frames,
        stage,
        own,
        tuple(unread),
    )


def _listed(data: dict[str, Json], field: str, board: str) -> list[Json]:
    value = data.pop(field, [])
    if not isinstance(value, list):
        raise FileError(f"board {board}: {field} must be a list.")
    return value


def _notes(data: dict[str, Json], field: str, board: str) -> tuple[Note, ...]:
    found = []
    for number, value in enumerate(_listed(data, field, board), 1):
        where = f"board {board}: {field}, number {number}"
        note = _mapping(value, where)
        text, colour = note.pop("text", ""), note.pop("colour", "")
        if not isinstance(text, str) or not isinstance(colour, str):
            raise FileError(f'{where}: "text" and "colour" must be text.')
        at, size = (_pair(note.pop(key, [0, 0]), where, key) for key in ("at", "size"))
        found.append(Note(text, at, size, colour, note))
    return tuple(found)


def _node(id: str, data: dict[str, Json], board: str) -> Node:
    where = f"node {board}.{id}"
    type_name = data.pop("type", None)
    if not isinstance(type_name, str):
        raise FileError(f'{where}: the field "type" must name a node type.')
    at = _pair(data.pop("at", [0, 0]), where, "at")
    uses = data.pop("uses", None)
    if uses is not None and not isinstance(uses, str):
        raise FileError(f'{where}: "uses" must name a node.')
    params = _mapping(data.pop("params", {}), f"{where}: params")
    values = {key: _value(value, f"{where}: {key}") for key, value in params.items()}
    uid = _uid(data, where)
    return Node(id, type_name, values, at, uses, data, uid, _silent(data))


def _silent(data: dict[str, Json]) -> tuple[str, ...]:
    """Codes of warnings. Files of an earlier time may hold something else there, which is kept."""
    codes = data.get("silent")
    if not isinstance(codes, list) or not codes:
        return ()
    words = tuple(code for code in codes if isinstance(code, str))
    if len(words) < len(codes):
        return ()
    del data["silent"]
    return words


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


def _pair(value: Json, where: str, field: str) -> tuple[float, float]:
    """A place on the canvas, or a size."""
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
        and all(abs(v) < 1e9 for v in value)
    ):
        return float(value[0]), float(value[1])
    raise FileError(f'{where}: "{field}" must be two numbers, as on the canvas.')


def _values(value: Json, where: str) -> dict[str, Value]:
    """Values by names that expressions may use."""
    return {
        _name(key, where): _value(item, f"{where}: {key}")
        for key, item in _mapping(value, where).items()
    }


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


def _settings(data: dict[str, Json], where: str = "settings") -> Settings:
    settings = Settings()
    for param in SETTINGS:
        if param.name in data:
            try:
                settings = settings.changed(param.name, data.pop(param.name))
            except ValueError as error:
                raise FileError(f"{where}: {error}") from error
    return replace(settings, extra=data)

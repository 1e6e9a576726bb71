"""The text of a project's file becomes a project, or a sentence says why not.

What this version does not know is kept and saved back: fields, types, values, wires and boards of
unknown kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from nodes.declare import BoardKind
from studio.model.expression import Expression
from studio.model.files import FileError
from studio.model.migrations import VERSION, migrated
from studio.model.names import malformed
from studio.model.project import Board, Node, Project, Wire
from studio.model.settings import SETTINGS, Settings
from studio.model.strict_json import json_tree
from studio.model.uids import derived_uid
from studio.model.values import Json, Raw, Value

LONGEST_UID = 64


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

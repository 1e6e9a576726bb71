"""Cards as JSON: all of a node type but its logic, for processes that must not import what the
logic comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, replace
from typing import Any

from nodes.declare import NodeType, Param, Port

LOGIC = ("check", "describe", "forward", "infer")
"""What runs in helpers only; all else is the card."""

_PARTS: Mapping[str, type[Param] | type[Port]] = {"params": Param, "inputs": Port, "outputs": Port}


def card(node_type: NodeType) -> NodeType:
    """The type less its logic."""
    return replace(node_type, check=None, describe=None, infer=None, forward="")


def to_json(node_type: NodeType) -> str:
    """The card of a type, without what is as everywhere. Raises ValueError where something else
    than logic is no plain data."""
    return json.dumps(_fields(node_type, "", LOGIC), ensure_ascii=False)


def from_json(text: str) -> NodeType:
    """The card that such a text holds. Raises ValueError where it holds none."""
    try:
        found = {name: _restored(value) for name, value in json.loads(text).items()}
        for name, part in _PARTS.items():
            found[name] = tuple(part(**given) for given in found.get(name, _default(name)))
        found["boards"] = frozenset(found.get("boards", _default("boards")))
        return NodeType(**{"forward": "", **found})
    except (TypeError, AttributeError) as error:
        raise ValueError(f"this is no card of a node type: {error}") from error


def _default(name: str) -> Any:
    """What a field of a type is where nothing is said, as JSON has it."""
    declared = next(field for field in fields(NodeType) if field.name == name)
    return _plain(_usual(declared), name)


def _usual(declared: Field[Any]) -> object:
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    return declared.default


def _fields(value: NodeType | Param | Port, where: str, without: tuple[str, ...] = ()) -> Any:
    every = {field: getattr(value, field.name) for field in fields(value)}
    return {
        field.name: _plain(given, f"{where}{field.name}")
        for field, given in every.items()
        if field.name not in without and given != _usual(field)
    }


def _plain(value: object, where: str) -> Any:
    """The value in JSON's own types."""
    for kind in (str, bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    if value is None:
        return None
    if isinstance(value, tuple | list):
        return [_plain(item, where) for item in value]
    if isinstance(value, frozenset):
        return sorted(_plain(item, where) for item in value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item, where) for key, item in value.items()}
    if isinstance(value, Param | Port):
        return _fields(value, f"{where} {value.name}: ")
    raise ValueError(f"{where} holds a {type(value).__name__}, which is no plain value")


def _restored(value: Any) -> Any:
    """JSON's lists as tuples, at any depth."""
    if isinstance(value, list):
        return tuple(_restored(item) for item in value)
    if isinstance(value, dict):
        return {key: _restored(item) for key, item in value.items()}
    return value

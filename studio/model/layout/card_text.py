"""What is written on a node: its most telling parameters and its counts, in few letters."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.code import INSTALLED, read
from nodes.declare import NodeType, Param
from studio.model.project import Node
from studio.model.values import Value

_BARE = frozenset({"shape", "path"})
"""Kinds whose values say themselves what they are."""


SEPARATOR = " · "

LETTERS = 25
"""That have room side by side on a card."""


def details(node: Node, found: NodeType) -> str:
    """`6 · 5×5 · stride 2`: the arguments that matter most, then what differs from defaults."""
    return SEPARATOR.join(_told(node, found))


def folded(detail: str) -> tuple[str, ...]:
    """Details on one line where there is room, else on two: what is too long still is to be cut."""
    facts = detail.split(SEPARATOR)
    first = facts[:1]
    while len(first) < len(facts) and _fits([*first, facts[len(first)]]):
        first.append(facts[len(first)])
    return tuple(SEPARATOR.join(line) for line in (first, facts[len(first) :]) if line)


def _fits(facts: list[str]) -> bool:
    return len(SEPARATOR.join(facts)) <= LETTERS


def _told(node: Node, found: NodeType) -> Iterator[str]:
    first = found.arguments[: found.positional]
    for param in found.params:
        value = node.params.get(param.name, param.default)
        changed = value != param.default
        if param.on_card == "never" or param.kind == "board" or value is None:
            continue
        if param.on_card == "count":
            yield f"{short(value, param)} {_name(param)}"
        elif param.on_card == "changed":
            if changed:
                yield short(value, param)
        elif (
            param.on_card == "value"
            or param.kind in _BARE
            or (param.on_card == "" and param.name in first)
        ):
            yield short(value, param)
        elif changed or param.always or param.on_card == "name":
            yield _named(param, value)


def _name(param: Param) -> str:
    return param.short or param.name.replace("_", " ")


def _named(param: Param, value: Value) -> str:
    if value is True:
        return param.name
    if value is False:
        return f"no {param.name}"
    return f"{_name(param)} {short(value, param)}"


def short(value: object, param: Param) -> str:
    """A value as the card shows it: `5×5` for a kernel, `N×1×32×32` for a shape."""
    if isinstance(value, tuple):
        return "×".join(str(item).split("=")[0] for item in value)
    if param.axes > 1:
        return "×".join([str(value)] * param.axes)
    if isinstance(value, float):
        return f"{value:g}"
    if param.kind == "code":
        return _called(str(value))
    if param.kind == "path":
        return str(value).replace("\\", "/").rsplit("/", 1)[-1]
    return str(value)


def _called(text: str) -> str:
    """The name of the class or function in code."""
    try:
        return read(text).name
    except ValueError:
        return text.rpartition(":")[2] if INSTALLED.fullmatch(text) else "…"


def count(number: int) -> str:
    """`156`, `61.7 k`, `1.2 M`: a count in three figures."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            scaled = number / size
            return f"{scaled:.0f} {unit}" if scaled >= 100 else f"{scaled:.1f} {unit}"
    return str(number)

"""What is written on a node: its most telling parameters and its counts, in few letters."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import NodeType, Param
from studio.model.project import Node
from studio.model.values import Value

_UNTOLD = frozenset({"block", "network", "repeat", "eps", "init", "init_std", "init_depth", "bias"})
_BARE = frozenset({"kernel_size", "optimizer", "order"})
"""Told by the value alone."""
_ALWAYS = frozenset({"learning_rate", "dim", "index", "batch_size", "length"})
"""Told even where they have their default."""
_ABBREVIATED = {"learning_rate": "lr", "batch_size": "batch", "dtype": ""}


def details(node: Node, found: NodeType) -> str:
    """`6 · 5×5 · stride 2`: the arguments that matter most, then what differs from defaults."""
    return " · ".join(_told(node, found))


def _told(node: Node, found: NodeType) -> Iterator[str]:
    first = [name for name in found.arguments[: found.positional] if found.param(name)]
    for param in found.params:
        value = node.params.get(param.name, param.default)
        if param.name in _UNTOLD or value is None:
            continue
        if param.name in first or param.name in _BARE or param.kind in ("shape", "path"):
            bare = len(first) == 1 and param.name.startswith("num_")
            name = f" {param.name.removeprefix('num_')}" if bare else ""
            yield short(value, param) + name
        elif value != param.default or param.always or param.name in _ALWAYS:
            yield _named(param, value)


def _named(param: Param, value: Value) -> str:
    if value is True:
        return param.name
    if value is False:
        return f"no {param.name}"
    name = _ABBREVIATED.get(param.name, param.name.replace("_", " "))
    return f"{name} {short(value, param)}".strip()


def short(value: object, param: Param) -> str:
    """A value as the card shows it: `5×5` for a kernel, `N×1×32×32` for a shape."""
    if isinstance(value, tuple):
        return "×".join(str(item).split("=")[0] for item in value)
    if param.kind == "ints" and param.name in ("kernel_size", "output_size", "patch_size"):
        return f"{value}×{value}"
    if isinstance(value, float):
        return f"{value:g}"
    if param.kind == "path":
        return str(value).replace("\\", "/").rsplit("/", 1)[-1]
    return str(value)


def count(number: int) -> str:
    """`156`, `61.7 k`, `1.2 M`: a count in three figures."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            scaled = number / size
            return f"{scaled:.0f} {unit}" if scaled >= 100 else f"{scaled:.1f} {unit}"
    return str(number)

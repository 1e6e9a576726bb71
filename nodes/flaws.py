"""What is wrong with a declaration: one of another package is then left out and breaks nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from nodes.declare import BoardKind, Kind, Meaning, Nature, NodeType, Param, Port, PortKind, Role
from nodes.equation import Equation
from nodes.formula import Formula


def flaws(node_type: NodeType) -> Iterator[str]:
    """All of them, each as a clause."""
    if not (isinstance(node_type.name, str) and node_type.name.isidentifier()):
        yield "its name is no name"
    for what in (node_type.category, node_type.summary, node_type.glyph, node_type.short):
        if not isinstance(what, str):
            yield f"{what!r} is no text"
    if node_type.role not in get_args(Role):
        yield f"there is no role {node_type.role!r}"
    if node_type.nature not in get_args(Nature):
        yield f"there is no nature {node_type.nature!r}"
    if node_type.nature_when and node_type.param(node_type.nature_when[0]) is None:
        yield f"its nature depends on {node_type.nature_when[0]}, which is no parameter"
    if node_type.gathers and not (node_type.role == "metric" and node_type.layer):
        yield "it gathers, but is no metric with a layer that does so"
    if not node_type.boards <= set(get_args(BoardKind)):
        yield "it belongs on boards that there are not"
    yield from _ports("input", node_type.inputs)
    yield from _ports("output", node_type.outputs)
    names = [param.name for param in node_type.params]
    for port in (*node_type.inputs, *node_type.outputs):
        if port.when is not None and port.when[0] not in names:
            yield f"{port.name} is there by {port.when[0]}, which is no parameter"
    for param in node_type.params:
        if names.count(param.name) > 1:
            yield f"two parameters are called {param.name}"
        yield from _param(param, node_type)
    yield from _arguments(node_type, names)


def _ports(side: str, ports: tuple[Port, ...]) -> Iterator[str]:
    names = [port.name for port in ports]
    for port in ports:
        if not (isinstance(port.name, str) and port.name.isidentifier()):
            yield f"an {side} is called {port.name!r}, which is no name"
        elif names.count(port.name) > 1:
            yield f"two {side}s are called {port.name}"
        if port.kind not in get_args(PortKind):
            yield f"there is no kind {port.kind!r} of {side}"
        if port.means not in get_args(Meaning):
            yield f"there is no meaning {port.means!r} of {side}"


def _param(param: Param, node_type: NodeType) -> Iterator[str]:
    if not (isinstance(param.name, str) and param.name.isidentifier()):
        yield f"a parameter is called {param.name!r}, which is no name"
    if param.kind not in get_args(Kind):
        yield f"there is no kind {param.kind!r} of parameter"
    elif param.default is None and not param.optional:
        yield f"{param.name} has no default"
    elif param.default is not None and not _FITS[param.kind](param.default):
        yield f"the default of {param.name} is no {param.kind}: {param.default!r}"
    elif param.kind == "choice" and param.default not in param.choices:
        yield f"the default of {param.name} is none of its choices"
    if param.when is not None and node_type.param(param.when[0]) is None:
        yield f"{param.name} is asked for by {param.when[0]}, which is no parameter"
    one = node_type.inputs if param.gives == "inputs" else node_type.outputs
    if param.gives and not one:
        yield f"{param.name} gives {param.gives}, of which none is declared"


def _arguments(node_type: NodeType, names: list[str]) -> Iterator[str]:
    for argument in node_type.arguments:
        if argument not in names and argument not in node_type.inferred:
            yield f"its argument {argument} is neither a parameter nor read off an input"
    ports = {port.name for port in node_type.inputs}
    for argument, (port, _) in node_type.inferred.items():
        if port not in ports:
            yield f"{argument} is read off {port}, which is no input"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_formula(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(Formula(value).names)
    except ValueError:
        return False


def _is_equation(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(Equation(value).names)
    except ValueError:
        return False


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "int": _is_whole,
    "float": lambda value: isinstance(value, float) or _is_whole(value),
    "bool": lambda value: isinstance(value, bool),
    "choice": _is_text,
    "text": _is_text,
    "path": _is_text,
    "shape": lambda value: isinstance(value, tuple),
    "ints": lambda value: (
        _is_whole(value) or (isinstance(value, tuple) and all(map(_is_whole, value)))
    ),
    "board": _is_text,
    "node": _is_text,
    "instance": _is_text,
    "instances": lambda value: isinstance(value, tuple) and all(map(_is_text, value)),
    "formula": _is_formula,
    "equation": _is_equation,
    "code": _is_text,
    "literal": lambda value: isinstance(value, bool | int | float | str | tuple),
    "value": _is_text,
}

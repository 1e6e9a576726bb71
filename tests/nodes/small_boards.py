"""Small boards around one node of a type, for tests that any type must pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nodes.declare import NodeType, Param, Port
from studio.model.ports import with_ports
from studio.model.project import Board
from tests.compile.drawing import board, node

SIZES: dict[str, Any] = {"N": "N", "C": 8, "T": "T=12", "S": "S=8", "H": 12, "W": 8, "L": 12}
"""A size for each letter of a layout; 8 for others."""


def shape_for(port: Port) -> tuple[Any, ...]:
    """A shape that fits what an input asks for."""
    letters = [letter for letter in port.dims.split() if letter != "*"]
    if not letters:
        return ("N", "T=12") if port.kind == "int" else ("N", 4, 6)
    sizes = tuple(SIZES.get(letter, 8) for letter in letters)
    return sizes if "N" in letters else ("N", *sizes)


def network(node_type: NodeType, params: Mapping[str, Any], ports: int | None = None) -> Board:
    """A network around one node; `ports` counts the inputs that are wired, all by default."""
    shaped = with_ports(node_type, params)
    inputs, wires = [], []
    for number, port in enumerate(shaped.inputs[:ports]):
        for copy in range(2 if port.many else 1):
            id = f"x{number}{copy}"
            dtype = "int64" if port.kind == "int" else "float32"
            inputs.append(node(id, "Input", shape=shape_for(port), dtype=dtype))
            wires.append(f"{id} -> layer.{port.name}")
    outputs = [node(f"y{number}", "Output") for number in range(len(shaped.outputs))]
    wires += [f"layer.{p.name} -> y{number}" for number, p in enumerate(shaped.outputs)]
    return board([*inputs, node("layer", node_type.name, **params), *outputs], ", ".join(wires))


def variants(node_type: NodeType) -> Iterator[dict[str, Any]]:
    """Parameters to try a type with: its defaults, its examples, and other values of each parameter
    that no example sets."""
    yield {}
    yield from map(dict, node_type.examples)
    told = {name for example in node_type.examples for name in example}
    for param in node_type.params:
        if param.name not in told and param.kind not in ("path", "text"):
            for value in other_values(param):
                yield {param.name: value}


def other_values(param: Param) -> list[Any]:
    """Values besides the default. Raises AssertionError where none can be made up."""
    if param.kind == "bool":
        return [not param.default]
    if param.kind == "choice":
        return [choice for choice in param.choices if choice != param.default]
    if param.kind == "int":
        if param.default is None:
            return [3]
        return [param.default + 1 if param.low is not None and param.low >= 1 else 2]
    if param.kind == "ints":
        return [2, (2, 1) if param.axes == 2 else (2,)]
    if param.kind == "float":
        return [0.25, 0]
    raise AssertionError(f"{param.name}: declare examples of it")

"""A node's parameters with defaults filled in and a block's expressions worked out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nodes.declare import NodeType
from studio.model.expression import Expression
from studio.model.project import Node

Environment = Mapping[str, Any]
"""Values of the parameters of the block that a node is in."""


def resolve(node: Node, node_type: NodeType, environment: Environment) -> dict[str, Any]:
    """Parameter name -> value. Raises ValueError where an expression cannot be computed."""
    values = node_type.defaults()
    for name, value in node.params.items():
        values[name] = compute(value, environment)
    return values


def compute(value: Any, environment: Environment) -> Any:
    """A value with its expressions replaced by what they come to, whole where they can be."""
    if isinstance(value, Expression):
        number = value.value(environment)
        if isinstance(number, float) and number.is_integer():
            return int(number)
        return number
    if isinstance(value, tuple):
        return tuple(compute(item, environment) for item in value)
    return value


def frozen(values: Mapping[str, Any]) -> tuple[object, ...]:
    """The values as a key of a table. `True` and `1` differ."""
    return tuple((name, type(value), value) for name, value in values.items())

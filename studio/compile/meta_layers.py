"""Builds the real layers without memory (on torch's meta device) and runs them for their shapes."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from functools import cache
from types import CodeType, SimpleNamespace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nodes.declare import NodeType, Shapes, Values
from studio.compile.expression_template import fields, fill
from studio.compile.parameter_values import frozen
from studio.compile.trusted_code import module_at

META = torch.device("meta")


@cache
def imported(path: str) -> Any:
    """What an import path such as `torch.nn.Conv2d` names."""
    module, _, name = path.rpartition(".")
    return getattr(module_at(module), name)


@cache
def _takes_device(path: str) -> bool:
    return "device" in inspect.signature(imported(path)).parameters


def constructor_values(
    node_type: NodeType, values: Values, inferred: Mapping[str, int]
) -> dict[str, Any]:
    """Constructor argument -> value, without optional ones that nothing was inferred for."""
    return {
        name: inferred[name] if name in node_type.inferred else values[name]
        for name in node_type.arguments
        if name not in node_type.inferred or name in inferred
    }


def is_printed(node_type: NodeType, name: str, value: Any) -> bool:
    """Whether a constructor argument must be written: not where it equals the layer's default."""
    param = node_type.param(name)
    position = node_type.arguments.index(name)
    if param is None or param.always or position < node_type.positional:
        return True
    return bool(value != param.default) or type(value) is not type(param.default)


def build(
    node_type: NodeType,
    values: Values,
    inferred: Mapping[str, int],
    device: torch.device = META,
) -> nn.Module:
    """The layer on a device, usually without memory. Raises what its constructor raises."""
    every = constructor_values(node_type, values, inferred)
    given = {n: v for n, v in every.items() if is_printed(node_type, n, v)}
    positional = [given.pop(name) for name in node_type.arguments[: node_type.positional]]
    given.update(node_type.fixed)
    make = imported(node_type.layer)
    if _takes_device(node_type.layer):
        layer = make(*positional, **given, device=device)
    else:
        with device:
            layer = make(*positional, **given)
    assert isinstance(layer, nn.Module)
    return layer.eval()


class Layers:
    """Layers without memory, kept for when they run again at other sizes."""

    def __init__(self, limit: int = 2_000) -> None:
        self._limit = limit
        self._layers: dict[object, nn.Module] = {}

    def layer(self, node_type: NodeType, values: Values, inferred: Mapping[str, int]) -> nn.Module:
        """The layer of a node. Raises what its constructor raises."""
        key = (node_type.name, frozen(values), tuple(inferred.items()))
        if key not in self._layers:
            if len(self._layers) >= self._limit:
                self._layers.clear()
            self._layers[key] = build(node_type, values, inferred)
        return self._layers[key]


def expression(node_type: NodeType, values: Values, shapes: Shapes) -> str:
    """The expression that computes a node, its fields not filled in yet."""
    forward = node_type.forward
    return forward if isinstance(forward, str) else forward(values, shapes)


@cache
def _code(text: str) -> CodeType:
    return compile(text, "<node>", "eval")


_NAMES = {
    "torch": torch,
    "nn": nn,
    "F": F,
    "math": math,
    "at": SimpleNamespace(done=0, total=1),
}


def run(
    node_type: NodeType,
    template: str,
    values: Values,
    layer: nn.Module | None,
    inputs: Mapping[str, Sequence[Tensor]],
) -> dict[str, Tensor]:
    """Output port -> tensor. Raises what the layer raises."""
    scope: dict[str, Any] = {**_NAMES, "layer": layer}
    if node_type.function:
        scope["function"] = imported(node_type.function)
    names: dict[str, str | list[str]] = {}
    for field in fields(template):
        if field in ("layer", "function"):
            names[field] = field
        elif field in inputs:
            port = next(port for port in node_type.inputs if port.name == field)
            every = [f"{field}_{number}" for number in range(len(inputs[field]))]
            scope.update(zip(every, inputs[field], strict=True))
            names[field] = every if port.many else every[0]
        else:
            value = values[field]
            names[field] = list(map(repr, value)) if isinstance(value, tuple) else repr(value)
    result = eval(_code(fill(template, names)), scope)
    if node_type.gathers:
        result = _gathered(layer, result)
    if not node_type.targets:
        return {port.name: result for port in node_type.outputs} or {"": result}
    ports, given = fields(node_type.targets), _flat(result)
    if len(ports) != len(given):
        raise TypeError(
            f"it gives {len(given)} values, and its ports are {', '.join(ports)}; name each value "
            "where it is returned"
        )
    return dict(zip(ports, given, strict=True))


def _gathered(metric: Any, values: tuple[Tensor, ...]) -> Any:
    metric.update(*values)
    return metric.compute()


def _flat(value: Any) -> list[Tensor]:
    if not isinstance(value, tuple | list):
        return [tensor(value)]
    return [item for part in value for item in _flat(part)]


def tensor(value: Any) -> Tensor:
    """The value as what wires carry. Raises TypeError, in a sentence, where it is something else,
    as code of a person's own may return."""
    if isinstance(value, Tensor):
        return value
    kind = type(value).__name__
    several = isinstance(value, tuple | list)
    hint = "; name each value where it is returned, as in return a, b" if several else ""
    article = "an" if kind[0] in "aeiou" else "a"
    raise TypeError(f"it gives {article} {kind}, and wires carry tensors{hint}")

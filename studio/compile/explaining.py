"""What there is to tell of a node type: its formula set, pictures, what the layer's own
documentation says, its source. Everything is read live, as it is installed here."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

import torch
import torch.nn.functional as F

from nodes.declare import NodeType, Values
from studio.compile import meta_layers, type_pictures
from studio.compile.copied_code import copied
from studio.compile.docstrings import parts_of
from studio.compile.typesetting import typeset
from studio.compile.usual_shapes import usual_shapes
from studio.model.parameters import problem_with_value
from studio.model.type_help import Illustration, TypeHelp

TORCH_PAGES = "https://docs.pytorch.org/docs/stable/generated"
SAMPLES = 321
"""Points of a curve."""

_CALLS = re.compile(r"\b(F|torch)\.(\w+)\(|\}\.(\w+)\(")


def explained(node_type: NodeType, given: Mapping[str, Any]) -> TypeHelp:
    """The help of a type, its pictures at these values where they are allowed ones."""
    values = {**node_type.defaults(), **_allowed(node_type, given)}
    documented, path = _documented(node_type, values)
    words, shapes = parts_of(inspect.getdoc(documented) or "") if documented else ([], [])
    formulas = [part.text for part in (*words, *shapes) if part.kind == "formula"]
    every = {latex: typeset(latex) for latex in (node_type.formula, *formulas) if latex}
    return TypeHelp(
        {latex: drawing for latex, drawing in every.items() if drawing},
        tuple(pictures(node_type, values)),
        usual_shapes(node_type),
        tuple(shapes),
        tuple(words),
        f"{TORCH_PAGES}/{path}.html" if path.startswith("torch.") else "",
        _source(node_type),
    )


def _allowed(node_type: NodeType, given: Mapping[str, Any]) -> dict[str, Any]:
    """Of some values those that a node of this type may have."""
    known = ((param, given[param.name]) for param in node_type.params if param.name in given)
    return {param.name: value for param, value in known if not problem_with_value(param, value)}


def _documented(node_type: NodeType, values: Values) -> tuple[object | None, str]:
    """What has the documentation, and where it is imported from: the layer, the data source, or
    else the function that is called first."""
    if path := node_type.layer or node_type.dataset:
        return meta_layers.imported(path), path
    shapes = {port.name: ((2, 3), (2, 3)) for port in node_type.inputs}
    text = meta_layers.expression(node_type, values, shapes)
    for module, function, method in _CALLS.findall(text):
        if module == "F":
            return getattr(F, function, None), f"torch.nn.functional.{function}"
        if function or hasattr(torch, method):
            return getattr(torch, function or method, None), f"torch.{function or method}"
        return getattr(torch.Tensor, method, None), f"torch.Tensor.{method}"
    return None, ""


def _source(node_type: NodeType) -> str:
    """The code of a layer or data source that torch lacks, as exports copy it."""
    path = node_type.layer or node_type.dataset
    if not path or node_type.library or path.startswith("torch."):
        return ""
    try:
        return copied([path], ()).text
    except (OSError, SyntaxError):  # it was not made from a file
        return ""


def pictures(node_type: NodeType, values: Values) -> Iterator[Illustration]:
    """Drawings of what a node with these values does, where its type declares that one helps."""
    if node_type.curve:
        yield from _curve(node_type, values)
    if node_type.window:
        yield from _window(node_type, values)


def _curve(node_type: NodeType, values: Values) -> Iterator[Illustration]:
    """The function itself, asked at many places."""
    x = torch.linspace(-type_pictures.SPAN, type_pictures.SPAN, SAMPLES)
    shapes = {"input": ((1, SAMPLES),)}
    try:
        template = meta_layers.expression(node_type, values, shapes)
        layer = None
        if node_type.layer:
            layer = meta_layers.build(node_type, values, {}, torch.device("cpu"))
        with torch.no_grad():
            (y,) = meta_layers.run(
                node_type, template, values, layer, {node_type.inputs[0].name: [x[None]]}
            ).values()
    except Exception:  # a layer may refuse these values in any way; then there is no picture
        return
    points = list(zip(x.tolist(), y[0].tolist(), strict=True))
    yield type_pictures.curve(points, f"{node_type.name} from -4 to 4")


def _window(node_type: NodeType, values: Values) -> Iterator[Illustration]:
    names = node_type.window
    size = values[names["size"]]
    axes = len(size) if isinstance(size, tuple) else _axes(node_type)

    def each(name: str, usual: object, alone: int) -> type_pictures.Pair:
        """The last two of a parameter's numbers; `alone` above a single one."""
        found = values.get(names.get(name, ""), usual)
        found = usual if found is None else found
        numbers = found if isinstance(found, tuple) else (found,) * axes
        whole = [number if isinstance(number, int) else 0 for number in numbers]
        return ([alone] * 2 + whole)[-2], whole[-1]

    sizes, steps = each("size", 1, 1), each("stride", size, 1)
    yield type_pictures.window(sizes, steps, each("padding", 0, 0), each("dilation", 1, 1))


def _axes(node_type: NodeType) -> int:
    """Along how many axes it slides: those of its input but for samples and channels."""
    return max(1, len(node_type.inputs[0].dims.split()) - 2)

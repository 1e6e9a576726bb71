"""Arithmetic and comparisons: nodes for two tensors, formulas for tensors and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from studio.importing.sketch import Draws, Sketch, Undrawable, is_number
from studio.importing.trace import Value

_UNARY = ["abs", "atan", "cos", "erf", "exp", "log", "round", "sign", "sin", "sqrt"]
_FORMULAS: Mapping[str, str] = {
    **{name: f"{name}(x)" for name in _UNARY},
    "neg": "-x",
    "negative": "-x",
    "square": "x ** 2",
    "rsqrt": "x ** -0.5",
    "reciprocal": "1 / x",
    "log1p": "log(1 + x)",
    "expm1": "exp(x) - 1",
}
_JOINING: Mapping[str, tuple[str, str]] = {
    "add": ("Add", "+"),
    "mul": ("Multiply", "*"),
    "multiply": ("Multiply", "*"),
    "sub": ("Subtract", "-"),
    "subtract": ("Subtract", "-"),
    "div": ("Divide", "/"),
    "divide": ("Divide", "/"),
    "true_divide": ("Divide", "/"),
}
_RELATIONS: Mapping[str, tuple[str, str]] = {
    "lt": ("less", "<"),
    "less": ("less", "<"),
    "le": ("at most", "<="),
    "less_equal": ("at most", "<="),
    "eq": ("equal", "=="),
    "ne": ("different", "!="),
    "not_equal": ("different", "!="),
    "ge": ("at least", ">="),
    "greater_equal": ("at least", ">="),
    "gt": ("more", ">"),
    "greater": ("more", ">"),
}


def number(value: Any) -> str:
    """A number in a formula."""
    if not is_number(value):
        raise Undrawable
    return f"({value!r})" if value < 0 else repr(value)


def formula(sketch: Sketch, text: str, **inputs: Any) -> None:
    """The result is a formula of tensors."""
    sketch.gives(sketch.add("Expression", inputs, {"formula": text}))


def _unary(sketch: Sketch) -> None:
    sketch.bind("input")
    formula(sketch, _FORMULAS[sketch.name.strip("_")], x=sketch["input"])


def _joined(sketch: Sketch) -> None:
    sketch.bind("input other alpha=1 rounding_mode=None")
    if sketch["alpha"] != 1 or sketch["rounding_mode"] is not None:
        raise Undrawable
    type, sign = _JOINING[sketch.name.strip("_")]
    _two(sketch, sketch["input"], sketch["other"], type, sign)


def _reversed(sketch: Sketch) -> None:
    sketch.bind("input other alpha=1")
    name = sketch.name.strip("_")
    type, sign = _JOINING[{"rtruediv": "div"}.get(name, name[1:])]
    _two(sketch, sketch["other"], sketch["input"], type, sign)


def _two(sketch: Sketch, first: Any, second: Any, type: str, sign: str) -> None:
    for name in ("input", "other"):
        sketch.fixed(name)
    if not isinstance(second, Value):
        formula(sketch, f"x {sign} {number(second)}", x=first)
    elif not isinstance(first, Value):
        formula(sketch, f"{number(first)} {sign} x", x=second)
    elif "inputs" in (port.name for port in sketch.type(type).inputs):
        sketch.gives(sketch.add(type, {"inputs": [first, second]}))
    else:
        sketch.gives(sketch.add(type, {"input": first, "other": second}))


def _power(sketch: Sketch) -> None:
    sketch.bind("input exponent")
    base, exponent = sketch["input"], sketch["exponent"]
    if sketch.name == "__rpow__":
        base, exponent = exponent, base
    inputs = {n: v for n, v in (("a", base), ("b", exponent)) if isinstance(v, Value)}
    texts = [n if isinstance(v, Value) else number(v) for n, v in (("a", base), ("b", exponent))]
    formula(sketch, " ** ".join(texts), **inputs)


def _extreme(sketch: Sketch) -> None:
    sketch.bind("input other")
    if not isinstance(sketch["other"], Value):
        raise Undrawable
    formula(sketch, f"{sketch.name}(a, b)", a=sketch["input"], b=sketch["other"])


def _compared(sketch: Sketch) -> None:
    sketch.bind("input other")
    relation, _ = _RELATIONS[sketch.name.strip("_")]
    first, second = sketch["input"], sketch.fixed("other")
    if isinstance(second, Value):
        node = sketch.add("Compare", {"input": first, "other": second}, {"relation": relation})
    else:
        params = {"relation": relation, "value": float(second)}
        node = sketch.add("Compare", {"input": first}, params)
    sketch.gives(node)


def _logical(sketch: Sketch) -> None:
    sketch.bind("input other")
    relation = sketch.name.removeprefix("logical_").removeprefix("bitwise_").strip("_")
    inputs = [sketch["input"], sketch["other"]]
    if any(not isinstance(v, Value) or v.dtype != torch.bool for v in inputs):
        raise Undrawable
    sketch.gives(sketch.add("Logical", {"inputs": inputs}, {"relation": relation}))


def _not(sketch: Sketch) -> None:
    sketch.bind("input")
    if sketch["input"].dtype != torch.bool:
        raise Undrawable
    sketch.gives(sketch.add("Not", {"input": sketch["input"]}))


def opposite(sketch: Sketch, mask: Value) -> Any:
    """A mask that is true where another is not."""
    if not mask.live and mask.tensor is not None:
        return sketch.constant(mask, ~mask.tensor)
    return sketch.add("Not", {"input": mask}), "output"


def _where(sketch: Sketch) -> None:
    sketch.bind("condition input other")
    _chosen(sketch, sketch["condition"], sketch["input"], sketch["other"])


def _filled(sketch: Sketch) -> None:
    sketch.bind("input mask value")
    _chosen(sketch, sketch["mask"], sketch["value"], sketch["input"])


def _chosen(sketch: Sketch, condition: Any, first: Any, second: Any) -> None:
    if not isinstance(condition, Value):
        raise Undrawable
    if not isinstance(first, Value):
        condition, first, second = opposite(sketch, condition), second, first
    if isinstance(second, Value):
        node = sketch.add("Where", {"condition": condition, "input": first, "other": second})
    else:
        least = torch.finfo(torch.float32).min
        value = min(max(float(second), least), -least)  # nodes hold finite numbers
        node = sketch.add("Where", {"condition": condition, "input": first}, {"value": value})
    sketch.gives(node)


ARITHMETIC: Mapping[str, Draws] = {
    **dict.fromkeys(_FORMULAS, _unary),
    **dict.fromkeys(_JOINING, _joined),
    **dict.fromkeys(("rsub", "rdiv", "rtruediv", "radd", "rmul"), _reversed),
    **dict.fromkeys(("pow", "rpow"), _power),
    **dict.fromkeys(("maximum", "minimum"), _extreme),
    **dict.fromkeys(_RELATIONS, _compared),
    **dict.fromkeys(
        [f"{kind}{name}" for kind in ("", "logical_", "bitwise_") for name in ("and", "or", "xor")],
        _logical,
    ),
    **dict.fromkeys(("logical_not", "bitwise_not", "invert"), _not),
    "where": _where,
    "masked_fill": _filled,
}

"""Operations on the elements of one tensor or two."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import NodeType, Param, Port, Problem, Shapes, Values
from nodes.tensors.fitting import (
    INPUT,
    OUTPUT,
    broadcasts,
    dim_exists,
    dim_param,
    input_and_other,
    ports_broadcast,
    set_to,
)

_TWO = (Port("input", "number"), Port("other", "number"))

SUBTRACT = NodeType(
    "Subtract",
    "Combine",
    "Difference, element by element: what one has more than the other.",
    inputs=_TWO,
    outputs=(Port("output", "number"),),
    forward="{input} - {other}",
    check=input_and_other,
    formula=r"y = a - b",
    keywords="minus difference residual error sub",
    glyph="−",
)

DIVIDE = NodeType(
    "Divide",
    "Combine",
    "Quotient, element by element.",
    inputs=_TWO,
    forward="{input} / {other}",
    check=input_and_other,
    formula=r"y = \frac{a}{b}",
    keywords="quotient ratio normalise scale div",
    glyph="÷",
)

_BOUNDS = (
    Param("low", "float", 0.0, "Smaller values become this; empty: any.", optional=True),
    Param("high", "float", 1.0, "Larger values become this; empty: any.", optional=True),
)


def _clamp(values: Values, shapes: Shapes) -> str:
    given = [f"{name}={{{bound}}}" for name, bound in (("min", "low"), ("max", "high"))]
    kept = [text for text in given if values[text.partition("{")[2][:-1]] is not None]
    return f"{{input}}.clamp({', '.join(kept)})"


def _bounds(values: Values, shapes: Shapes) -> Iterator[Problem]:
    low, high = values["low"], values["high"]
    if low is None and high is None:
        yield Problem("bounds", "{node}: give low, high or both", fixes=(set_to("low", 0.0),))
    elif low is not None and high is not None and low > high:
        text = f"{{node}}: low ({low:g}) is above high ({high:g}), so that all values become one"
        yield Problem("bounds", text)


CLAMP = NodeType(
    "Clamp",
    "Combine",
    "Keeps values between two bounds.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=_BOUNDS,
    forward=_clamp,
    check=_bounds,
    examples=({"low": None}, {"high": None}, {"low": -2.0, "high": 2.0}),
    formula=r"y = \min(\max(x, \mathrm{low}), \mathrm{high})",
    curve=True,
    keywords="clip limit bound minimum maximum saturate hardtanh",
    glyph="⊓",
)

_SIGNS = {
    "less": "<",
    "at most": "<=",
    "equal": "==",
    "different": "!=",
    "at least": ">=",
    "more": ">",
}


def _compare(values: Values, shapes: Shapes) -> str:
    other = "{other}" if shapes.get("other") else "{value}"
    return f"{{input}} {_SIGNS[values['relation']]} {other}"


COMPARE = NodeType(
    "Compare",
    "Combine",
    "True where a value is less than, equal to or more than another, or than a number.",
    inputs=(
        Port("input", "any"),
        Port("other", "any", optional=True, summary="Free: all are compared with value."),
    ),
    outputs=(Port("output", "bool"),),
    params=(
        Param(
            "relation", "choice", "more", "What is asked.", choices=tuple(_SIGNS), on_card="value"
        ),
        Param("value", "float", 0.0, "What is compared with, where other is free."),
    ),
    forward=_compare,
    check=input_and_other,
    formula=r"y_i = (a_i < b_i),\ (a_i \leq b_i),\ (a_i = b_i),\ \ldots",
    keywords="greater less equal threshold mask condition eq gt lt ge le ne",
    glyph="≷",
)


def _where(values: Values, shapes: Shapes) -> str:
    condition = "{condition}"
    if lacking := _lacking(shapes):
        condition += f"[..., {', '.join(['None'] * lacking)}]"
    other = "{other}" if shapes.get("other") else "{value}"
    return f"torch.where({condition}, {{input}}, {other})"


def _lacking(shapes: Shapes) -> int:
    """Dimensions that a condition lacks at its end, where it has the input's first ones."""
    (condition,), (input,) = shapes["condition"], shapes["input"]
    if broadcasts(condition, input) or condition != input[: len(condition)]:
        return 0
    return len(input) - len(condition)


def _where_fits(values: Values, shapes: Shapes) -> Iterator[Problem]:
    if not _lacking(shapes):
        yield from ports_broadcast(shapes, "input", "condition")
        yield from ports_broadcast(shapes, "other", "condition")
    yield from ports_broadcast(shapes, "input", "other")


WHERE = NodeType(
    "Where",
    "Combine",
    "Where the condition holds the input, elsewhere another tensor or a number.",
    inputs=(
        Port(
            "condition",
            "bool",
            dims="* C",
            summary="Has the first dimensions of the input, such as a mask of samples or of "
            "positions, or the last.",
        ),
        Port("input", "any", dims="* C"),
        Port("other", "any", optional=True, dims="* C", summary="Free: value stands elsewhere."),
    ),
    outputs=OUTPUT,
    params=(Param("value", "float", 0.0, "What stands elsewhere, where other is free."),),
    forward=_where,
    check=_where_fits,
    formula=r"y_i = a_i\ \mathrm{if}\ c_i\mathrm{,\ else}\ b_i",
    keywords="select condition mask masked_fill if choose replace",
    glyph="?:",
)

CUMULATIVE = NodeType(
    "CumulativeSum",
    "Combine",
    "Each entry is the sum of all up to it, along a dimension.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(dim_param("The dimension along which it adds up."),),
    forward="{input}.cumsum({dim})",
    check=dim_exists,
    formula=r"y_i = \sum_{j \leq i} x_j",
    keywords="cumsum running total prefix integrate scan",
    glyph="Σ↗",
)

CAST = NodeType(
    "Cast",
    "Combine",
    "The same values as another type of element, such as real numbers of whole ones.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(
        Param(
            "to",
            "choice",
            "float",
            "float: real numbers; long: whole numbers; bool: true unless zero.",
            choices=("float", "long", "bool", "half", "bfloat16", "double"),
            on_card="value",
        ),
    ),
    forward=lambda values, shapes: f"{{input}}.{values['to']}()",
    keywords="dtype convert type float int integer bool half",
    glyph="→ℝ",
)

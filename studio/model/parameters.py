"""What a parameter may hold, and how a person writes it: one answer for forms and checks."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable

from nodes.code import LENGTH
from nodes.declare import Kind, Param
from nodes.equation import Equation
from nodes.formula import Formula
from studio.model.expression import Expression
from studio.model.names import malformed, problem_with
from studio.model.values import Raw, Value

LARGEST = 2**31 - 1
"""Whole numbers beyond it are no sizes."""

MOST_PORTS = 64
"""Inputs or outputs that a parameter may give a node."""

UNTOLD = 1e12

COMPUTED: frozenset[Kind] = frozenset({"int", "float", "ints", "shape", "literal"})
"""Kinds that an expression over a block's parameters may give."""

NAMED: frozenset[Kind] = frozenset({"bool", "choice", "text"})
"""Kinds that are no numbers: one of a block's parameters may stand there, by its name alone."""


def problem_with_value(param: Param, value: Value, block: bool = False) -> str | None:
    """Why a value does not fit a parameter, in one sentence, or None where it does.

    Expressions fit on the board of a block only (`block`), those that calculate fit numbers.
    """
    if value is None:
        return None if param.optional else f"{param.name} needs a value: {_wanted(param)}."
    if param.gives and (problem := _too_many(param, value)):
        return problem
    if isinstance(value, Expression) and (param.kind in COMPUTED or value.alone):
        if param.kind not in COMPUTED | NAMED:
            return _not(param, value)
        return None if block else _no_expression(param)
    if param.kind == "int":
        return _whole(param, value)
    if param.kind == "float":
        return _real(param, value)
    if param.kind == "ints":
        return _whole_numbers(param, value, block)
    if param.kind == "shape":
        return _shape(param, value, block)
    if param.kind == "bool":
        return None if isinstance(value, bool) else _not(param, value)
    if param.kind == "instances":
        return _instances(param, value)
    if param.kind == "literal":
        return _several(param, value, block)
    if not isinstance(value, str):
        return _not(param, value)
    return _words(param, value)


def how_many(value: int | tuple[Value, ...]) -> int:
    """How many ports a number of them, or an entry for each, gives."""
    return len(value) if isinstance(value, tuple) else value


def parse_value(param: Param, text: str, block: bool = False) -> Value:
    """The value that a person typed: `16`, `1e-3`, `3, 3`, `N, 1, 28, 28`, `=4 * dim`.

    Raises ValueError with one sentence where it does not fit.
    """
    text = text if param.kind in ("text", "path", "code") else text.strip()
    value = _read(param, text)
    if problem := problem_with_value(param, value, block):
        raise ValueError(problem)
    return value


def text_of(value: Value) -> str:
    """A value as a person types it; the inverse of `parse_value`."""
    if value is None:
        return ""
    if isinstance(value, Expression):
        return f"={value.text}"
    if isinstance(value, tuple):
        return ", ".join(text_of(item) for item in value)
    return str(value.json) if isinstance(value, Raw) else str(value)


# ---- checking ----------------------------------------------------------------------------------


def _wanted(param: Param) -> str:
    if param.kind == "choice":
        return f"choose {', '.join(param.choices)}"
    words = {
        "int": "a whole number",
        "float": "a number",
        "bool": "true or false",
        "ints": "whole numbers such as 3 or 3, 3",
        "shape": "sizes such as N, 1, 28, 28",
        "text": "text",
        "path": "the path of a file",
        "formula": "a formula such as a * sigmoid(b)",
        "equation": "an equation such as bij,bjk->bik",
        "code": "Python, or package.module:Class",
        "literal": "a number, true or false, text, or several such as 3, 5",
        "board": "the name of a board",
        "node": "the name of a node",
        "instance": "the name of a network's weights",
        "instances": "names of networks' weights such as teacher, student",
        "value": "the name of a value such as metric/accuracy",
    }
    fitting = limits(param)
    between = " from " if " to " in fitting else ", "
    return words[param.kind] + (f"{between}{fitting}" if fitting else "")


def limits(param: Param) -> str:
    """The values that fit, in words: `1 to 10`, `0 or more`; empty where any do. A limit that no
    person comes near is not told."""
    low, high = (
        None if v is None or abs(v) > UNTOLD else f"{v:,.12g}" for v in (param.low, param.high)
    )
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"{low} or more"
    return "" if high is None else f"{high} or less"


def _not(param: Param, value: Value) -> str:
    shown = text_of(value)
    shown = shown if len(shown) <= 40 else shown[:40] + "…"
    wanted = _wanted(param)
    return f"{param.name} must be {wanted.removeprefix('choose ')}, not '{shown}'."


def _too_many(param: Param, value: Value) -> str | None:
    """Ports are counted before anything is worked out, and each takes room on the canvas."""
    if isinstance(value, Expression) or (
        isinstance(value, tuple) and any(isinstance(item, Expression) for item in value)
    ):
        return f"{param.name} decides how many {param.gives} there are: write numbers alone."
    if isinstance(value, int | tuple) and how_many(value) > MOST_PORTS:
        return f"{param.name} may give {MOST_PORTS} {param.gives} at most."
    return None


def _no_expression(param: Param) -> str:
    return (
        f"{param.name}: expressions such as =4 * dim are over a block's parameters, on its board, "
        "or over the project's variables."
    )


def _outside(param: Param, value: int | float) -> bool:
    return (param.low is not None and value < param.low) or (
        param.high is not None and value > param.high
    )


def _whole(param: Param, value: Value) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int) or _outside(param, value):
        return _not(param, value)
    most = LARGEST if param.high is None else param.high
    return None if abs(value) <= most else f"{param.name} may be {most:,} at most."


def _real(param: Param, value: Value) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _not(param, value)
    if not math.isfinite(value):
        return f"{param.name} must be a finite number."
    return _not(param, value) if _outside(param, value) else None


def _whole_numbers(param: Param, value: Value, block: bool) -> str | None:
    if not isinstance(value, tuple):
        return _whole(param, value)
    if not value:
        return _not(param, value)
    for item in value:
        if isinstance(item, Expression):
            if not block:
                return _no_expression(param)
        elif problem := _whole(param, item):
            return problem
    return None


def _shape(param: Param, value: Value, block: bool) -> str | None:
    if not isinstance(value, tuple) or not value:
        return _not(param, value)
    for item in value:
        if isinstance(item, Expression) and not block:
            return _no_expression(param)
        if not isinstance(item, Expression) and not _is_size(item):
            return (
                f"{param.name}: '{text_of(item)}' is no size; use whole numbers from 1, and names "
                "such as N or T=64 for free dimensions."
            )
    return None


def _is_size(item: Value) -> bool:
    if isinstance(item, str):
        name, equals, typical = item.partition("=")
        named = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
        if not equals:
            return named
        digits = typical.isascii() and typical.isdigit() and len(typical) <= 10
        return named and digits and 1 <= int(typical) <= LARGEST
    return isinstance(item, int) and not isinstance(item, bool) and 1 <= item <= LARGEST


def _instances(param: Param, value: Value) -> str | None:
    if not isinstance(value, tuple):
        return _not(param, value)
    for name in value:
        problem = problem_with(name) if isinstance(name, str) else "it is no name"
        if problem is not None:
            return f"{param.name}: {problem}."
    return None


def _several(param: Param, value: Value, block: bool) -> str | None:
    """Any plain value, or several."""
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, Expression):
            if not block:
                return _no_expression(param)
        elif isinstance(item, float) and not math.isfinite(item):
            return f"{param.name} must be a finite number."
        elif isinstance(item, str) and "\0" in item:
            return f"{param.name} may not hold the character number 0."
        elif isinstance(item, tuple | Raw):
            return _not(param, item)
    return None


def _words(param: Param, value: str) -> str | None:
    if param.kind == "choice":
        other = bool(param.pattern) and re.fullmatch(param.pattern, value) is not None
        return None if value in param.choices or other else _not(param, value)
    if param.kind == "formula":
        return _parsed(param, value, Formula)
    if param.kind == "equation":
        return _parsed(param, value, Equation)
    if param.kind == "code" and len(value) > LENGTH:
        return f"{param.name} may have {LENGTH:,} characters at most."
    if param.kind in ("board", "node"):
        problem = malformed(value) if value else None
        return f"{param.name}: {problem}." if problem else None
    if param.kind == "instance":
        problem = problem_with(value) if value else None
        return f"{param.name}: {problem}." if problem else None
    if "\0" in value:
        return f"{param.name} may not hold the character number 0."
    return None


def _parsed(param: Param, value: str, read: Callable[[str], Formula | Equation]) -> str | None:
    try:
        read(value)
    except ValueError as error:
        return f"{param.name} {error}."
    return None


# ---- reading -----------------------------------------------------------------------------------


def _read(param: Param, text: str) -> Value:
    if param.optional and not text:
        return None
    if param.kind in NAMED and text.startswith("=") and text[1:].strip().isidentifier():
        return Expression(text[1:].strip())
    if param.kind in ("int", "float"):
        return _entry(param, text)
    if param.kind == "literal":
        several = tuple(_any(param, part) for part in map(str.strip, text.split(",")) if part)
        return several if "," in text else next(iter(several), None)
    if param.kind in ("ints", "shape"):
        parts = text.strip("()[] ").rstrip(",").split(",") if text else []
        entries = tuple(_entry(param, part.strip()) for part in parts)
        alone = param.kind == "ints" and len(entries) == 1 and not text.rstrip(")] ").endswith(",")
        return entries[0] if alone else entries
    if param.kind == "instances":
        return tuple(name for part in text.split(",") if (name := part.strip()))
    if param.kind == "bool":
        return {"true": True, "false": False}.get(text.lower(), text)
    return text


def _any(param: Param, text: str) -> Value:
    """A number, a truth, none, or text, by what it looks like."""
    known: dict[str, Value] = {"true": True, "false": False, "none": None}
    if text.lower() in known:
        return known[text.lower()]
    return _entry(Param(param.name, "float"), text)


def _entry(param: Param, text: str) -> Value:
    if text.startswith("=") and param.kind in COMPUTED:
        try:
            return Expression(text[1:].strip())
        except ValueError as error:
            raise ValueError(f"{param.name}: {error}.") from error
    try:
        return int(text)
    except ValueError:
        pass
    if param.kind == "float":
        try:
            return float(text)
        except ValueError:
            return text
    return text

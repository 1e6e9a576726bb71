"""What a function takes, as its text says it: inputs and parameters."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from nodes.declare import Kind, Param

LARGEST = 2**31 - 1
"""Whole numbers beyond it are no parameters."""

_PLAIN: dict[str, Kind] = {"int": "int", "float": "float", "bool": "bool", "str": "text"}
_NO_VALUE = object()
"""The value of what is no literal."""

TOLD = "As the code has it."
"""What is known of a parameter besides its kind."""


@dataclass(frozen=True)
class CodeArgument:
    """One argument: an input where it has no `param`. One that is `by_name` can be given by its
    name alone; `many` stands for any number of them."""

    name: str
    param: Param | None
    optional: bool
    by_name: bool = False
    many: bool = False


def arguments_of(
    function: ast.FunctionDef, skipped: int, all_params: bool
) -> tuple[CodeArgument, ...]:
    """The arguments of a function but for the first, such as `self`. Where not `all_params`, those
    are inputs that are neither by name with a default nor annotated as something plain. What no
    person could give a node, such as a module, is left at its default. Raises ValueError where it
    has none."""
    static = "staticmethod" in map(ast.unparse, function.decorator_list)
    return tuple(_arguments(function.args, 0 if static else skipped, all_params))


def _arguments(given: ast.arguments, skipped: int, all_params: bool) -> Iterator[CodeArgument]:
    ordered = [*given.posonlyargs, *given.args]
    lacking: list[ast.expr | None] = [None] * (len(ordered) - len(given.defaults))
    defaults = [*lacking, *given.defaults]
    plain = given.vararg is None or all_params  # what stands before *rest cannot be left out
    for number, (argument, default) in enumerate(zip(ordered, defaults, strict=True)):
        if number < skipped:
            continue
        if not all_params and (not plain or number < len(given.posonlyargs)):
            yield CodeArgument(argument.arg, None, default is not None and plain)
        elif all_params or _kind(argument.annotation)[0] is not None:
            yield from _param(argument, default, by_name=False)
        else:
            yield CodeArgument(argument.arg, None, default is not None)
    if given.vararg is not None and not all_params:
        yield CodeArgument(given.vararg.arg, None, optional=True, many=True)
    for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        free = default is None or ast.unparse(default) == "None"
        if free and not all_params and _kind(argument.annotation)[0] is None:
            yield CodeArgument(argument.arg, None, optional=default is not None, by_name=True)
        else:
            yield from _param(argument, default, by_name=True)


def _param(argument: ast.arg, default: ast.expr | None, by_name: bool) -> Iterator[CodeArgument]:
    """The parameter, if a person can give it."""
    kind, optional, choices = _kind(argument.annotation)
    value = _NO_VALUE if default is None else _literal(default)
    if default is None:
        if argument.annotation is not None and kind is None:
            what = ast.unparse(argument.annotation)
            raise ValueError(
                f"needs {argument.arg} at line {argument.lineno}, a {what}, which no person can "
                "type: give it a default"
            )
        param = Param(argument.arg, kind or "literal", None, TOLD, optional=optional)
    elif value is _NO_VALUE or (argument.annotation is not None and kind is None):
        return
    else:
        guessed = kind or _kind_of(value)
        if guessed is None or not _fits(guessed, value, choices):
            guessed = "literal"
        optional = optional or value is None
        param = Param(argument.arg, guessed, value, TOLD, optional=optional)
    if param.kind == "choice":
        first = choices[0] if default is None else param.default
        param = replace(param, choices=choices, default=first)
    yield CodeArgument(argument.arg, param, default is not None, by_name)


def _literal(default: ast.expr) -> Any:
    """What a default comes to; `_NO_VALUE` where it is no plain value."""
    try:
        value = ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _NO_VALUE
    value = tuple(value) if isinstance(value, list) else value
    every = value if isinstance(value, tuple) else (value,)
    return value if all(map(_is_plain, every)) else _NO_VALUE


def _is_plain(value: Any) -> bool:
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= LARGEST
    return value is None or (isinstance(value, str) and "\0" not in value)


def _kind_of(value: Any) -> Kind | None:
    """The kind that a value has by itself."""
    if not isinstance(value, tuple):
        return _PLAIN.get(type(value).__name__)
    return "ints" if _fits("ints", value, ()) and value != () else None


def _fits(kind: Kind, value: Any, choices: tuple[str, ...]) -> bool:
    """Whether a default is of its annotated kind."""
    if value is None:
        return True
    whole = isinstance(value, int) and not isinstance(value, bool)
    every = value if isinstance(value, tuple) else (value,)
    return {
        "int": whole,
        "float": whole or isinstance(value, float),
        "bool": isinstance(value, bool),
        "text": isinstance(value, str),
        "choice": value in choices,
        "ints": bool(every) and all(type(item) is int for item in every),
    }.get(kind, True)


def _kind(annotation: ast.expr | None) -> tuple[Kind | None, bool, tuple[str, ...]]:
    """The kind that an annotation says, whether None is allowed, and the choices there are; no kind
    where it is none that a person could type."""
    if annotation is None:
        return None, False, ()
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _kind(ast.parse(annotation.value, mode="eval").body)
        except (SyntaxError, ValueError):
            return None, False, ()
    parts = list(_union(annotation))
    optional = "None" in map(ast.unparse, parts)
    found = [_one(part) for part in parts if ast.unparse(part) != "None"]
    kinds = {kind for kind, _ in found}
    choices = tuple(choice for _, some in found for choice in some)
    if not kinds or None in kinds:
        return None, optional, ()
    if len(kinds) == 1:
        return kinds.pop(), optional, choices
    if kinds == {"int", "float"}:
        return "float", optional, ()
    return "ints" if kinds == {"int", "ints"} else "literal", optional, ()


def _union(annotation: ast.expr) -> Iterator[ast.expr]:
    """The types of `a | b`, `Optional[a]` and `Union[a, b]`."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        yield from _union(annotation.left)
        yield from _union(annotation.right)
    elif isinstance(annotation, ast.Subscript) and _word(annotation.value) in ("Optional", "Union"):
        inside = annotation.slice
        for part in inside.elts if isinstance(inside, ast.Tuple) else [inside]:
            yield from _union(part)
        if _word(annotation.value) == "Optional":
            yield ast.Constant(None)
    else:
        yield annotation


def _one(annotation: ast.expr) -> tuple[Kind | None, tuple[str, ...]]:
    word = _word(annotation)
    if not isinstance(annotation, ast.Subscript):
        return _PLAIN.get(word), ()
    inside = annotation.slice
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if _word(annotation.value) == "Literal":
        words = tuple(p.value for p in parts if isinstance(p, ast.Constant))
        if words and all(isinstance(value, str) for value in words):
            return "choice", tuple(map(str, words))
        return "literal", ()
    several = ("tuple", "Tuple", "list", "List", "Sequence")
    if _word(annotation.value) not in several:
        return None, ()
    kinds = {_word(part) for part in parts if ast.unparse(part) != "..."}
    if kinds == {"int"}:
        return "ints", ()
    return ("literal" if kinds <= _PLAIN.keys() else None), ()


def _word(annotation: ast.expr) -> str:
    """The last part of a name: `Literal` of `typing.Literal`."""
    return ast.unparse(annotation).rpartition(".")[2]

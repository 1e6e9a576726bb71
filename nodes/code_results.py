"""What a function gives, as its text says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

MOST = 64
"""Values that a function may return."""

Form: TypeAlias = "str | tuple[Form, ...]"
"""One value by its name, empty where it has none, or a tuple of them."""


@dataclass(frozen=True)
class Results:
    """Names of what is returned, and what it is unpacked into: `{x}, ({hidden}, {cell})`; empty
    where it is one value."""

    names: tuple[str, ...]
    targets: str = ""


ONE = Results(("output",))


def results_of(function: ast.FunctionDef) -> Results:
    """What a function returns: what its returned tuples hold, or else its annotation says. Raises
    ValueError where it returns nothing, or now so many values and now others."""
    returned = [part for part in _own(function) if isinstance(part, ast.Return) and part.value]
    if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in _own(function)):
        raise ValueError(f"has a {function.name} at line {function.lineno} that yields: return it")
    annotated = _annotated(function.returns)
    if not returned and not _only_dots(function):
        raise ValueError(f"has a {function.name} at line {function.lineno} that returns nothing")
    forms = [(form, part) for part in returned if (form := _form(part.value)) is not None]
    tuples = [(form, part) for form, part in forms if isinstance(form, tuple)]
    counts = [_count(form) for form, _ in tuples]
    if len(set(counts)) > 1:
        places = " and ".join(f"{_count(f)} at line {p.lineno}" for f, p in tuples[:2])
        raise ValueError(f"returns {places}: return as many values everywhere")
    if tuples:
        return _results(tuples[-1][0])
    return ONE if annotated is None else _results(annotated)


def _results(form: Form) -> Results:
    count = _count(form)
    if count == 0 or count > MOST:
        raise ValueError(f"returns {count} values: it may return 1 to {MOST}")
    given = list(_names(form))
    names = [name if name and given.count(name) == 1 else "" for name in given]
    for number in range(count):
        name = f"output{number}"
        while not names[number]:
            names[number], name = ("" if name in names else name), f"{name}_"
    if count == 1:
        names = ["output"]
    fields = iter([f"{{{name}}}" for name in names])
    assert isinstance(form, tuple)
    targets = ", ".join(_target(part, fields) for part in form)
    return Results(tuple(names), targets if len(form) > 1 else f"({targets},)")


def _target(form: Form, fields: Iterator[str]) -> str:
    if isinstance(form, str):
        return next(fields)
    inner = ", ".join(_target(part, fields) for part in form)
    return f"({inner},)" if len(form) == 1 else f"({inner})"


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """All parts of a function that are in no function or class inside it."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += reversed(list(ast.iter_child_nodes(part)))


def _only_dots(function: ast.FunctionDef) -> bool:
    """Whether the text says no more than what is taken."""
    (last, *_) = reversed(function.body)
    return isinstance(last, ast.Expr) and ast.unparse(last) == "..."


def _form(value: ast.expr | None) -> Form | None:
    """What is returned, as far as it is written. Raises ValueError where their number is not."""
    if isinstance(value, ast.Tuple | ast.List):
        if any(isinstance(part, ast.Starred) for part in value.elts):
            raise ValueError(f"returns any number of values at line {value.lineno}: name each")
        return tuple(_form(part) or "" for part in value.elts)
    if isinstance(value, ast.Constant) and value.value is None:
        return None
    return value.id if isinstance(value, ast.Name) and not value.id.startswith("_") else ""


def _annotated(annotation: ast.expr | None) -> Form | None:
    """The tuple that an annotation says: `tuple[Tensor, Tensor]`."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError):
            return None
    if not isinstance(annotation, ast.Subscript):
        return None
    if ast.unparse(annotation.value).rpartition(".")[2] not in ("tuple", "Tuple"):
        return None
    parts: Sequence[ast.expr] = (
        annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    )
    if any(ast.unparse(part) == "..." for part in parts):
        return None
    return tuple(_annotated(part) or "" for part in parts)


def _count(form: Form) -> int:
    return 1 if isinstance(form, str) else sum(map(_count, form))


def _names(form: Form) -> Iterator[str]:
    if isinstance(form, str):
        yield form
    else:
        for part in form:
            yield from _names(part)

"""What a class or function of an installed package takes and gives, as a text that is read like a
person's own code. Imports the package: only what was trusted may come here."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from typing import Any

from nodes.code import read
from nodes.code_results import ONE, Results, results_of
from nodes.declare import Change, Problem
from studio.compile.meta_layers import imported

_SELF = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)


class _Words:
    """Stands in a signature for what it is written as."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def to_be_read(content: str) -> Problem:
    """What is wrong with a node as long as it does not keep what its class takes. It keeps that so
    that its project opens where the class is not installed."""
    try:
        found = signature_of(content)
    except (Exception, SystemExit) as error:  # a package may fail in any way as it is imported
        why = " ".join(str(error).split()) or type(error).__name__
        why = why.replace("{", "(").replace("}", ")")
        return Problem("signature", f"{{node}}: {content} cannot be used here: {why}")
    text = f"{{node}}: what {content} takes and gives is not drawn yet; take it over from there"
    fix = ("Take it over", (Change("set", "signature", found),))
    return Problem("signature", text, fixes=(fix,))


def signature_of(content: str) -> str:
    """The text for what `package.module:Class` names. Raises ValueError where that is nothing a
    node can be made of, and what importing it raises."""
    module, _, name = content.partition(":")
    try:
        found = imported(f"{module}.{name}")
    except AttributeError as error:
        raise ValueError(f"{module} has no {name}") from error
    if not callable(found):
        raise ValueError(f"{content} is neither a class nor a function")
    if not isinstance(found, type):
        text = _definition(name, found)
    elif callable(forward := getattr(found, "forward", None)):
        made = _head("__init__", [_SELF, *_params(found)])
        text = "\n".join(
            [f"class {name}:", f"    {made} ...", f"    {_definition('forward', forward)}"]
        )
    else:
        raise ValueError(f"{content} has no forward")
    read(text)
    return text


def _definition(name: str, function: Callable[..., Any]) -> str:
    """A function with what it takes and returns."""
    params, results = _params(function), _results(function)
    if results is not ONE:
        return f"{_head(name, params)} return {re.sub('[{}]', '', results.targets)}"
    return f"{_head(name, params, _annotation(inspect.signature(function).return_annotation))} ..."


def _head(
    name: str, params: list[inspect.Parameter], returned: Any = inspect.Signature.empty
) -> str:
    return f"def {name}{inspect.Signature(params, return_annotation=returned)}:"


def _params(made: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return [_written(param) for param in inspect.signature(made).parameters.values()]
    except (TypeError, ValueError) as error:
        raise ValueError(f"Python does not know what {made.__name__} takes") from error


def _results(function: Callable[..., Any]) -> Results:
    """What its source says that it returns; one value where there is none."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        return results_of(tree) if isinstance(tree, ast.FunctionDef) else ONE
    except (OSError, TypeError, SyntaxError, ValueError):
        return ONE


def _written(param: inspect.Parameter) -> inspect.Parameter:
    default: Any = param.default
    if default is not param.empty:
        default = _Words(repr(default) if _is_literal(default) else "...")
    return param.replace(annotation=_annotation(param.annotation), default=default)


def _annotation(annotation: Any) -> Any:
    """The annotation as text; one that is none in Python's eyes stands for anything."""
    if annotation is inspect.Parameter.empty:
        return annotation
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        text = "object"
    return _Words(text)


def _is_literal(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False

"""What a class of an installed package takes and gives, as a text that is read like a
person's own code. Imports the package: only what was trusted may come here."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from typing import Any

from torch import nn

from nodes.code import read
from nodes.code_results import ONE, Results, results_of
from nodes.declare import Change, NodeType, Problem
from studio.compile.meta_layers import imported

_SELF = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)


class _Words:
    """Stands in a signature for what it is written as."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def problem_with(node_type: NodeType) -> Problem | None:
    """What is wrong with a node of an installed class: that it is none, or that the node does not
    keep what it takes. That is kept so that projects open where the class is not installed."""
    content = node_type.needs_trust
    try:
        found = signature_of(content) if node_type.is_unread else ""
        _module_class(content)
    except (Exception, SystemExit) as error:  # a package may fail in any way as it is imported
        why = " ".join(str(error).split()) or type(error).__name__
        why = why.replace("{", "(").replace("}", ")")
        return Problem("signature", f"{{node}}: {content} cannot be used here: {why}")
    if not found:
        return None
    text = f"{{node}}: what {content} takes and gives is not drawn yet; take it over from there"
    fix = ("Take it over", (Change("set", "signature", found),))
    return Problem("signature", text, fixes=(fix,))


def signature_of(content: str) -> str:
    """The text for what `package.module:Class` names. Raises ValueError where that is no module of
    torch's kind, and what importing it raises."""
    found = _module_class(content)
    made, called = (
        _head("__init__", [_SELF, *_params(found)]),
        _definition("forward", found.forward),
    )
    text = "\n".join([f"class {content.rpartition(':')[2]}:", f"    {made} ...", f"    {called}"])
    read(text)
    return text


def _module_class(content: str) -> type[nn.Module]:
    """The class itself. Anything else that a name leads to is refused: what it would do follows
    from arguments, which nobody has trusted."""
    module, _, name = content.partition(":")
    try:
        found = imported(f"{module}.{name}")
    except AttributeError as error:
        raise ValueError(f"{module} has no {name}") from error
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        raise ValueError("it is no class of nn.Module")
    return found


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

"""Modules made of a person's code. Its text comes from nowhere but from what was trusted."""

from __future__ import annotations

import ast
import importlib
import inspect
import linecache
import sys
from collections.abc import Iterator
from types import ModuleType

from nodes.code import MODULE
from studio.model import trust


class Untrusted(Exception):
    """Code that nobody has trusted was to be run."""


def module_at(name: str) -> ModuleType:
    """The module of that name, imported, or made of trusted code. Raises Untrusted and what it
    raises itself."""
    if not name.startswith(MODULE):
        return importlib.import_module(name)
    if name not in sys.modules:
        text, file = source_of(name), _file(name)
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        module = sys.modules[name] = ModuleType(name)
        module.__file__ = file
        try:
            exec(compile(text, file, "exec"), vars(module))
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def source_of(name: str) -> str:
    """The text of a module. Raises Untrusted."""
    if not name.startswith(MODULE):
        return inspect.getsource(importlib.import_module(name))
    text = trust.trusted_text(name.removeprefix(MODULE))
    if text is None:
        raise Untrusted(f"The code of {name} is not trusted here.")
    return text


def _file(module: str) -> str:
    """What tracebacks call it."""
    return f"<{module}>"


def line_within(text: str, function: str, offset: int) -> int | None:
    """The line of a text so many lines below the start of a function, as `Class.method` names it;
    None where the text has no such function. A class may have got a `_` behind its name."""
    wanted = [part.rstrip("_") for part in function.split(".")]
    for part, names in _functions(ast.parse(text), ()):
        if [name.rstrip("_") for name in names] == wanted:
            return min([part.lineno, *(d.lineno for d in part.decorator_list)]) + offset
    return None


def _functions(
    parent: ast.AST, names: tuple[str, ...]
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, tuple[str, ...]]]:
    for part in ast.iter_child_nodes(parent):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield part, (*names, part.name)
            yield from _functions(part, (*names, part.name, "<locals>"))
        elif isinstance(part, ast.ClassDef):
            yield from _functions(part, (*names, part.name))
        else:
            yield from _functions(part, names)


def failed_line(error: BaseException) -> int | None:
    """The line of a person's code at which something failed."""
    line, trace = None, error.__traceback__
    if isinstance(error, SyntaxError) and str(error.filename).startswith(f"<{MODULE}"):
        line = error.lineno
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(f"<{MODULE}"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line

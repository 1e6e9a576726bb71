"""Copies layers that torch lacks, with all of their files that they use, so that code stands alone.

From each file come the classes that are wanted and, over any number of steps, the functions,
classes and constants at its top level that these name; imports come along one by one. A name that
is taken already takes a `_` behind, wherever the copied text says it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from studio.compile.meta_layers import imported

OURS = ("nodes.", "studio.")
"""Packages that an export must do without."""


@dataclass(frozen=True)
class CopiedCode:
    """`names` are what classes are called here, by import path; `imports` a statement each."""

    text: str = ""
    imports: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def copied(paths: Iterable[str], taken: Collection[str]) -> CopiedCode:
    """The classes of these import paths, none of them called what is `taken`. A class is copied
    from the file that defines it, whichever module offers it."""
    classes = {path: imported(path) for path in paths}
    wanted: dict[str, list[str]] = {}
    for found in classes.values():
        wanted.setdefault(found.__module__, []).append(found.__name__)
    texts: list[str] = []
    imports: dict[str, None] = {}
    names: dict[str, str] = {}
    known = set(taken)
    for module, some in wanted.items():
        _copy(module, some, known, texts, imports, names)
    called = {path: names[f"{c.__module__}.{c.__name__}"] for path, c in classes.items()}
    return CopiedCode(_laid_out(texts), tuple(imports), called)


def _laid_out(texts: Iterable[str]) -> str:
    """The texts below each other, constants close together."""
    text, close = "", False
    for part in texts:
        constant = not part.startswith(("class ", "def ", "@", "async "))
        text += ("\n" if constant and close else "\n\n\n") if text else ""
        text, close = text + part, constant
    return text


def _copy(
    module: str,
    wanted: Iterable[str],
    known: set[str],
    texts: list[str],
    imports: dict[str, None],
    names: dict[str, str],
) -> dict[str, str]:
    """Add what is wanted of a file; returns what it is called here."""
    text = inspect.getsource(importlib.import_module(module))
    tree = ast.parse(text)
    defined = {name: part for part in tree.body for name in _defined(part)}
    brought = dict(_brought(tree, module))
    used = _used(wanted, defined)
    renamed: dict[str, str] = {}
    for name in sorted(used & brought.keys()):
        statement, source = brought[name]
        if source.startswith(OURS):
            renamed |= _copy(source, [name], known, texts, imports, names)
        else:
            imports[statement] = None
    for name in sorted(used & defined.keys()):
        path = f"{module}.{name}"
        if path not in names:
            names[path] = name
            while names[path] in known:
                names[path] += "_"
            known.add(names[path])
        renamed[name] = names[path]
    lines = text.splitlines()
    for number, part in enumerate(tree.body):
        if used.intersection(_defined(part)):
            copy = _renamed(_text(lines, tree.body, number), renamed)
            if copy not in texts:
                texts.append(copy)
    return renamed


def _defined(part: ast.stmt) -> Iterator[str]:
    """Names that a statement gives a meaning, imports aside."""
    if isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield part.name
    elif isinstance(part, ast.Assign | ast.AnnAssign):
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        yield from (node.id for t in targets for node in ast.walk(t) if isinstance(node, ast.Name))


def _brought(tree: ast.Module, module: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Imported names, each with a statement that imports it and the module that it is from."""
    for part in tree.body:
        if isinstance(part, ast.Import):
            for name in part.names:
                bound = name.asname or name.name.partition(".")[0]
                yield bound, (f"import {ast.unparse(name)}", name.name)
        elif isinstance(part, ast.ImportFrom) and part.module != "__future__":
            package = module.split(".")[: -part.level] if part.level else []
            source = ".".join([*package, *([part.module] if part.module else [])])
            for name in part.names:
                statement = f"from {source} import {ast.unparse(name)}"
                yield name.asname or name.name, (statement, source)


def _used(wanted: Iterable[str], defined: Mapping[str, ast.stmt]) -> set[str]:
    """Names that these need, and those that they need in turn."""
    waiting, used = list(wanted), set(wanted)
    while waiting:
        part = defined.get(waiting.pop())
        found = {n.id for n in ast.walk(part) if isinstance(n, ast.Name)} if part else set()
        waiting += found - used
        used |= found
    return used


def _text(lines: list[str], body: list[ast.stmt], number: int) -> str:
    """A statement with its decorators, and the docstring of a constant."""
    part = body[number]
    decorators = getattr(part, "decorator_list", [])
    first = min([part.lineno, *(decorator.lineno for decorator in decorators)])
    last = part.end_lineno or part.lineno
    after = body[number + 1] if number + 1 < len(body) else None
    if isinstance(part, ast.Assign | ast.AnnAssign) and _is_docstring(after):
        last = after.end_lineno or last
    return "\n".join(lines[first - 1 : last])


def _is_docstring(part: ast.stmt | None) -> TypeGuard[ast.Expr]:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with these names replaced, but for attributes."""
    new = {old: name for old, name in names.items() if old != name}
    if not new:
        return text
    lines, before = text.splitlines(), ""
    shifts: dict[int, int] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.string in new and before != ".":
            row, column = token.start
            at = column + shifts.get(row, 0)
            line = lines[row - 1]
            lines[row - 1] = line[:at] + new[token.string] + line[at + len(token.string) :]
            shifts[row] = shifts.get(row, 0) + len(new[token.string]) - len(token.string)
        before = token.string
    return "\n".join(lines)

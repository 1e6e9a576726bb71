"""Joins Python files into one that stands alone: merged imports, then the bodies in order."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import packages_distributions

from studio.compile.source_lines import INDENT, WIDTH


def joined(docstring: str, files: Sequence[str]) -> str:
    """One file made of several, with the imports that it uses."""
    plain: dict[str, None] = {}
    named: dict[str, dict[str, None]] = {}
    bodies = []
    for text in files:
        tree = ast.parse(text)
        for part in tree.body:
            _collect(part, plain, named)
        bodies.append(_body(text, tree))
    text = "\n\n\n".join(body for body in bodies if body)
    used = {n.id for body in bodies for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name)}
    plain_lines = [line for line in plain if _bound(line.partition(" ")[2]) in used]
    named_lines = {
        module: [name for name in names if module == "__future__" or _bound(name) in used]
        for module, names in named.items()
    }
    lines = _imports(plain_lines, {m: names for m, names in named_lines.items() if names})
    return f'"""{docstring}"""\n\n{lines}\n\n\n{text}\n'


def _bound(name: str) -> str:
    """What an import binds: `a.b` -> `a`, `a as b` -> `b`."""
    first, _, other = name.partition(" as ")
    return other or first.partition(".")[0]


def _collect(part: ast.stmt, plain: dict[str, None], named: dict[str, dict[str, None]]) -> None:
    if isinstance(part, ast.Import):
        for name in part.names:
            plain[f"import {ast.unparse(name)}"] = None
    elif isinstance(part, ast.ImportFrom) and part.module:
        for name in part.names:
            named.setdefault(part.module, {})[ast.unparse(name)] = None


def _body(text: str, tree: ast.Module) -> str:
    """The file without its docstring and imports; comments that stand above code stay."""
    lines = text.splitlines()
    for number, part in enumerate(tree.body):
        is_docstring = (
            number == 0 and isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
        )
        if is_docstring or isinstance(part, ast.Import | ast.ImportFrom):
            assert part.end_lineno is not None
            for line in range(part.lineno - 1, part.end_lineno):
                lines[line] = ""
    return "\n".join(lines).strip("\n")


def _imports(plain: Iterable[str], named: dict[str, list[str]]) -> str:
    """Import lines in the usual order: standard library, then other packages."""
    standard: list[str] = []
    other: list[str] = []
    for line in sorted(plain):
        (standard if is_standard(line.split()[1]) else other).append(line)
    for module in sorted(named):
        if module == "__future__":
            continue
        line = _from(module, sorted(named[module], key=_import_key))
        (standard if is_standard(module) else other).append(line)
    future = (
        [f"from __future__ import {', '.join(named['__future__'])}"]
        if "__future__" in named
        else []
    )
    return "\n\n".join("\n".join(group) for group in (future, standard, other) if group)


def _import_key(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, as import sorters have it."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _from(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"{INDENT}{name}," for name in names), ")"])


def packages(text: str) -> list[str]:
    """What to install for a file, by the names that installers know."""
    named = {
        name.partition(".")[0]
        for part in ast.walk(ast.parse(text))
        if isinstance(part, ast.Import | ast.ImportFrom)
        for name in ([part.module or ""] if isinstance(part, ast.ImportFrom) else _names(part))
    }
    outside = (name for name in named if not is_standard(name))
    return sorted({_installed().get(name, [name])[0] for name in outside})


def _names(part: ast.Import) -> list[str]:
    return [alias.name for alias in part.names]


@cache
def _installed() -> Mapping[str, list[str]]:
    return packages_distributions()


def is_standard(module: str) -> bool:
    """Whether a module comes with Python."""
    return module.split(".")[0] in sys.stdlib_module_names

"""Copies layers that torch lacks, and a person's code, with all of their files that they use, so
that code stands alone.

From each file come the classes and functions that are wanted and, over any number of steps, the
functions, classes and constants at its top level that these name; imports come along one by one. A
name that is taken already takes a `_` behind, wherever the copied text means it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from nodes.code import MODULE
from studio.compile.brought_names import Imports, brought
from studio.compile.global_names import renamed
from studio.compile.meta_layers import imported
from studio.compile.trusted_code import source_of

FUTURE = "from __future__ import annotations"
"""Which only code of a person's own brings along: ours does without it in exports."""

OURS = ("nodes.", "studio.")
"""Packages that an export must do without."""


@dataclass(frozen=True)
class CopiedCode:
    """`names` are what classes are called here, by import path; `imports` a statement each;
    `by_person` names what is of a person's own code."""

    text: str = ""
    imports: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    by_person: frozenset[str] = frozenset()


def copied(paths: Iterable[str], taken: Collection[str]) -> CopiedCode:
    """The classes and functions of these import paths, none of them called what is `taken`. One is
    copied from the file that defines it, whichever module offers it."""
    homes = {path: _home(path) for path in paths}
    wanted: dict[str, list[str]] = {}
    for module, name in homes.values():
        wanted.setdefault(module, []).append(name)
    copying = _Copying(taken)
    for module, some in wanted.items():
        copying.copy(module, some)
    called = {path: copying.names[f"{module}.{name}"] for path, (module, name) in homes.items()}
    theirs = frozenset(name for path, name in copying.names.items() if path.startswith(MODULE))
    imports = tuple(copying.imports.statements)
    return CopiedCode(_laid_out(copying.texts), imports, called, theirs)


def _home(path: str) -> tuple[str, str]:
    """The module that defines what a path leads to, and its name there."""
    module, _, name = path.rpartition(".")
    found = imported(path)
    return (module, name) if module.startswith(MODULE) else (found.__module__, found.__name__)


def _laid_out(texts: Iterable[str]) -> str:
    """The texts below each other, constants close together."""
    text, close = "", False
    for part in texts:
        constant = not part.startswith(("class ", "def ", "@", "async "))
        text += ("\n" if constant and close else "\n\n\n") if text else ""
        text, close = text + part, constant
    return text


class _Copying:
    """What has been copied so far, and what it is called: `names` is by path."""

    def __init__(self, taken: Collection[str]) -> None:
        self.texts: list[str] = []
        self.names: dict[str, str] = {}
        self._known = set(taken)
        self.imports = Imports(self._known)

    def copy(self, module: str, wanted: Iterable[str]) -> dict[str, str]:
        """Add what is wanted of a file; returns what it is called here."""
        text = re.sub(r"\r\n?", "\n", source_of(module))
        tree = ast.parse(text)
        defined = {name: part for part in tree.body for name in _defined(part)}
        found = {new.name: new for new in brought(tree, module)}
        used = _used(wanted, defined)
        called: dict[str, str] = {}
        for name in sorted(used & found.keys() - defined.keys()):
            if found[name].target.startswith(OURS):
                inner = self.copy(found[name].module, [found[name].part])
                called[name] = inner[found[name].part]
            else:
                called[name] = self.imports.add(found[name])
        if module.startswith(MODULE) and "annotations" in _of_the_future(tree):
            self.imports.statements[FUTURE] = None
        for name in sorted(used & defined.keys()):
            called[name] = self._name(f"{module}.{name}")
        lines = text.split("\n")
        for number, part in enumerate(tree.body):
            if used.intersection(_defined(part)):
                copy = renamed(_text(lines, tree.body, number), called)
                if copy not in self.texts:
                    self.texts.append(copy)
        return called

    def _name(self, path: str) -> str:
        """A name that is free for what is defined at that path."""
        if path not in self.names:
            name = path.rpartition(".")[2]
            while name in self._known or name in self.imports:
                name += "_"
            self.names[path] = name
            self._known.add(name)
        return self.names[path]


def _of_the_future(tree: ast.Module) -> set[str]:
    every = (p for p in tree.body if isinstance(p, ast.ImportFrom) and p.module == "__future__")
    return {alias.name for part in every for alias in part.names}


def _defined(part: ast.stmt) -> Iterator[str]:
    """Names that a statement gives a meaning, imports aside."""
    if isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield part.name
    elif isinstance(part, ast.Assign | ast.AnnAssign):
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        yield from (node.id for t in targets for node in ast.walk(t) if isinstance(node, ast.Name))


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
    """A statement with its decorators and what is said right above it, and the docstring of a
    constant."""
    part = body[number]
    decorators = getattr(part, "decorator_list", [])
    first = min([part.lineno, *(decorator.lineno for decorator in decorators)])
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    last = part.end_lineno or part.lineno
    after = body[number + 1] if number + 1 < len(body) else None
    if isinstance(part, ast.Assign | ast.AnnAssign) and _is_docstring(after):
        last = after.end_lineno or last
    return "\n".join(lines[first - 1 : last])


def _is_docstring(part: ast.stmt | None) -> TypeGuard[ast.Expr]:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)

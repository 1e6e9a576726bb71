"""Takes out of a file what nothing in it uses: methods, functions, constants.

A method counts as used where anything in the file has an attribute of its name. Classes that
torch calls into (modules), and what runs the file, are left as they are. Taking out one thing may
free the next, so it goes on until nothing is left to take.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

Span = tuple[int, int]
"""First and last line, counted from 1."""


def without_unused(text: str, kept: frozenset[str] = frozenset()) -> str:
    """The file without what it does not use; what is `kept` stays as it is."""
    while spans := list(_unused(ast.parse(text), kept)):
        lines = text.splitlines()
        for first, last in sorted(spans, reverse=True):
            _cut(lines, first, last)
        text = "\n".join(lines) + "\n"
    return text


def _cut(lines: list[str], first: int, last: int) -> None:
    """Take lines out, with the blank ones before them, or after them where they come first."""
    start = first - 1
    while start > 0 and not lines[start - 1].strip():
        start -= 1
    opens = start > 0 and lines[start - 1].rstrip().endswith(":")
    if opens:
        start = first - 1
        while last < len(lines) and not lines[last].strip():
            last += 1
    del lines[start:last]


def _unused(tree: ast.Module, kept: frozenset[str]) -> Iterator[Span]:
    every = list(ast.walk(tree))
    names = {n.id for n in every if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    attributes = {n.attr for n in every if isinstance(n, ast.Attribute)}
    modules = _modules(tree)
    for number, part in enumerate(tree.body):
        if isinstance(part, ast.ClassDef | ast.FunctionDef):
            if part.name in kept:
                continue
            if part.name not in names:
                yield _span(part)
            elif isinstance(part, ast.ClassDef) and part.name not in modules:
                yield from _members(part, attributes)
        elif isinstance(part, ast.Assign):
            targets = {n.id for t in part.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            if not targets & names:
                yield part.lineno, _end_of_constant(tree, number)


def _members(part: ast.ClassDef, attributes: set[str]) -> Iterator[Span]:
    """Methods, and constants of a class, that nothing asks for."""
    for inner in part.body:
        if isinstance(inner, ast.FunctionDef):
            own = inner.name.startswith("__") and inner.name.endswith("__")
            if not own and inner.name not in attributes:
                yield _span(inner)
        elif isinstance(inner, ast.Assign) or (
            isinstance(inner, ast.AnnAssign) and "Protocol" in map(ast.unparse, part.bases)
        ):
            targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
            if not {ast.unparse(target) for target in targets} & attributes:
                yield _span(inner)


def _modules(tree: ast.Module) -> set[str]:
    """Classes that derive from torch's modules."""
    found: set[str] = set()
    for part in tree.body:
        if isinstance(part, ast.ClassDef):
            bases = {ast.unparse(base) for base in part.bases}
            if bases & {"nn.Module", *found}:
                found.add(part.name)
    return found


def _span(part: ast.stmt) -> Span:
    decorators = getattr(part, "decorator_list", [])
    return min([part.lineno, *(d.lineno for d in decorators)]), part.end_lineno or part.lineno


def _end_of_constant(tree: ast.Module, number: int) -> int:
    """The last line of a constant and of the sentence that explains it."""
    after = tree.body[number + 1] if number + 1 < len(tree.body) else None
    part = after if isinstance(after, ast.Expr) else tree.body[number]
    return part.end_lineno or part.lineno

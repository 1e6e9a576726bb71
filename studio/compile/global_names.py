"""Gives what a text has at its top level other names, wherever the text means that and nothing
local: arguments, attributes and words in calls that are called alike stay."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with other names for these."""
    new = {old: name for old, name in names.items() if old != name}
    if not new:
        return text
    finding = _Finding(text, frozenset(new))
    finding.visit(ast.parse(text))
    lines = text.split("\n")
    for line, column, old in sorted(finding.places, reverse=True):
        before = lines[line - 1]
        lines[line - 1] = before[:column] + new[old] + before[column + len(old) :]
    return "\n".join(lines)


@dataclass(frozen=True)
class _Scope:
    """Names that mean something else here; those of a class do so in no function inside it."""

    names: frozenset[str]
    of_class: bool = False


class _Finding(ast.NodeVisitor):
    """Finds the places of names, as line from 1, column and name."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.places: set[tuple[int, int, str]] = set()
        self._lines, self._names = text.split("\n"), names
        self._scopes: list[_Scope] = []
        self._string: tuple[int, int] | None = None
        """First and last line of the string under way whose braces hold expressions."""

    def visit_Name(self, node: ast.Name) -> None:
        self._found(node.id, node.lineno, node.col_offset)

    def visit_Global(self, node: ast.Global) -> None:
        for name in {*node.names} & self._names:
            self._word(name, node.lineno, self._column(node.lineno, node.col_offset))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        before, self._string = self._string, (node.lineno, node.end_lineno or node.lineno)
        super().generic_visit(node)
        self._string = before

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._named(node)
        self._all([*node.decorator_list, *node.bases, *node.keywords])
        self._inside(_Scope(frozenset(_bound(node.body)), of_class=True), node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._all([*node.args.defaults, *filter(None, node.args.kw_defaults)])
        self._inside(_Scope(frozenset(_arguments(node.args))), [node.body])

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, _LOOPS):
            first = node.generators[0].iter
            self.visit(first)
            targets = (generator.target for generator in node.generators)
            every = (part for part in ast.iter_child_nodes(node) if part is not first)
            self._inside(_Scope(frozenset(_bound(targets))), every)
        else:
            super().generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._named(node)
        given = node.args
        notes = [a.annotation for a in _every(given) if a.annotation is not None]
        returns = [node.returns] if node.returns is not None else []
        defaults = [*given.defaults, *filter(None, given.kw_defaults)]
        self._all([*node.decorator_list, *notes, *returns, *defaults])
        local = {*_arguments(given), *_bound(node.body)} - _declared(node.body)
        self._inside(_Scope(frozenset(local)), node.body)

    def _named(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """The name of a function or class itself, behind `def` or `class`."""
        if node.name in self._names and not self._hidden(node.name):
            self._word(node.name, node.lineno, self._column(node.lineno, node.col_offset))

    def _inside(self, scope: _Scope, parts: Iterable[ast.AST]) -> None:
        self._scopes.append(scope)
        self._all(parts)
        self._scopes.pop()

    def _all(self, parts: Iterable[ast.AST]) -> None:
        for part in parts:
            self.visit(part)

    def _hidden(self, name: str) -> bool:
        last = len(self._scopes) - 1
        return any(
            name in scope.names
            for place, scope in enumerate(self._scopes)
            if place == last or not scope.of_class
        )

    def _found(self, name: str, line: int, offset: int) -> None:
        if name not in self._names or self._hidden(name):
            return
        if self._string is None:
            self.places.add((line, self._column(line, offset), name))
            return
        first, last = self._string  # Python 3.11 does not know places in such strings
        word = re.compile(rf"\{{[^{{}}]*?(?<![\w.])({name})\b")
        for number in range(first, last + 1):
            for match in word.finditer(self._lines[number - 1]):
                self.places.add((number, match.start(1), name))

    def _word(self, name: str, line: int, start: int) -> None:
        """The first place of a word in a line."""
        match = re.compile(rf"\b{name}\b").search(self._lines[line - 1], start)
        if match is not None:
            self.places.add((line, match.start(), name))

    def _column(self, line: int, offset: int) -> int:
        """Letters before a place that is told in bytes."""
        return len(self._lines[line - 1].encode()[:offset].decode())


def _every(given: ast.arguments) -> Iterator[ast.arg]:
    yield from (*given.posonlyargs, *given.args, *given.kwonlyargs)
    yield from filter(None, (given.vararg, given.kwarg))


def _arguments(given: ast.arguments) -> Iterator[str]:
    return (argument.arg for argument in _every(given))


def _local(parts: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All that is in these parts, but not in functions and classes in them."""
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, (*_FUNCTIONS, *_LOOPS, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(part)


def _bound(parts: Iterable[ast.AST]) -> Iterator[str]:
    """Names that these parts give a meaning."""
    for part in _local(parts):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            yield part.id
        elif isinstance(part, (*_FUNCTIONS, ast.ClassDef)):
            yield part.name
        elif isinstance(part, ast.alias):
            yield part.asname or part.name.partition(".")[0]
        elif isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name:
            yield part.name
        elif isinstance(part, ast.MatchMapping) and part.rest:
            yield part.rest


def _declared(parts: Iterable[ast.AST]) -> set[str]:
    """Names that a function says are those of the top level."""
    return {name for part in _local(parts) if isinstance(part, ast.Global) for name in part.names}

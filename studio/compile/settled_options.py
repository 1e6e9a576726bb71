"""Takes out of a file what its options settle: branches that are never taken, then the options.

An option is a field of a small class, such as an update. It is settled where all that the file
makes of that class give it the same value, or leave it at its default. It is read off a variable or
attribute that is called like the class, such as `update.every` or `self.update.every`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from operator import eq, gt, is_, is_not, lt, ne
from typing import Any, TypeAlias

Options: TypeAlias = Mapping[tuple[str, str], Any]
"""What readers are called, and the field that they read -> its only value."""

Edit: TypeAlias = tuple[int, int, str]
"""Places of the first character and of the one behind the last, and what stands there instead."""

OPEN = object()
"""The value of what is not settled."""


def without_settled(
    text: str, readers: Mapping[str, str], kept: frozenset[str] = frozenset()
) -> str:
    """The file without branches that its options rule out, and without options that nothing reads.
    `readers` says what each class with options is called where it is read; what is `kept` stays as
    it is."""
    while edits := list(_outer(_Settling(text, readers, kept).edits())):
        for first, last, new in reversed(edits):
            text = text[:first] + new + text[last:]
    return text


def _outer(edits: Iterator[Edit]) -> Iterator[Edit]:
    """Edits in their order, without those inside others."""
    end = 0
    for edit in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if edit[0] >= end:
            yield edit
            end = edit[1]


class _Settling:
    """One look at a file."""

    def __init__(self, text: str, readers: Mapping[str, str], kept: frozenset[str]) -> None:
        self._text, self._lines, self._tree = text, text.splitlines(keepends=True), ast.parse(text)
        starts = [0]
        for line in self._lines:
            starts.append(starts[-1] + len(line))
        self._starts = starts
        open_to_it = (part for part in self._tree.body if getattr(part, "name", "") not in kept)
        self._nodes = [node for part in open_to_it for node in ast.walk(part)]
        self._classes = {
            part: readers[part.name]
            for part in self._tree.body
            if isinstance(part, ast.ClassDef) and part.name in readers
        }
        self._options: dict[tuple[str, str], Any] = {}
        for part, reader in self._classes.items():
            for field, default in _fields(part):
                values = self._values(part, field, default)
                if values and all(value == values[0] for value in values):
                    self._options[reader, field] = values[0]

    def edits(self) -> Iterator[Edit]:
        """What to change."""
        for node in self._nodes:
            if isinstance(node, ast.If):
                yield from self._branch(node)
            elif isinstance(node, ast.IfExp):
                value = self._known(node.test)
                if value is not OPEN:
                    kept = node.body if value else node.orelse
                    yield *self._span(node), self._segment(kept)
            elif isinstance(node, ast.BoolOp):
                yield from self._operands(node)
            elif isinstance(node, ast.Compare) and isinstance(value := self._known(node), bool):
                yield *self._span(node), str(value)
        for part in self._classes:
            yield from self._unread(part)

    # ---- what is known -------------------------------------------------------------------------

    def _calls(self, part: ast.ClassDef) -> list[ast.Call]:
        calls = (node for node in self._nodes if isinstance(node, ast.Call))
        return [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == part.name]

    def _values(self, part: ast.ClassDef, field: str, default: Any) -> list[Any]:
        """All values that a field is given; an open one where it cannot be told."""
        place = [name for name, _ in _fields(part)].index(field)
        values = []
        for made in self._calls(part):
            if place < len(made.args) or any(k.arg is None for k in made.keywords):
                return []
            given = [k.value for k in made.keywords if k.arg == field]
            values.append(_literal(given[0]) if given else default)
        return [] if any(value is OPEN for value in values) else values

    def _known(self, node: ast.expr) -> Any:
        """The value of an expression, as far as the options settle it."""
        if isinstance(node, ast.Attribute):
            base = node.value
            name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
            return self._options.get((name, node.attr), OPEN)
        if isinstance(node, ast.BoolOp):
            values = [self._known(value) for value in node.values]
            ends = isinstance(node.op, ast.Or)
            if any(value is not OPEN and bool(value) == ends for value in values):
                return ends
            return OPEN if OPEN in values else not ends
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            value = self._known(node.operand)
            return OPEN if value is OPEN else not value
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node)
        return _literal(node)

    def _compared(self, node: ast.Compare) -> Any:
        left, right = self._known(node.left), self._known(node.comparators[0])
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            absent = isinstance(node.ops[0], ast.NotIn)
            if right == ():
                return absent
            return OPEN if OPEN in (left, right) else (left in right) != absent
        compare = _COMPARE.get(type(node.ops[0]))
        return OPEN if compare is None or OPEN in (left, right) else compare(left, right)

    # ---- what goes -----------------------------------------------------------------------------

    def _branch(self, node: ast.If) -> Iterator[Edit]:
        value = self._known(node.test)
        if value is OPEN:
            return
        kept = node.body if value else node.orelse
        first, last = self._starts[node.lineno - 1], self._starts[node.end_lineno or node.lineno]
        lines = self._lines[kept[0].lineno - 1 : kept[-1].end_lineno] if kept else []
        after, more = self._follows(node), bool(kept) and self._follows(kept[0])
        if after and kept and not more:
            lines.insert(0, f"{' ' * node.col_offset}else:\n")
        shift = kept[0].col_offset - node.col_offset if kept and not after else 0
        body = "".join(line[shift:] if line.strip() else line for line in lines)
        if more and not after:
            body = body.replace("elif ", "if ", 1)
        yield first, last, body

    def _follows(self, node: ast.AST) -> bool:
        """Whether it is an `elif`."""
        return isinstance(node, ast.If) and self._segment(node).startswith("elif ")

    def _operands(self, node: ast.BoolOp) -> Iterator[Edit]:
        """`a and b` is `a` where b holds."""
        values = [self._known(value) for value in node.values]
        kept = [self._segment(n) for n, v in zip(node.values, values, strict=True) if v is OPEN]
        if kept and len(kept) < len(values) and self._known(node) is OPEN:
            sign = " or " if isinstance(node.op, ast.Or) else " and "
            yield *self._span(node), sign.join(kept)

    def _unread(self, part: ast.ClassDef) -> Iterator[Edit]:
        """Fields that nothing reads, and where they are given."""
        read = {node.attr for node in self._nodes if isinstance(node, ast.Attribute)}
        for number, (field, default) in enumerate(_fields(part)):
            if field in read or default is OPEN:
                continue
            if any(number < len(made.args) for made in self._calls(part)):
                continue
            (line,) = (n for n in part.body if isinstance(n, ast.AnnAssign) and _name(n) == field)
            yield self._starts[line.lineno - 1], self._starts[line.end_lineno or line.lineno], ""
            for made in self._calls(part):
                yield from self._not_given(made, field)

    def _not_given(self, made: ast.Call, field: str) -> Iterator[Edit]:
        for keyword in made.keywords:
            if keyword.arg == field:
                first, last = self._span(keyword)
                before, after = self._text[:first], self._text[last:]
                line = before.rpartition("\n")[2]
                if after.startswith(", "):
                    yield first, last + 2, ""
                elif after.startswith(",\n") and not line.strip():
                    yield first - len(line), last + 2, ""
                else:
                    yield len(before.rstrip().removesuffix(",")), last, ""

    # ---- text ----------------------------------------------------------------------------------

    def _span(self, node: ast.expr | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._place(node.lineno, node.col_offset), self._place(
            node.end_lineno, node.end_col_offset
        )

    def _place(self, line: int, column: int) -> int:
        """Columns are counted in bytes."""
        before = self._lines[line - 1].encode()[:column]
        return self._starts[line - 1] + len(before.decode())

    def _segment(self, node: ast.AST) -> str:
        return ast.get_source_segment(self._text, node) or ""


_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: eq,
    ast.NotEq: ne,
    ast.Is: is_,
    ast.IsNot: is_not,
    ast.Gt: gt,
    ast.Lt: lt,
}


def _fields(part: ast.ClassDef) -> list[tuple[str, Any]]:
    """Fields with their defaults; open where there is none, or no plain one."""
    return [
        (_name(line), OPEN if line.value is None else _literal(line.value))
        for line in part.body
        if isinstance(line, ast.AnnAssign)
    ]


def _name(line: ast.AnnAssign) -> str:
    return ast.unparse(line.target)


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return OPEN

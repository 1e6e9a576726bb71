"""Lays out lines of Python as a formatter would: at most 88 columns, long calls broken up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WIDTH = 88
INDENT = "    "


@dataclass
class Source:
    """Lines of Python, each with the node it comes from, as `(board, node)`, or None. `imports` are
    statements that they need besides torch and math; `copied` is what copied layers are called in
    them, by import path, and `by_person` those of a person's own."""

    lines: list[str] = field(default_factory=list)
    origins: list[tuple[str, str] | None] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    copied: Mapping[str, str] = field(default_factory=dict)
    by_person: frozenset[str] = frozenset()

    def add(self, text: str = "", origin: tuple[str, str] | None = None) -> None:
        """Add text of one or more lines."""
        for line in text.split("\n"):
            self.lines.append(line.rstrip())
            self.origins.append(origin)

    def extend(self, other: Source) -> None:
        """Add all lines of another source."""
        self.lines += other.lines
        self.origins += other.origins
        self.imports += [line for line in other.imports if line not in self.imports]

    @property
    def text(self) -> str:
        """The lines as a file."""
        return "\n".join(self.lines).strip("\n") + "\n"

    @property
    def nodes(self) -> Mapping[int, tuple[str, str]]:
        """Line number, from 1, -> board and node."""
        return {n: o for n, o in enumerate(self.origins, 1) if o is not None}


def call(depth: int, prefix: str, name: str, arguments: Iterable[str], suffix: str = "") -> str:
    """`prefix name(arguments) suffix`, broken up where it is too long for a line."""
    return _opened(depth, f"{prefix}{name}(", list(arguments), f"){suffix}")


def copies(depth: int, prefix: str, name: str, made: str, along: str, spread: bool) -> str:
    """`prefix name(made for along)`, broken up where it is too long for a line; each copy an
    argument of its own where they are to `spread`."""
    space, each = INDENT * depth, f"for {along}"
    head, tail = ("*(", ")") if spread else ("", "")
    for line in (
        f"{space}{prefix}{name}({head}{made} {each}{tail})",
        f"{space}{prefix}{name}(\n{space}{INDENT}{head}{made} {each}{tail}\n{space})",
    ):
        if max(map(len, line.split("\n"))) <= WIDTH:
            return line
    inner = depth + 1 + spread
    body = f"{expression(inner, made)}\n{INDENT * inner}{each}"
    if spread:
        body = f"{space}{INDENT}{head}\n{body}\n{space}{INDENT}{tail}"
    return f"{space}{prefix}{name}(\n{body}\n{space})"


def listed(depth: int, head: str, items: Iterable[str], tail: str) -> str:
    """`head items tail`, such as a dictionary, broken up where it is too long for a line."""
    return _opened(depth, head, list(items), tail)


def expression(depth: int, text: str, suffix: str = "") -> str:
    """An expression on a line, its last bracket opened where it is too long for one."""
    line = f"{INDENT * depth}{text}{suffix}"
    found = _last_bracket(text) if len(line) > WIDTH else None
    if found is None:
        return line
    head, inside, close = found
    return _opened(depth, head, inside, f"{close}{suffix}")


def statement(depth: int, target: str, value: str, comment: str = "") -> str:
    """`target = value  # comment`, the comment above where the line would be too long."""
    line = f"{INDENT * depth}{target} = {value}"
    if len(line) > WIDTH:
        line = _broken(depth, f"{target} = ", value) or line
        if ", " in target and len(line.partition("\n")[0]) > WIDTH:
            line = _one_each(depth, "(", target.split(", "), f") = {value}")
    return _told(depth, line, comment)


def returning(depth: int, value: str, comment: str = "") -> str:
    """`return value  # comment`, laid out like a statement."""
    line = f"{INDENT * depth}return {value}"
    if len(line) > WIDTH:
        line = _broken(depth, "return ", value) or line
    return _told(depth, line, comment)


def returned(depth: int, values: Sequence[str]) -> str:
    """`return values`, one a line where they are too long for one."""
    line = f"{INDENT * depth}return {', '.join(values)}"
    return line if len(line) <= WIDTH else _one_each(depth, "return (", values, ")")


def _told(depth: int, line: str, comment: str) -> str:
    """The line with a comment behind it, or above where it would be too long."""
    if not comment:
        return line
    if "\n" not in line and len(line) + len(comment) + 4 <= WIDTH:
        return f"{line}  # {comment}"
    return f"{INDENT * depth}# {comment}\n{line}"


def _one_each(depth: int, head: str, items: Iterable[str], tail: str) -> str:
    space = INDENT * depth
    return "\n".join([f"{space}{head}", *(f"{space}{INDENT}{i}," for i in items), f"{space}{tail}"])


def _opened(depth: int, head: str, items: Sequence[str], tail: str) -> str:
    """`head items tail` on one line, or the items on a line of their own, or on one each."""
    space = INDENT * depth
    line = f"{space}{head}{', '.join(items)}{tail}"
    if len(line) <= WIDTH or not items:
        return line
    inner = f"{space}{INDENT}{', '.join(items)}"
    if len(inner) > WIDTH:
        inner = "\n".join(expression(depth + 1, item, ",") for item in items)
    return f"{space}{head}\n{inner}\n{space}{tail}"


def _broken(depth: int, prefix: str, value: str) -> str | None:
    """The value in brackets of its own where it is a long sum or product, else with its last
    bracket opened, as a formatter would do first; in brackets where that does not help."""
    operands, found = _operands(value), _last_bracket(value)
    if len(operands) > 2 or (len(operands) == 2 and found is None):
        return _bracketed(depth, prefix, value, operands)
    if found is None:
        return None
    head, inside, close = found
    opened = _opened(depth, f"{prefix}{head}", inside, close)
    if inside and len(opened.partition("\n")[0]) <= WIDTH:
        return opened
    return f"{INDENT * depth}{prefix}(\n{expression(depth + 1, value)}\n{INDENT * depth})"


def _last_bracket(text: str) -> tuple[str, list[str], str] | None:
    """What stands before, in and after the bracket that ends the text."""
    if not text.endswith((")", "]")):
        return None
    level = 0
    for at in range(len(text) - 1, -1, -1):
        level += {")": 1, "]": 1, "(": -1, "[": -1}.get(text[at], 0)
        if level == 0:
            return text[: at + 1], _arguments(text[at + 1 : -1]), text[-1]
    return None


def _bracketed(depth: int, prefix: str, value: str, operands: Sequence[str]) -> str:
    """A long sum or product in brackets, one operand a line."""
    space = INDENT * depth
    body = "\n".join(f"{space}{INDENT}{operand}" for operand in operands)
    short = f"{space}{INDENT}{value}"
    return f"{space}{prefix}(\n{short if len(short) <= WIDTH else body}\n{space})"


def _operands(text: str) -> list[str]:
    """What is added, or else multiplied, outside brackets, each but the first after its sign."""
    for signs in ("|", "^", "&", "+-", "*/@"):
        found, start, level = [], 0, 0
        for at, sign in enumerate(text):
            level += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
            if level == 0 and sign in signs and text[at - 1 : at + 2] == f" {sign} ":
                found.append(text[start:at].strip())
                start = at
        if found:
            return [*found, text[start:]]
    return [text]


def _arguments(text: str) -> list[str]:
    """Arguments of a call, split at the commas outside brackets and quotes."""
    found, start, level, quote = [], 0, 0, ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote and text[at - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([{":
            level += 1
        elif sign in ")]}":
            level -= 1
        elif sign == "," and level == 0:
            found.append(text[start:at].strip())
            start = at + 1
    last = text[start:].strip()
    return [*found, last] if last else found

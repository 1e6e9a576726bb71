"""Lays out lines of Python as a formatter would: at most 88 columns, long calls broken up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WIDTH = 88
INDENT = "    "


@dataclass
class Source:
    """Lines of Python, each with the node it comes from, as `(board, node)`, or None."""

    lines: list[str] = field(default_factory=list)
    origins: list[tuple[str, str] | None] = field(default_factory=list)

    def add(self, text: str = "", origin: tuple[str, str] | None = None) -> None:
        """Add text of one or more lines."""
        for line in text.split("\n"):
            self.lines.append(line.rstrip())
            self.origins.append(origin)

    def extend(self, other: Source) -> None:
        """Add all lines of another source."""
        self.lines += other.lines
        self.origins += other.origins

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
    listed, space = list(arguments), INDENT * depth
    line = f"{space}{prefix}{name}({', '.join(listed)}){suffix}"
    if len(line) <= WIDTH or not listed:
        return line
    inner = f"{space}{INDENT}{', '.join(listed)}"
    body = [inner] if len(inner) <= WIDTH else [f"{space}{INDENT}{item}," for item in listed]
    return "\n".join([f"{space}{prefix}{name}(", *body, f"{space}){suffix}"])


def statement(depth: int, target: str, expression: str, comment: str = "") -> str:
    """`target = expression  # comment`, the comment above where the line would be too long."""
    line = f"{INDENT * depth}{target} = {expression}"
    if len(line) > WIDTH and (broken := _broken(depth, f"{target} = ", expression)):
        line = broken
    if not comment:
        return line
    if "\n" not in line and len(line) + len(comment) + 4 <= WIDTH:
        return f"{line}  # {comment}"
    return f"{INDENT * depth}# {comment}\n{line}"


def _broken(depth: int, prefix: str, expression: str) -> str | None:
    """The expression with its last bracket opened, as a formatter would do first."""
    if not expression.endswith(")"):
        return _bracketed(depth, prefix, expression)
    level = 0
    for at in range(len(expression) - 1, -1, -1):
        level += {")": 1, "]": 1, "(": -1, "[": -1}.get(expression[at], 0)
        if level == 0:
            inside = _arguments(expression[at + 1 : -1])
            return call(depth, prefix, expression[:at], inside) if inside else None
    return None


def _bracketed(depth: int, prefix: str, expression: str) -> str | None:
    """A long sum or product in brackets, one operand a line."""
    for sign in (" + ", " * "):
        if sign in expression and "(" not in expression:
            parts = expression.split(sign)
            lines = [parts[0], *(f"{sign.strip()} {part}" for part in parts[1:])]
            space = INDENT * depth
            body = "\n".join(f"{space}{INDENT}{line}" for line in lines)
            short = f"{space}{INDENT}{expression}"
            return f"{space}{prefix}(\n{short if len(short) <= WIDTH else body}\n{space})"
    return None


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

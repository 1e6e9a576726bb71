"""Docstrings as torch writes them (reStructuredText and sections as Google has them) as text that
people read."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from studio.model.type_help import HelpPart

SHAPES = frozenset({"shape", "shapes"})
"""Headings of what is told of shapes."""

_LEFT_OUT = frozenset({"image", "include", "figure", "testcode", "testoutput", "testsetup"})
_SECTION = re.compile(r"([A-Z][\w/]*(?: \w+)?)(::?)\s*$|(Inputs|Outputs): (.*)$")
_DIRECTIVE = re.compile(r"\.\. ([\w-]+)\s*::\s*(.*)$")
_TARGET = re.compile(r"\.\. (?:_|\[).*$")
_ITEM = re.compile(r"(?:[-*•]|\d+\.|#\.)\s+(.*)$")
_ARGUMENT = re.compile(r"(\*{0,2}\w+(?:\[k\]\w*)?)\s*(?:(\([^:]*\))\s*:|:(?=\s+\S))\s*(.*)$")
_COMMENT = re.compile(r"(?<!\\)%.*")
_SIGNATURE = re.compile(r"[\w.]+\(.*\)\s*(->.*)?$")


def parts_of(docstring: str) -> tuple[list[HelpPart], list[HelpPart]]:
    """What it says, and what it says of shapes."""
    lines = textwrap.dedent(docstring.expandtabs()).splitlines()
    words: list[HelpPart] = []
    shapes: list[HelpPart] = []
    into = words
    for part in _parts(_without_signature(lines), 0, ""):
        if part.kind == "heading":
            into = shapes if part.text.lower() in SHAPES else words
            if into is shapes:
                continue
        into.append(part)
    return _tidy(words), _tidy(shapes)


def _without_signature(lines: Sequence[str]) -> Sequence[str]:
    """Functions written in C say first how they are called."""
    while lines and (not lines[0].strip() or _SIGNATURE.match(lines[0].strip())):
        lines = lines[1:]
    return lines


def _tidy(parts: list[HelpPart]) -> list[HelpPart]:
    """Without headings that nothing follows."""
    kinds = [*(part.kind for part in parts[1:]), "heading"][: len(parts)]
    return [p for p, after in zip(parts, kinds, strict=True) if {p.kind, after} != {"heading"}]


def _parts(lines: Sequence[str], depth: int, section: str) -> Iterator[HelpPart]:
    """The parts of some lines at one depth of indentation."""
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line:
            at += 1
            continue
        inside, after = _indented(lines, at)
        if directive := _DIRECTIVE.match(line):
            yield from _directive(directive[1], directive[2], inside, depth)
            at = after
        elif _TARGET.match(line):
            at = after
        elif line.startswith(">>>"):
            text, at = _until_blank(lines, at)
            code = [line for line in textwrap.dedent(text).splitlines() if "xdoctest" not in line]
            yield HelpPart("code", "\n".join(code), depth)
        elif depth == 0 and (found := _SECTION.match(lines[at])) and (inside or found[3]):
            title = found[1] or found[3]
            yield HelpPart("heading", title)
            if found[4]:
                yield HelpPart("text", _inline(found[4]))
            yield from _parts(textwrap.dedent("\n".join(inside)).splitlines(), 0, title)
            at = after
        elif section and (argument := _ARGUMENT.match(line)):
            kind = f" {argument[2]}" if argument[2] else ""
            yield from _item(f"**{argument[1]}**{kind}: {argument[3]}", inside, depth)
            at = after
        elif item := _ITEM.match(line):
            yield from _item(item[1], inside, depth)
            at = after
        else:
            text, at = _paragraph(lines, at)
            shows_code = text.endswith("::")
            yield HelpPart("text", _inline(text.removesuffix(":") if shows_code else text), depth)
            if shows_code:
                block, at = _indented(lines, at - 1)
                yield HelpPart("code", textwrap.dedent("\n".join(block)).strip("\n"), depth)


def _item(first: str, inside: Sequence[str], depth: int) -> Iterator[HelpPart]:
    """An entry of a list: its first paragraph, and what else belongs to it."""
    rest = textwrap.dedent("\n".join(inside)).splitlines()
    text = [first.strip()]
    while rest and rest[0].strip() and not _ITEM.match(rest[0]) and not _DIRECTIVE.match(rest[0]):
        text.append(rest.pop(0).strip())
    yield HelpPart("item", _inline(" ".join(text)), depth)
    yield from _parts(rest, depth + 1, "")


def _directive(name: str, argument: str, inside: Sequence[str], depth: int) -> Iterator[HelpPart]:
    body = textwrap.dedent("\n".join(inside))
    if name == "math":
        lines = (_COMMENT.sub("", line) for line in (argument, *body.splitlines()))
        yield HelpPart("formula", " ".join(" ".join(lines).split()), depth)
    elif name in ("code", "code-block"):
        yield HelpPart("code", body.strip("\n"), depth)
    elif name not in _LEFT_OUT:
        if name in ("note", "warning", "deprecated", "versionadded"):
            argument = f"**{name.capitalize()}:** {argument}".strip()
        text = f"{argument} {body}" if name in ("note", "warning") else argument
        yield from _parts(text.strip().splitlines(), depth, "")


def _indented(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """The lines that stand further in than this one, and where they end."""
    depth, end = _depth(lines[at]), at + 1
    while end < len(lines) and (not lines[end].strip() or _depth(lines[end]) > depth):
        end += 1
    inside = list(lines[at + 1 : end])
    return (inside if any(line.strip() for line in inside) else []), end


def _until_blank(lines: Sequence[str], at: int) -> tuple[str, int]:
    end = at
    while end < len(lines) and lines[end].strip():
        end += 1
    return "\n".join(lines[at:end]), end


def _paragraph(lines: Sequence[str], at: int) -> tuple[str, int]:
    """Lines up to a blank one, or to one that begins something else."""
    found = [lines[at].strip()]
    for end in range(at + 1, len(lines)):
        line = lines[end].strip()
        if not line or _DIRECTIVE.match(line) or _ITEM.match(line) or line.startswith(">>>"):
            return " ".join(found), end
        found.append(line)
    return " ".join(found), len(lines)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


_INLINE: tuple[tuple[str, str], ...] = (
    (r":math:`([^`]*)`", r"$\1$"),
    (r":[\w:+-]+:`~?(?:[\w.]+\.)?([^`<]*?)\s*(?:<[^`]*>)?`", r"\1"),
    (r"``([^`]*)``", r"`\1`"),
    (r"`([^`<]+?)\s*<(https?://[^`>]*)>`_{1,2}", r"\1 (\2)"),
    (r"`([^`<]+)`_{1,2}", r"\1"),
    (r"(?<!\\)\\(?=[_*])(?![^$]*\$)", ""),
)


def _inline(text: str) -> str:
    """A sentence without marks: code stays between backquotes, formulas come between `$`, words
    that stand out between `**`."""
    for pattern, plain in _INLINE:
        text = re.sub(pattern, plain, text)
    return text.strip()

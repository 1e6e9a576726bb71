"""`netloom help`: what a node type computes, or which there are."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Iterator, Mapping

from nodes.catalogue import CATEGORIES
from nodes.declare import NodeType
from studio.cli.command_error import CommandError
from studio.model.latex_text import latex_as_text
from studio.model.search_words import Query, SearchWords
from studio.model.type_help import (
    HelpPart,
    TypeHelp,
    plain_text,
    port_rows,
    shown_default,
    usual_line,
)

WIDEST = 100


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("type", nargs="*", help="a node type, or words for what it does")


def run(arguments: argparse.Namespace) -> int:
    """Tell of a type; without one, or with words, list those that there are."""
    from studio.compile.compiled import all_types
    from studio.compile.explaining import explained

    types, _ = all_types()
    asked = " ".join(arguments.type)
    by_name = {name.lower(): found for name, found in types.items()}
    found = types.get(asked) or by_name.get(asked.lower())
    if found is not None:
        print("\n".join(_told(found, explained(found, {}))))
    else:
        print("\n".join(_listed(_fitting(types, asked))))
    return 0


def _fitting(types: Mapping[str, NodeType], asked: str) -> list[NodeType]:
    """The types that a search finds, best first; all by category where nothing is sought. Raises
    CommandError where there is none."""
    order = {name: place for place, name in enumerate(CATEGORIES)}
    every = sorted(types.values(), key=lambda found: order.get(found.category, len(order)))
    if not asked:
        return every
    sought = Query(asked)
    fits = []
    for found in every:
        words = SearchWords(found.name, found.keywords, found.category, found.summary)
        if (place := sought.place(words)) is not None:
            fits.append((place, found))
    if not fits:
        raise CommandError(
            f"No node type is called '{asked}' or does that; netloom help lists all."
        )
    return [found for _, found in sorted(fits, key=lambda pair: pair[0])]


def _listed(types: list[NodeType]) -> Iterator[str]:
    wide = max(len(found.name) for found in types)
    for found in types:
        yield f"{found.name:{wide}}  {found.summary}"


def _told(found: NodeType, help: TypeHelp) -> Iterator[str]:
    where = found.layer or found.dataset
    yield f"{found.name} ({found.category}{f', {where}' if where else ''})"
    yield from _wrapped(found.summary, "")
    if found.formula:
        yield ""
        yield from (f"    {latex_as_text(line)}" for line in found.formula.split(r"\\"))
    yield from ("", "Shapes")
    for row in port_rows(found):
        summary = f": {row.summary}" if row.summary else ""
        yield from _wrapped(
            f"{'out' if row.out else 'in '} {row.name}  {row.layout}{summary}", "  "
        )
    if help.usual:
        yield from _wrapped(f"As it is at first: {usual_line(port_rows(found), help.usual)}", "  ")
    yield from _parts(help.shapes, "  ")
    if found.params:
        yield from ("", "Parameters")
    for param in found.params:
        text = f"{param.name} = {shown_default(param.default)}: {param.summary}"
        yield from _wrapped(text, "  ")
    if found.paper or help.page:
        yield from ("", "Read on", *(f"  {link}" for link in (found.paper, help.page) if link))
    if help.words:
        yield from ("", "PyTorch's documentation" if help.page else "What its code says")
        yield from _parts(help.words, "  ")
    if help.source:
        yield from ("", "Its source", textwrap.indent(help.source, "  "))


def _parts(parts: tuple[HelpPart, ...], indent: str) -> Iterator[str]:
    for part in parts:
        inner = indent + "  " * part.depth
        if part.kind == "code":
            yield textwrap.indent(part.text, inner + "  ")
        elif part.kind == "formula":
            yield f"{inner}  {latex_as_text(part.text)}"
        elif part.kind == "item":
            yield from _wrapped(plain_text(part.text), inner, "- ")
        else:
            yield from _wrapped(plain_text(part.text), inner)


def _wrapped(text: str, indent: str, sign: str = "") -> list[str]:
    wide = min(WIDEST, shutil.get_terminal_size().columns)
    further = indent + " " * (len(sign) or (2 if indent else 0))
    return textwrap.wrap(text, wide, initial_indent=indent + sign, subsequent_indent=further)

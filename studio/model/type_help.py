"""What is told of a node type beyond its card: plain data that a window or a terminal lays out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from nodes.declare import ONE_NUMBER, NodeType, Port, PortKind
from studio.model.latex_text import latex_as_text
from studio.model.ports import Ports, with_ports

PartKind = Literal["text", "heading", "item", "code", "formula"]


@dataclass(frozen=True, slots=True)
class HelpPart:
    """A paragraph, heading, entry of a list, piece of code or formula (LaTeX). Formulas inside of
    a text are between `$`."""

    kind: PartKind
    text: str
    depth: int = 0
    """How far an entry is indented."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture as SVG that takes its colours from where it is shown (see `TINTS`), with its width
    and height in the text's pixels, and what it shows in words."""

    svg: str
    width: float
    height: float
    words: str = ""


TINTS = ("currentColor", "mutedColor", "accentColor", "otherColor", "softColor")
"""What stands for colours in a drawing: text, less important text, two that stand out, areas."""


@dataclass(frozen=True, slots=True)
class TypeHelp:
    """`formulas` are typeset, by their LaTeX; those that could not be are not among them. `usual`
    are the shapes at its ports (output or not, name) with parameters as at first, free sizes by
    name. `shapes` and
    `words` are the layer's own documentation. `page` is an address with more, `source` the code of
    a layer that Netloom or a plug-in brings along."""

    formulas: Mapping[str, Illustration] = field(default_factory=dict)
    pictures: tuple[Illustration, ...] = ()
    usual: Mapping[tuple[bool, str], str] = field(default_factory=dict)
    shapes: tuple[HelpPart, ...] = ()
    words: tuple[HelpPart, ...] = ()
    page: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PortRow:
    """What is told of one port: which way it goes, its layout and element type, what it carries."""

    name: str
    out: bool
    layout: str
    summary: str


def port_rows(found: NodeType, ports: Ports | None = None) -> list[PortRow]:
    """The ports of a type, or those that one node of it has."""
    shaped = with_ports(found, {})
    given = ports or Ports(shaped.inputs, shaped.outputs)
    both = [(port, False) for port in given.inputs] + [(port, True) for port in given.outputs]
    return [PortRow(port.name, out, layout_of(port, out), port.summary) for port, out in both]


def usual_line(rows: list[PortRow], usual: Mapping[tuple[bool, str], str]) -> str:
    """The usual shapes as one line: what goes in, and what comes out of that."""
    sides = []
    for out in (False, True):
        side = [row.name for row in rows if row.out == out]
        known = {name: usual[out, name] for name in side if (out, name) in usual}
        named = len(known) > 1
        sides.append(", ".join(f"{name} " * named + shape for name, shape in known.items()))
    return " → ".join(sides)


def layout_of(port: Port, out: bool) -> str:
    """The layout that a port expects or gives, and what it carries, in words."""
    layout = "×".join(port.dims.replace("*", "…").split()) or ("" if out else "any shape")
    words = [layout if port.kind not in ONE_NUMBER else "", KINDS[port.kind]]
    words += ["any number of wires"] if port.many else []
    words += ["may stay free"] if port.optional else []
    return ", ".join(filter(None, words))


KINDS: Mapping[PortKind, str] = {
    "float": "real",
    "int": "whole numbers",
    "bool": "true or false",
    "number": "real or whole",
    "any": "of any kind",
    "loss": "a loss",
    "metric": "a metric",
}
"""What ports carry, in words."""


def shown_default(value: object) -> str:
    """A parameter's value as help tells it."""
    if value is None or value == "":
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(shown_default, value))
    return str(value)


def plain_text(text: str) -> str:
    """A part's text without the marks of code and emphasis, its formulas in plain letters."""
    text = re.sub(r"\$([^$]+)\$", lambda found: latex_as_text(found[1]), text)
    return re.sub(r"`([^`]+)`|\*\*([^*]+)\*\*", lambda found: found[1] or found[2], text)

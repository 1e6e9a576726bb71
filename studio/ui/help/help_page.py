"""The help of a type, or of one node of it, as HTML; drawings are named and painted elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from nodes.declare import NodeType, Param
from studio.model.latex_text import latex_as_text
from studio.model.ports import Ports
from studio.model.report import NodeReport
from studio.model.type_help import (
    HelpPart,
    Illustration,
    TypeHelp,
    port_rows,
    shown_default,
    usual_line,
)
from studio.ui.appearance.theme import Theme

Place = Callable[[Illustration, int], str]
"""Makes a drawing part of the page, so many pixels in; gives the HTML that shows it."""
INDENT = 14

_INLINE = re.compile(r"\$([^$]+)\$|`([^`]+)`|\*\*([^*]+)\*\*|(https?://[^\s<>()]+[^\s<>().,;])")


@dataclass(frozen=True)
class NodeContext:
    """What is known of the node that the help is asked for."""

    id: str
    ports: Ports
    report: NodeReport | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    code: str = ""


def page(
    found: NodeType, help: TypeHelp | None, node: NodeContext | None, theme: Theme, place: Place
) -> str:
    """All of it. `help` is None while it is waited for."""
    parts = [
        f"<h2>{escape(found.name)}</h2>",
        f"<p class='muted'>{escape(_kind(found, node))}</p>",
        f"<p>{escape(found.summary)}</p>",
        *_formula(found, help, place),
        *(
            f"<p>{place(picture, 0)}<br><span class='muted'>{escape(picture.words)}</span></p>"
            for picture in (help.pictures if help else ())
        ),
        *_shapes(found, help, node, place),
        *_code(node),
        *_links(found, help),
        *_parameters(found.params, node),
        *_documentation(found, help, place),
    ]
    return f"<style>{_style(theme)}</style>{''.join(parts)}"


def _kind(found: NodeType, node: NodeContext | None) -> str:
    where = f" · {found.layer or found.dataset}" if found.layer or found.dataset else ""
    return f"{f'{node.id} · ' if node else ''}{found.category}{where}"


def _formula(found: NodeType, help: TypeHelp | None, place: Place) -> Iterator[str]:
    if not found.formula:
        return
    drawing = help.formulas.get(found.formula) if help else None
    yield f"<p class='formula'>{_set(found.formula, drawing, place)}</p>"


def _set(latex: str, drawing: Illustration | None, place: Place, indent: int = 0) -> str:
    return place(drawing, indent) if drawing else f"<i>{latex_as_text(latex, html=True)}</i>"


def _shapes(
    found: NodeType, help: TypeHelp | None, node: NodeContext | None, place: Place
) -> Iterator[str]:
    yield "<h4>Shapes</h4><table width='100%' cellspacing='0'>"
    for row in port_rows(found, node.ports if node else None):
        shapes = [escape(shape) for shape in _known(node, row.name, row.out)]
        layout = f"<b>{' , '.join(shapes)}</b>" if shapes else escape(row.layout)
        yield (
            f"<tr><td class='muted'>{'out' if row.out else 'in'}</td>"
            f"<td class='name'>{escape(row.name)}</td><td>{layout}</td></tr>"
        )
        if row.summary:
            yield f"<tr><td></td><td colspan='2' class='muted'>{escape(row.summary)}</td></tr>"
    yield "</table>"
    if help and help.usual:
        line = usual_line(port_rows(found), help.usual)
        yield f"<p><span class='muted'>As it is at first:</span> {escape(line)}</p>"
    if help and help.shapes:
        yield "<p class='muted'>In general:</p>"
        yield from _written(help.shapes, help.formulas, place)


def _known(node: NodeContext | None, port: str, out: bool) -> list[str]:
    if node is None or node.report is None:
        return []
    if out:
        signal = node.report.outputs.get(port)
        return [str(signal)] if signal else []
    return [str(signal) for signal in node.report.inputs.get(port, ())]


def _parameters(params: Iterable[Param], node: NodeContext | None) -> Iterator[str]:
    shown = list(params)
    if not shown:
        return
    yield "<h4>Parameters</h4><table width='100%' cellspacing='0'>"
    for param in shown:
        value = node.values.get(param.name, param.default) if node else param.default
        mark = "b" if value != param.default else "span"
        yield (
            f"<tr><td class='name'>{escape(param.name)}</td>"
            f"<td><{mark}>{escape(shown_default(value))}</{mark}></td></tr>"
            f"<tr><td colspan='2' class='muted'>{escape(param.summary)}</td></tr>"
        )
    yield "</table>"


def _code(node: NodeContext | None) -> Iterator[str]:
    if node and node.code:
        yield f"<h4>In the code</h4><pre>{escape(node.code)}</pre>"


def _links(found: NodeType, help: TypeHelp | None) -> Iterator[str]:
    links = [("The paper", found.paper), ("PyTorch's page", help.page if help else "")]
    shown = [f"<a href='{escape(to)}'>{escape(words)}</a>" for words, to in links if to]
    if shown:
        yield f"<h4>Read on</h4><p>{' · '.join(shown)}</p>"


def _documentation(found: NodeType, help: TypeHelp | None, place: Place) -> Iterator[str]:
    if help is None:
        yield "<p class='muted'>…</p>"
        return
    if help.words:
        whose = "PyTorch's documentation" if help.page else "What its code says"
        yield f"<h4>{whose}</h4>"
        yield from _written(help.words, help.formulas, place)
    if help.source:
        yield f"<h4>Its source</h4><pre>{escape(help.source)}</pre>"


def _written(
    parts: Iterable[HelpPart], formulas: Mapping[str, Illustration], place: Place
) -> Iterator[str]:
    for part in parts:
        left = INDENT * part.depth
        indent = f" style='margin-left:{left}px'" if part.depth else ""
        if part.kind == "heading":
            yield f"<p class='heading'>{escape(part.text)}</p>"
        elif part.kind == "code":
            yield f"<pre{indent}>{escape(part.text)}</pre>"
        elif part.kind == "formula":
            yield f"<p{indent}>{_set(part.text, formulas.get(part.text), place, left)}</p>"
        elif part.kind == "item":
            text, style = inline(part.text), f"margin-left:{left + INDENT}px; text-indent:-10px"
            yield f"<p style='{style}'>•&nbsp;{text}</p>"
        else:
            yield f"<p{indent}>{inline(part.text)}</p>"


def inline(text: str) -> str:
    """A sentence with its formulas, code, emphasis and addresses."""
    found, at = [], 0
    for match in _INLINE.finditer(text):
        formula, code, strong, address = match.groups()
        found.append(escape(text[at : match.start()]))
        at = match.end()
        if formula:
            found.append(f"<i>{latex_as_text(formula, html=True)}</i>")
        elif code:
            found.append(f"<code>{escape(code)}</code>")
        elif strong:
            found.append(f"<b>{escape(strong)}</b>")
        else:
            found.append(f"<a href='{escape(address)}'>{escape(address)}</a>")
    return "".join([*found, escape(text[at:])])


def _style(theme: Theme) -> str:
    return (
        f"h2 {{ margin: 0; font-size: 16px; }} p {{ margin: 5px 0; }}"
        f"h4 {{ margin: 16px 0 4px 0; color: {theme.muted}; }}"
        f".muted {{ color: {theme.muted}; }} .name {{ padding-right: 12px; }}"
        f".heading {{ font-weight: 600; margin-top: 10px; }}"
        f".formula {{ margin: 12px 0; }}"
        f"a {{ color: {theme.link}; }} td {{ padding: 2px 6px 2px 0; }}"
        f"pre, code {{ font-family: monospace; }}"
        f"pre {{ background-color: {theme.raised}; font-size: 12px; margin: 6px 0; "
        f"white-space: pre-wrap; }}"
    )

"""Sets formulas: LaTeX becomes outlines of letters, by matplotlib's mathtext, without TeX."""

from __future__ import annotations

import logging
import re
from functools import lru_cache

from studio.model.latex_text import latex_as_text
from studio.model.type_help import Illustration

SIZE = 15.0
"""Height of letters in pixels."""
GAP = 9.0
"""Pixels between the lines of a formula."""

_SAME: tuple[tuple[str, str], ...] = (
    (r"\\begin\{(?:array|aligned|align\*?|split|gathered)\}(?:\{[lcr|\s]*\})?", ""),
    (r"\\end\{(?:array|aligned|align\*?|split|gathered|cases)\}", ""),
    (r"\\begin\{cases\}", r"\\; "),
    (r"\\(?:text|textrm|mbox)\s*\{", r"\\mathrm{"),
    (r"\\(?:textbf|boldsymbol|bm)\s*\{", r"\\mathbf{"),
    (r"\\(?:textit)\s*\{", r"\\mathit{"),
    (r"\\(?:texttt)\s*\{", r"\\mathtt{"),
    (r"\\text([A-Za-z])", r"\\mathrm{\1}"),
    (r"\\t?frac(?![A-Za-z])", r"\\dfrac"),
    (r"\\dots\b", r"\\ldots"),
    (r"\\not=", r"\\neq"),
    (r"\\top\b", r"\\mathsf{T}"),
    (r"\\(?:displaystyle|limits|nonumber|,\\!)", ""),
    (r"\\mathbb\{1\}", r"\\mathbf{1}"),
    (r"\\[lr]?Vert(?![A-Za-z])", r"\\|"),
    (r"\\[lr]vert(?![A-Za-z])", "|"),
    (r"\{\\bf\s+([^{}]*)\}", r"\\mathbf{\1}"),
    (r"\\(le|ge|ne)(?![A-Za-z])", r"\\\1q"),
    (r"~", " "),
)
"""What torch's documentation writes, and what mathtext knows in its place."""

_SPACE = r"\\ "
_COMMANDS = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
_POINTS = {1: 1, 2: 1, 3: 2, 4: 3, 79: 1}


@lru_cache(1_000)
def typeset(latex: str) -> Illustration | None:
    """A formula of one line or several (`\\\\\\\\`), or None where it says what mathtext does not
    know."""
    paths: list[str] = []
    top = width = 0.0
    for line in _lines(latex):
        try:
            path, left, right, below, above = _outline(line)
        except (ValueError, RuntimeError):
            return None
        if paths:
            top += GAP
        top += above
        paths.append(f'<path transform="translate({-left:.2f} {top:.2f})" d="{path}"/>')
        top -= below
        width = max(width, right - left)
    if not paths:
        return None
    width, height = width + 2.0, top + 2.0
    box = f'viewBox="-1 -1 {width:.2f} {height:.2f}" width="{width:.2f}" height="{height:.2f}"'
    body = "".join(paths)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box} fill="currentColor">{body}</svg>'
    return Illustration(svg, width, height, latex_as_text(latex))


def _lines(latex: str) -> list[str]:
    """Each line as mathtext takes it."""
    for pattern, known in _SAME:
        latex = re.sub(pattern, known, latex)
    lines = re.split(r"\\\\(?:\[[^\]]*\])?|\n", latex)
    return [plain for line in lines if (plain := _spaced_words(line.replace("&", " ")).strip())]


def _spaced_words(line: str) -> str:
    """Words keep their spaces, which mathematics does not know."""

    def kept(found: re.Match[str]) -> str:
        words = found[1].strip().replace("`", "'").replace("\\ ", " ")
        words = re.sub(r"(?<!\\)_", r"\\_", words)
        before, after = (
            r"{\ }" if edge.isspace() else "" for edge in (found[1][:1], found[1][-1:])
        )
        words = re.sub(r"\s+", _SPACE, words)
        return f"{before}\\mathrm{{{words}}}{after}"

    return re.sub(r"\\mathrm\{([^{}]*)\}", kept, line)


def _outline(line: str) -> tuple[str, float, float, float, float]:
    """Outlines as an SVG path, and how far they reach to the left, right, down and up. Raises
    ValueError where the formula cannot be read."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it tells of its cache
    from matplotlib.font_manager import FontProperties  # slow to import, and only for this
    from matplotlib.textpath import TextPath

    font = FontProperties(math_fontfamily="cm")
    path = TextPath((0, 0), f"${line}$", size=SIZE, prop=font)
    words, at = [], 0
    vertices, codes = path.vertices, path.codes
    (left, below), (right, above) = vertices.min(0), vertices.max(0)
    while at < len(codes):
        code = int(codes[at])
        points = vertices[at : at + _POINTS[code]]
        at += _POINTS[code]
        numbers = "" if code == 79 else " ".join(f"{x:.2f} {-y:.2f}" for x, y in points)
        words.append(f"{_COMMANDS[code]}{numbers}")
    return "".join(words), float(left), float(right), float(below), float(above)

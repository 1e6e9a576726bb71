"""Formulas are set without TeX, or told in plain letters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

from studio.compile.typesetting import typeset
from studio.model.latex_text import latex_as_text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\text{GELU}(x) = x * \Phi(x)", "GELU(x) = x * Φ(x)"),
        (r"\left\lfloor\frac{H_{in} + 2p}{s} + 1\right\rfloor", "⌊(H_in + 2p)/s + 1⌋"),
        (
            r"\begin{aligned} a ={} & b_{ij} \\ c ={} & \sqrt{d + 1} \end{aligned}",
            "a = b_ij; c = √(d + 1)",
        ),
        (
            r"f(x) = \begin{cases} x, & \text{ if } x \ge 0 \\ 0 & \text{else} \end{cases}",
            "f(x) = x, if x ≥ 0; 0 else",
        ),
        (r"e^{-x} \ne \bf{1}", "e^(-x) ≠ bf1"),
        (r"\text{kernel\_size}[0] \times 2", "kernel_size[0] × 2"),
    ],
)
def test_a_formula_in_letters_and_set(latex: str, text: str) -> None:
    assert latex_as_text(latex) == text
    drawing = typeset(latex.replace(r"\bf{1}", "1"))
    assert drawing is not None
    assert QSvgRenderer(QByteArray(drawing.svg.encode())).isValid()
    assert 10 < drawing.height < drawing.width * 3


def test_more_lines_are_taller() -> None:
    one, two = typeset("a = b"), typeset(r"a = b \\ c = d")
    assert one is not None
    assert two is not None
    assert two.height > 2 * one.height


@pytest.mark.parametrize("latex", ["", r"\frac{", r"\unheard{x}", "}"])
def test_what_cannot_be_set_is_told_apart(latex: str) -> None:
    assert typeset(latex) is None
    assert isinstance(latex_as_text(latex), str)


def test_markup_is_escaped() -> None:
    assert latex_as_text(r"a < b_{i} & \text{<x>}", html=True) == "a &lt; b<sub>i</sub> &lt;x&gt;"

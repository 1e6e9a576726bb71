"""Docstrings become text that people read."""

from __future__ import annotations

import inspect

import pytest
from torch import nn

from studio.compile.docstrings import parts_of
from studio.model.type_help import HelpPart, plain_text

WRITTEN = r"""
Applies :class:`~torch.nn.ReLU` to ``x``, see `the paper <https://arxiv.org/abs/1>`_
and :math:`y_{i}` of :attr:`other`.

.. math::
    a = b % remark
    \cdot c

Use it so::

    one()
      two()

* first
  of all

    * inner

.. note:: Take care.
.. _somewhere: https://example.org

Args:
    size (int): how
        large
    rest: others

Shape:
    - Input: :math:`(N, C)`

Examples::

    >>> # xdoctest: +SKIP
    >>> m = f(1)
"""


def test_every_kind_of_part() -> None:
    words, shapes = parts_of(WRITTEN)
    assert words == [
        HelpPart(
            "text",
            "Applies ReLU to `x`, see the paper (https://arxiv.org/abs/1) and $y_{i}$ of other.",
        ),
        HelpPart("formula", r"a = b \cdot c"),
        HelpPart("text", "Use it so:"),
        HelpPart("code", "one()\n  two()"),
        HelpPart("item", "first of all"),
        HelpPart("item", "inner", 1),
        HelpPart("text", "**Note:** Take care."),
        HelpPart("heading", "Args"),
        HelpPart("item", "**size** (int): how large"),
        HelpPart("item", "**rest**: others"),
        HelpPart("heading", "Examples"),
        HelpPart("code", ">>> m = f(1)"),
    ]
    assert shapes == [HelpPart("item", "Input: $(N, C)$")]
    assert plain_text(words[0].text).endswith("and y_i of other.")


LAYERS = [
    found
    for name in sorted(dir(nn))
    if isinstance(found := getattr(nn, name), type)
    and issubclass(found, nn.Module)
    and found.__doc__ is not nn.Module.__doc__
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.__name__)
def test_no_mark_of_the_markup_is_left(layer: type[nn.Module]) -> None:
    words, shapes = parts_of(inspect.getdoc(layer) or "")
    for part in [*words, *shapes]:
        if part.kind not in ("code", "formula"):
            text = plain_text(part.text)
            for mark in (":math:", ":attr:", ":class:", "``", ".. ", "::", "\\frac"):
                assert mark not in text, text


def test_odd_text_is_taken_as_it_is() -> None:
    for text in (
        "",
        ":",
        "::",
        ".. math::",
        "- ",
        "Args:",
        "Args:\n  x",
        ">>>",
        "`",
        "$",
        "a\n\tb",
    ):
        parts_of(text)

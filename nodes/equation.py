"""Equations over dimensions, such as `bij,bjk->bik`: which are multiplied, and which are summed."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

LENGTH = 100

PORTS = string.ascii_lowercase
"""What the inputs of an equation are called, in order."""

_TERM = re.compile(r"[A-Za-z]*(\.\.\.)?[A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Equation:
    """What `torch.einsum` takes: a letter for each dimension of each input, `...` for any number of
    them, and after `->` those of the output; what is not there is summed over.

    Raises ValueError, in a sentence without its subject, where the text is anything else.
    """

    text: str

    def __post_init__(self) -> None:
        if len(self.text) > LENGTH:
            raise ValueError(f"is longer than {LENGTH} characters")
        if self.text.count("->") != 1:
            raise ValueError("needs one -> before what comes out, as in bij,bjk->bik")
        for term in (*self.inputs, self.output):
            if not _TERM.fullmatch(term):
                raise ValueError(f"may hold only letters and ... between commas, not '{term[:40]}'")
        if len(self.inputs) > len(PORTS):
            raise ValueError(f"may have {len(PORTS)} inputs at most")
        if not all(self.inputs):
            raise ValueError("has an input without letters")
        twice = [letter for letter in letters(self.output) if self.output.count(letter) > 1]
        if twice:
            raise ValueError(f"names {twice[0]} twice after ->")
        known = set(letters("".join(self.inputs)))
        new = [letter for letter in letters(self.output) if letter not in known]
        if new:
            raise ValueError(f"names {new[0]} after ->, which no input has")
        if "..." in self.output and not any("..." in term for term in self.inputs):
            raise ValueError("has ... after ->, which no input has")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The letters of each input."""
        return tuple(self._part(0).split(","))

    @property
    def output(self) -> str:
        """The letters of the output."""
        return self._part(1)

    @property
    def names(self) -> tuple[str, ...]:
        """What the inputs are called."""
        return tuple(PORTS[: len(self.inputs)])

    def _part(self, number: int) -> str:
        return self.text.replace(" ", "").split("->")[number]


def letters(term: str) -> str:
    """The letters of an input or output, each a dimension."""
    return term.replace("...", "")


def sizes(term: str, shape: tuple[int, ...]) -> list[tuple[str, int]] | None:
    """The dimensions that an input's letters name, and their sizes; None where it has another
    number of dimensions."""
    named = letters(term)
    if len(shape) < len(named) or ("..." not in term and len(shape) > len(named)):
        return None
    first = term.index("...") if "..." in term else len(named)
    behind = len(named) - first
    return [
        *zip(named[:first], shape, strict=False),
        *zip(named[first:], shape[len(shape) - behind :], strict=True),
    ]

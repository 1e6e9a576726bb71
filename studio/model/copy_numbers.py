"""Values that depend on the copy's number, where a node repeats a block: `0.1 * copy / copies`.

Copies are counted from 0. A block's parameter or a variable of an older file that is called so
keeps its meaning; new ones get other names.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from studio.model.block_values import computed, names_in
from studio.model.expression import Expression
from studio.model.project import Node
from studio.model.values import Value

COPY = "copy"
"""The number of a copy, in what a node that repeats a block gives that."""
COPIES = "copies"
"""How many there are."""

NUMBERS: frozenset[str] = frozenset({COPY, COPIES})


def numbered(environment: Mapping[str, Any], copy: int, copies: int) -> dict[str, Any]:
    """The names that values may use which a node gives one copy of its block."""
    return {COPY: copy, COPIES: copies, **environment}


def differing(node: Node, block: Container[str], environment: Container[str]) -> list[str]:
    """The parameters of its block that a node gives each copy another value of, on a board whose
    own names are the `environment`."""
    if COPY in environment:
        return []
    return [n for n, value in node.params.items() if n in block and COPY in names_in(value)]


def counted(value: Value, copies: Expression | int, own: Container[str]) -> Value:
    """A value with the number of copies in the place of its name, unless a board has a name of its
    `own` like it."""
    if COPIES in own or not computed(value):
        return value
    if isinstance(value, tuple):
        return tuple(counted(item, copies, own) for item in value)
    assert isinstance(value, Expression)
    return value.filled({COPIES: copies}) if COPIES in value.names else value

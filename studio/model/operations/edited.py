"""What an operation gives: the next project, or a sentence why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from studio.model.project import Project


class Edited(NamedTuple):
    """A project after an edit: what undo calls it, and the nodes that it is about (None: none)."""

    label: str
    project: Project
    selected: frozenset[str] | None = None


class Refusal(Exception):
    """An edit that cannot be made; the message is a sentence: what, where, what to do."""


def sentence(problem: str) -> str:
    """A problem as a sentence of its own."""
    return f"{problem[0].upper()}{problem[1:]}."


def counted(ids: Iterable[str]) -> str:
    """`conv`, or `3 nodes`."""
    named = sorted(ids)
    return named[0] if len(named) == 1 else f"{len(named)} nodes"

"""Rows of the table: what was measured, its goal, and whether it was met."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement; `goal` is an upper bound in the same unit, None where there is none."""

    name: str
    value: float
    goal: float | None
    unit: str = "×"
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        goal = "" if self.goal is None else f"≤ {self.goal:g} {self.unit}"
        verdict = "" if self.goal is None else ("met" if self.value <= self.goal else "missed")
        return (self.name, f"{self.value:.3g} {self.unit}", goal, verdict, self.note)


HEADINGS = ("what", "measured", "goal", "", "")


def as_markdown(rows: Sequence[Row]) -> str:
    """The table."""
    lines = [HEADINGS, tuple("---" for _ in HEADINGS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 7) -> float:
    """Median of ours over theirs, measured in turns, the order changing every round."""
    ours(), theirs()
    found = []
    for number in range(rounds):
        if number % 2:
            second, first = seconds(theirs), seconds(ours)
        else:
            first, second = seconds(ours), seconds(theirs)
        found.append(first / second)
    return statistics.median(found)

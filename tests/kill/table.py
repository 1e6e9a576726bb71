"""Rows of the table: what was done, how often, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Row:
    """One thing that must hold; `wrong` says each time that it did not, `note` what was seen."""

    what: str
    times: int = 0
    wrong: list[str] = field(default_factory=list)
    note: str = ""

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note a sentence where something does not hold."""
        if not holds:
            self.wrong.append(otherwise)


def as_markdown(rows: Sequence[Row], wrong: str) -> str:
    """The table, and below it what went wrong."""
    lines = [("what", "times", wrong, "seen"), ("---", "---:", "---:", "---")]
    lines += [(row.what, str(row.times), str(len(row.wrong)), row.note) for row in rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    sentences = [f"- {row.what}: {sentence}" for row in rows for sentence in row.wrong]
    return "\n\n".join(filter(None, (table, "\n".join(sentences))))

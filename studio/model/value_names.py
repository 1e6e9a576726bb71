"""In which order metrics are shown, wherever they are."""

from __future__ import annotations

from collections.abc import Iterable

FIRST = ("loss", "accuracy")
LAST = ("learning_rate",)


def in_order(names: Iterable[str]) -> list[str]:
    """Loss and accuracy first, the learning rate last, each once."""

    def place(name: str) -> tuple[int, str]:
        if name in FIRST:
            return FIRST.index(name), ""
        return len(FIRST) + (name in LAST), name

    return sorted(set(names), key=place)

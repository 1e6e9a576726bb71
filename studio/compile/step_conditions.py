"""Conditions in a training step, as source: what is due, what has moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from studio.compile.node_statements import literal
from studio.compile.update_schedule import Occasion


def moved(update: str, every: int, accumulate: int, values: Mapping[str, object]) -> str:
    """Whether an update has moved its weights, as often as a follower waits for."""
    has, often = f"{literal(update)} in at.moves", int(str(values["follow_every"])) * accumulate
    if often == accumulate:
        return has
    count = "at.done + 1" if every == 1 else f"at.done // {every} + 1"
    return f"{has} and ({count}) % {often} == 0"


def condition(when: Sequence[Occasion], every: Iterable[Occasion]) -> str:
    """What tells these occasions from the others."""
    others = [occasion for occasion in every if occasion not in when]
    if not {o.due for o in when} & {o.due for o in others}:
        tests = dict.fromkeys(_is_due(occasion.due, "at.due") for occasion in when)
        return " or ".join(tests)
    return " or ".join(
        f"({_is_due(o.due, 'at.due')} and {_is_due(o.moves, 'at.moves')})" for o in when
    )


def _is_due(names: frozenset[str], where: str) -> str:
    if not names:
        return f"not {where}"
    return f"{where} == {{{', '.join(literal(name) for name in sorted(names))}}}"

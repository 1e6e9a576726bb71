"""Values that differ between blocks of one class, and what is written for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from studio.model.expression import Expression
from studio.model.values import Value as ParamValue

_MULTIPLES = 16
"""A value that is another so many times is written as its multiple."""


def columns(values: Sequence[ParamValue]) -> Iterator[tuple[int, list[ParamValue]]]:
    """Values of one parameter in all uses, of tuples place by place."""
    if isinstance(values[0], tuple):
        rows = [value for value in values if isinstance(value, tuple)]
        for place, column in enumerate(zip(*rows, strict=True)):
            yield place, list(column)
    else:
        yield -1, list(values)


def param_value(value: object) -> ParamValue:
    """A constructor's argument, if it is a number."""
    return value if type(value) in (int, float) and isinstance(value, int | float) else None


def replaced(value: ParamValue, place: int, text: Expression) -> ParamValue:
    if place < 0 or not isinstance(value, tuple):
        return text
    return (*value[:place], text, *value[place + 1 :])


def in_terms_of(
    values: Sequence[ParamValue], known: Mapping[str, Sequence[ParamValue]]
) -> str | None:
    """Values as a known parameter, or its multiple."""
    for name, others in known.items():
        if list(others) == list(values):
            return name
    wanted = _sizes(values)
    for name, others in known.items():
        sizes = _sizes(others)
        for factor in range(2, _MULTIPLES + 1) if wanted and sizes else ():
            if wanted == [factor * size for size in sizes]:
                return f"{factor} * {name}"
            if [value * factor for value in wanted] == sizes:
                return f"{name} // {factor}"
    return None


def _sizes(values: Sequence[ParamValue]) -> list[int]:
    """Values that are whole numbers from 1; none where one is not."""
    sizes = [value for value in values if type(value) is int and value > 0]
    return sizes if len(sizes) == len(values) else []

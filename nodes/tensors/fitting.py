"""What operations on tensors ask of dimensions and shapes, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from nodes.declare import Change, Param, Port, Problem, Shapes, Values

Shape = tuple[int, ...]

INPUT = (Port("input", "any"),)
OUTPUT = (Port("output", "any"),)


def dim_param(summary: str, default: int = 1) -> Param:
    """The parameter that names one dimension; negative numbers count from the last."""
    return Param("dim", "int", default, summary, on_card="name")


def set_to(param: str, value: object) -> tuple[str, tuple[Change, ...]]:
    """The fix that gives a parameter another value."""
    told = ", ".join(map(str, value)) if isinstance(value, tuple) else value
    return f"Set {param} to {told}", (Change("set", param, value),)


def entries(value: int | tuple[int, ...]) -> tuple[int, ...]:
    """One whole number or several as several."""
    return value if isinstance(value, tuple) else (value,)


def dim_exists(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """`dim`, one or several, is among the dimensions of `input`."""
    yield from dims_exist("dim", values["dim"], shapes["input"][0])


def dims_exist(
    param: str, value: int | tuple[int, ...], shape: Shape, port: str = "input"
) -> Iterator[Problem]:
    """What a parameter names, one dimension or several, a shape has, and each once."""
    dims, count = entries(value), len(shape)
    wrong = [dim for dim in dims if not -count <= dim < count]
    if wrong:
        told = f"the {count} dimensions" if count != 1 else "the one dimension"
        yield Problem(
            "dim",
            f"{{node}}: {param} ({wrong[0]}) must be one of {told} of {{{port}}}",
            port,
            fixes=(set_to(param, -1),) if count and not isinstance(value, tuple) else (),
        )
    elif len({dim % count for dim in dims}) < len(dims):
        yield Problem("dim", f"{{node}}: {param} names a dimension of {{{port}}} twice", port)


def broadcasts(first: Shape, second: Shape) -> bool:
    """Whether two tensors can be joined element by element, sizes of 1 serving for any."""
    pairs = zip_longest(reversed(first), reversed(second), fillvalue=1)
    return all(a == b or 1 in (a, b) for a, b in pairs)


def ports_broadcast(shapes: Shapes, first: str, second: str) -> Iterator[Problem]:
    """What is wired into two ports can be joined element by element."""
    given, other = shapes.get(first), shapes.get(second)
    if given and other and not broadcasts(given[0], other[0]):
        yield Problem(
            "shapes-differ",
            f"{{node}}: {{{first}}} is {{shape:{first}}} but {{{second}}} is "
            f"{{shape:{second}}}; both must have the same sizes, or 1",
            second,
        )


def input_and_other(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """What is wired into `input` and `other` can be joined element by element."""
    yield from ports_broadcast(shapes, "input", "other")

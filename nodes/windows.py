"""Windows that slide over axes: the kernels of convolutions and of pooling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nodes.declare import Change, Problem, Shapes, Values

Fix = tuple[str, tuple[Change, ...]]

COLOURS = (1, 3, 4)
"""How many channels pictures come with."""

CHANNELS_FIRST = (0, 3, 1, 2)
"""The order that makes N×C×H×W of N×H×W×C."""


def along(value: Any, axes: int) -> tuple[Any, ...]:
    """A size as one for each axis."""
    return value if isinstance(value, tuple) else (value,) * axes


def channels_last(shape: tuple[int, ...]) -> bool:
    """Whether a batch of pictures, square ones, seems to have its colours at the end."""
    return len(shape) == 4 and shape[1] == shape[2] > shape[3] and shape[3] in COLOURS


def window_fits(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """A window is no larger than the image with its padding."""
    shape = shapes["input"][0]
    sizes, axes = shape[2:], len(shape) - 2
    kernel, padding, dilation = (
        along(values.get(name, usual), axes)
        for name, usual in (("kernel_size", 1), ("padding", 0), ("dilation", 1))
    )
    given = values.get("stride", 1)
    stride = along(values["kernel_size"] if given is None else given, axes)
    room = [size + 2 * added for size, added in zip(sizes, padding, strict=True)]
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    spare = [s - 1 if values.get("ceil_mode") else 0 for s in stride]
    if all(r <= have + more for r, have, more in zip(reach, room, spare, strict=True)):
        return
    fits = [min(k, (have - 1) // d + 1) for k, have, d in zip(kernel, room, dilation, strict=True)]
    padded = " with its padding" if any(padding) else ""
    yield Problem(
        "kernel",
        f"{{node}}: its window of {_told(reach)} is larger than {{input}}, which is "
        f"{_told(room)}{padded}",
        "input",
        fixes=tuple(_smaller(values, shape, fits, reach)),
    )


def _smaller(
    values: Values, shape: tuple[int, ...], fits: list[int], reach: list[int]
) -> Iterator[Fix]:
    """What makes a window fit: channels in their place, a smaller one, more padding, or none."""
    if channels_last(shape):
        order = Change("insert", type="Permute", params={"order": CHANNELS_FIRST}, port="input")
        yield "Insert a Permute: channels first", (order,)
    if max(fits) == 1 and "out_channels" not in values:
        yield "Take {node} out", (Change("remove"),)
    else:
        size: Any = tuple(fits) if isinstance(values["kernel_size"], tuple) else min(fits)
        yield f"Set kernel_size to {_told(size)}", (Change("set", "kernel_size", size),)
    if values.get("padding_mode") == "zeros":
        added: Any = tuple(size // 2 for size in reach)
        if not isinstance(values["padding"], tuple) and len(set(added)) == 1:
            added = added[0]
        yield f"Set padding to {_told(added)}", (Change("set", "padding", added),)


def _told(sizes: Any) -> str:
    """`3×5`, or `3`."""
    return "×".join(map(str, sizes)) if isinstance(sizes, tuple | list) else str(sizes)

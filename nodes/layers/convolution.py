"""Convolutions and their transpose."""

from collections.abc import Iterator
from typing import Any

from nodes.declare import Change, Port, Problem, Shapes, Values
from nodes.initialise import INITIALISER
from nodes.torch_layers import Changes, torch_layer

_SIZES = ("kernel_size", "stride", "padding", "output_padding", "dilation")


def _check(values: Values, shapes: Shapes) -> Iterator[Problem]:
    axes = len(shapes["input"][0]) - 2
    for name in _SIZES:
        value = values.get(name, 0)
        if isinstance(value, tuple) and len(value) != axes:
            many = "one whole number" if axes == 1 else f"one whole number or {axes} of them"
            yield Problem("sizes", f"{{node}}: {name} must be {many}")
            return
    yield from _output_padding(values, axes)
    yield from _groups(values, shapes)


def _output_padding(values: Values, axes: int) -> Iterator[Problem]:
    added, stride, dilation = (
        value if isinstance(value, tuple) else (value,) * axes
        for value in (values.get("output_padding", 0), values["stride"], values["dilation"])
    )
    if any(a and a >= max(s, d) for a, s, d in zip(added, stride, dilation, strict=True)):
        yield Problem(
            "output-padding",
            "{node}: output_padding must be smaller than stride or dilation",
            fixes=(("Set output_padding to 0", (Change("set", "output_padding", 0),)),),
        )


def _groups(values: Values, shapes: Shapes) -> Iterator[Problem]:
    groups, before, after = values["groups"], shapes["input"][0][1], values["out_channels"]
    if before % groups or after % groups:
        most = min(groups, before, after)
        best = max(g for g in range(1, most + 1) if before % g == 0 and after % g == 0)
        yield Problem(
            "groups",
            f"{{node}}: groups ({groups}) must divide both the {before} channels that come "
            f"in and the {after} that go out",
            "input",
            fixes=((f"Set groups to {best}", (Change("set", "groups", best),)),),
        )


_WEIGHTS: dict[str, Any] = {
    "inferred": {"in_channels": ("input", 1)},
    "positional": 2,
    "more": INITIALISER,
    "weights": ("weight",),
    "biases": ("bias",),
    "check": _check,
}
_FILTERS: Changes = {
    "kernel_size": {"default": 3, "summary": "Size of the filters."},
    "padding": {"summary": "Zeros added on every side."},
    "bias": {"summary": "Add a learned offset to every channel."},
}

CONV1D = torch_layer(
    "Conv1d",
    "Convolution",
    "Filters that slide along one dimension, such as time.",
    inputs=(Port("input", dims="N C L"),),
    params=_FILTERS,
    examples=({"groups": 2}, {"padding": 2, "padding_mode": "circular"}),
    keywords="convolution filter sequence audio",
    glyph="1d",
    short="conv",
    **_WEIGHTS,
)

CONV2D = torch_layer(
    "Conv2d",
    "Convolution",
    "Filters that slide over an image.",
    inputs=(Port("input", dims="N C H W"),),
    params=_FILTERS,
    examples=({"groups": 2}, {"padding": 1, "padding_mode": "reflect"}, {"padding": (2, 1)}),
    keywords="convolution filter image cnn",
    glyph="2d",
    short="conv",
    **_WEIGHTS,
)

CONV_TRANSPOSE2D = torch_layer(
    "ConvTranspose2d",
    "Convolution",
    "The reverse of a convolution: makes images larger.",
    inputs=(Port("input", dims="N C H W"),),
    without=("padding_mode",),
    params={
        **_FILTERS,
        "kernel_size": {"default": 2, "summary": "Size of the filters."},
        "stride": {"default": 2, "always": True},
        "padding": {"summary": "Taken from every side of the output."},
    },
    examples=({"groups": 2}, {"output_padding": 1}, {"output_padding": (1, 0)}),
    keywords="deconvolution upsample decoder",
    glyph="2dᵀ",
    short="up",
    **_WEIGHTS,
)

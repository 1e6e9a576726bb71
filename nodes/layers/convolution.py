"""Convolutions and their transpose."""

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.initialise import INITIALISER

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


def _params(axes: int, kernel: int, stride: int, transposed: bool = False) -> tuple[Param, ...]:
    return (
        Param(
            "out_channels",
            "int",
            16,
            "Number of filters, and channels that come out.",
            low=1,
            unit="channels",
        ),
        Param(
            "kernel_size",
            "ints",
            kernel,
            "Size of the filters.",
            low=1,
            unit="pixels",
            always=True,
            on_card="value",
            axes=axes,
        ),
        Param(
            "stride",
            "ints",
            stride,
            "Steps between positions.",
            low=1,
            unit="pixels",
            always=transposed,
        ),
        Param("padding", "ints", 0, "Zeros added on every side.", low=0, unit="pixels"),
        *(
            (
                Param(
                    "output_padding",
                    "ints",
                    0,
                    "Added to one side of the output.",
                    low=0,
                    advanced=True,
                ),
            )
            if transposed
            else ()
        ),
        Param("dilation", "ints", 1, "Distance between the filter's points.", low=1, advanced=True),
        Param(
            "groups",
            "int",
            1,
            "Independent groups of channels; as many as channels: depthwise.",
            low=1,
            advanced=True,
        ),
        Param("bias", "bool", True, "Add a learned offset to every channel.", on_card="never"),
        *INITIALISER,
    )


_ARGUMENTS = (
    "in_channels",
    "out_channels",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "bias",
)

CONV1D = NodeType(
    "Conv1d",
    "Convolution",
    "Filters that slide along one dimension, such as time.",
    inputs=(Port("input", dims="N C L"),),
    params=_params(1, 3, 1),
    layer="torch.nn.Conv1d",
    arguments=_ARGUMENTS,
    positional=2,
    inferred={"in_channels": ("input", 1)},
    weights=("weight",),
    biases=("bias",),
    check=_check,
    keywords="convolution filter sequence audio",
    glyph="1d",
    short="conv",
)

CONV2D = NodeType(
    "Conv2d",
    "Convolution",
    "Filters that slide over an image.",
    inputs=(Port("input", dims="N C H W"),),
    params=_params(2, 3, 1),
    layer="torch.nn.Conv2d",
    arguments=_ARGUMENTS,
    positional=2,
    inferred={"in_channels": ("input", 1)},
    weights=("weight",),
    biases=("bias",),
    check=_check,
    keywords="convolution filter image cnn",
    glyph="2d",
    short="conv",
)

CONV_TRANSPOSE2D = NodeType(
    "ConvTranspose2d",
    "Convolution",
    "The reverse of a convolution: makes images larger.",
    inputs=(Port("input", dims="N C H W"),),
    params=_params(2, 2, 2, transposed=True),
    layer="torch.nn.ConvTranspose2d",
    arguments=(
        "in_channels",
        "out_channels",
        "kernel_size",
        "stride",
        "padding",
        "output_padding",
        "groups",
        "bias",
        "dilation",
    ),
    positional=2,
    inferred={"in_channels": ("input", 1)},
    weights=("weight",),
    biases=("bias",),
    check=_check,
    keywords="deconvolution upsample decoder",
    glyph="2dᵀ",
    short="up",
)

"""Convolutions and their transpose."""

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.initialise import INITIALISER


def _groups(values: Values, shapes: Shapes) -> Iterator[Problem]:
    groups, before, after = values["groups"], shapes["input"][0][1], values["out_channels"]
    if before % groups or after % groups:
        best = max(g for g in range(1, groups + 1) if before % g == 0 and after % g == 0)
        yield Problem(
            "groups",
            f"{{node}}: groups ({groups}) must divide both the {before} channels that come "
            f"in and the {after} that go out",
            "input",
            fixes=((f"Set groups to {best}", (Change("set", "groups", best),)),),
        )


def _params(kernel: int, stride: int, transposed: bool = False) -> tuple[Param, ...]:
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
            "kernel_size", "ints", kernel, "Size of the filters.", low=1, unit="pixels", always=True
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
        Param("bias", "bool", True, "Add a learned offset to every channel."),
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
    params=_params(3, 1),
    layer="torch.nn.Conv1d",
    arguments=_ARGUMENTS,
    positional=2,
    inferred={"in_channels": ("input", 1)},
    weights=("weight",),
    biases=("bias",),
    check=_groups,
    keywords="convolution filter sequence audio",
    glyph="1d",
)

CONV2D = NodeType(
    "Conv2d",
    "Convolution",
    "Filters that slide over an image.",
    inputs=(Port("input", dims="N C H W"),),
    params=_params(3, 1),
    layer="torch.nn.Conv2d",
    arguments=_ARGUMENTS,
    positional=2,
    inferred={"in_channels": ("input", 1)},
    weights=("weight",),
    biases=("bias",),
    check=_groups,
    keywords="convolution filter image cnn",
    glyph="2d",
)

CONV_TRANSPOSE2D = NodeType(
    "ConvTranspose2d",
    "Convolution",
    "The reverse of a convolution: makes images larger.",
    inputs=(Port("input", dims="N C H W"),),
    params=_params(2, 2, transposed=True),
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
    check=_groups,
    keywords="deconvolution upsample decoder",
    glyph="2dᵀ",
)

"""Pooling: images become smaller."""

from nodes.declare import NodeType, Param, Port

_IMAGE = (Port("input", dims="N C H W"),)


def _params(*more: Param) -> tuple[Param, ...]:
    return (
        Param(
            "kernel_size",
            "ints",
            2,
            "Size of the window.",
            low=1,
            unit="pixels",
            always=True,
            axes=2,
        ),
        Param(
            "stride",
            "ints",
            None,
            "Steps between windows; empty: as large as the window.",
            low=1,
            unit="pixels",
            optional=True,
        ),
        Param("padding", "ints", 0, "Added on every side.", low=0, unit="pixels"),
        *more,
    )


MAX_POOL2D = NodeType(
    "MaxPool2d",
    "Pooling",
    "Keeps the largest value of every window.",
    inputs=_IMAGE,
    params=_params(),
    layer="torch.nn.MaxPool2d",
    arguments=("kernel_size", "stride", "padding"),
    positional=1,
    keywords="downsample subsample",
    glyph="max",
    short="pool",
)

AVG_POOL2D = NodeType(
    "AvgPool2d",
    "Pooling",
    "The mean of every window.",
    inputs=_IMAGE,
    params=_params(),
    layer="torch.nn.AvgPool2d",
    arguments=("kernel_size", "stride", "padding"),
    positional=1,
    keywords="downsample mean",
    glyph="avg",
    short="pool",
)

ADAPTIVE_AVG_POOL2D = NodeType(
    "AdaptiveAvgPool2d",
    "Pooling",
    "Means over windows chosen so that the output has a given size.",
    inputs=_IMAGE,
    params=(
        Param(
            "output_size",
            "ints",
            1,
            "Height and width that come out.",
            low=1,
            unit="pixels",
            axes=2,
        ),
    ),
    layer="torch.nn.AdaptiveAvgPool2d",
    arguments=("output_size",),
    positional=1,
    keywords="global average",
    glyph="avg",
    short="pool",
)

"""Pooling: images become smaller."""

from nodes.declare import Port
from nodes.torch_layers import Changes, torch_layer

_IMAGE = (Port("input", dims="N C H W"),)
_WINDOW: Changes = {
    "kernel_size": {"default": 2, "axes": 2},
    "stride": {"summary": "Steps between windows; empty: as large as the window.", "axes": 2},
}

MAX_POOL2D = torch_layer(
    "MaxPool2d",
    "Pooling",
    "Keeps the largest value of every window.",
    inputs=_IMAGE,
    params=_WINDOW,
    examples=({"padding": 1}, {"padding": (1, 0)}),
    keywords="downsample subsample",
    glyph="max",
    short="pool",
)

AVG_POOL2D = torch_layer(
    "AvgPool2d",
    "Pooling",
    "The mean of every window.",
    inputs=_IMAGE,
    params=_WINDOW,
    examples=({"padding": 1}, {"padding": (1, 0)}),
    keywords="downsample mean",
    glyph="avg",
    short="pool",
)

ADAPTIVE_AVG_POOL2D = torch_layer(
    "AdaptiveAvgPool2d",
    "Pooling",
    "Means over windows chosen so that the output has a given size.",
    inputs=_IMAGE,
    params={"output_size": {"default": 1, "optional": False}},
    keywords="global average",
    glyph="avg",
    short="pool",
)

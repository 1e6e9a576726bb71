"""Convolutions and their transpose."""

from collections.abc import Iterator
from typing import Any

from nodes.checks import all_of, sizes_for_axes
from nodes.declare import Change, NodeType, Problem, Shapes, Values
from nodes.initialise import INITIALISER
from nodes.layouts import SPATIAL, WINDOW
from nodes.torch_layers import Changes, torch_layer
from nodes.windows import window_fits


def _output_padding(values: Values, shapes: Shapes) -> Iterator[Problem]:
    axes = len(shapes["input"][0]) - 2
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
    "check": all_of(sizes_for_axes, _output_padding, _groups),
}
_SLIDING = {
    **_WEIGHTS,
    "nature": "linear",
    "nature_when": ("groups", (1,)),
    "check": all_of(sizes_for_axes, _groups, window_fits),
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
    inputs=(SPATIAL[1],),
    params=_FILTERS,
    examples=({"groups": 2}, {"padding": 2, "padding_mode": "circular"}),
    formula=r"y_{o,t} = b_o + \sum_{c,k} W_{o,c,k}\;x_{c,\,st+dk-p}",
    paper="https://doi.org/10.1109/5.726791",
    window=WINDOW,
    keywords="convolution filter sequence audio downsample",
    glyph="1d",
    short="conv",
    **_SLIDING,
)

CONV2D = torch_layer(
    "Conv2d",
    "Convolution",
    "Filters that slide over an image.",
    inputs=(SPATIAL[2],),
    params=_FILTERS,
    examples=({"groups": 2}, {"padding": 1, "padding_mode": "reflect"}, {"padding": (2, 1)}),
    formula=r"y_{o,i,j} = b_o + \sum_{c,k,l} W_{o,c,k,l}\;x_{c,\,si+dk-p,\,sj+dl-p}",
    paper="https://doi.org/10.1109/5.726791",
    window=WINDOW,
    keywords="convolution filter image cnn downsample",
    everyday=True,
    glyph="2d",
    short="conv",
    **_SLIDING,
)

CONV3D = torch_layer(
    "Conv3d",
    "Convolution",
    "Filters that slide through a volume, or an image over time.",
    inputs=(SPATIAL[3],),
    params=_FILTERS,
    examples=({"groups": 2}, {"padding": 1, "padding_mode": "replicate"}, {"padding": (2, 1, 0)}),
    formula=r"y_o = b_o + \sum_c W_{o,c} \star x_c",
    paper="https://arxiv.org/abs/1412.0767",
    window=WINDOW,
    keywords="convolution filter volume video voxel downsample",
    glyph="3d",
    short="conv",
    **_SLIDING,
)


def _transposed(axes: int, what: str) -> NodeType:
    return torch_layer(
        f"ConvTranspose{axes}d",
        "Convolution",
        f"The reverse of a convolution: makes {what} larger.",
        inputs=(SPATIAL[axes],),
        without=("padding_mode",),
        params={
            **_FILTERS,
            "kernel_size": {"default": 2, "summary": "Size of the filters."},
            "stride": {"default": 2, "always": True},
            "padding": {"summary": "Taken from every side of the output."},
        },
        examples=(
            {"groups": 2},
            {"output_padding": 1},
            {"output_padding": (1, 0, 1)[:axes]},
        ),
        formula=r"y_o = b_o + \sum_c W_{c,o}^\mathsf{T}\,x_c",
        paper="https://arxiv.org/abs/1603.07285",
        keywords="deconvolution upsample decoder transposed",
        glyph=f"{axes}dᵀ",
        short="up",
        **_WEIGHTS,
    )


CONV_TRANSPOSE1D = _transposed(1, "sequences")
CONV_TRANSPOSE2D = _transposed(2, "images")
CONV_TRANSPOSE3D = _transposed(3, "volumes")

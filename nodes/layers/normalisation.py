"""Normalisation layers."""

from collections.abc import Iterator
from math import prod
from typing import Any

from nodes.declare import Change, NodeType, Port, Problem, Shapes, Values
from nodes.layouts import SPATIAL, THINGS
from nodes.torch_layers import torch_layer

_CHANNELS: dict[str, Any] = {"inferred": {"num_features": ("input", 1)}, "short": "norm"}
_NORMALISED = (
    r"y = \gamma_c\,\frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta_c \\ "
    r"\mu_c, \sigma_c^2\ \mathrm{over\ the\ batch\ and\ all\ positions}"
)
_BATCH: dict[str, Any] = {**_CHANNELS, "nature": "batch norm"}

BATCH_NORM1D = torch_layer(
    "BatchNorm1d",
    "Normalisation",
    "Normalises every feature over the batch (Ioffe & Szegedy 2015).",
    inputs=(Port("input", dims="N C *"),),
    formula=_NORMALISED,
    paper="https://arxiv.org/abs/1502.03167",
    keywords="bn batch",
    glyph="BN",
    **_BATCH,
)

BATCH_NORM2D = torch_layer(
    "BatchNorm2d",
    "Normalisation",
    "Normalises every channel over the batch (Ioffe & Szegedy 2015).",
    inputs=(SPATIAL[2],),
    formula=_NORMALISED,
    paper="https://arxiv.org/abs/1502.03167",
    keywords="bn batch",
    everyday=True,
    glyph="BN",
    **_BATCH,
)

BATCH_NORM3D = torch_layer(
    "BatchNorm3d",
    "Normalisation",
    "Normalises every channel of volumes over the batch.",
    inputs=(SPATIAL[3],),
    formula=_NORMALISED,
    paper="https://arxiv.org/abs/1502.03167",
    keywords="bn batch volume",
    glyph="BN",
    **_BATCH,
)


def _one_pixel(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """A channel of one value has no spread to be divided by."""
    if prod(shapes["input"][0][2:]) == 1:
        text = "{node}: {input} has one value in each channel of a sample, so that nothing is left"
        fix = ("Take {node} out", (Change("remove"),))
        yield Problem("one-pixel", f"{text} when its mean is taken away", "input", fixes=(fix,))


def _instance(axes: int) -> NodeType:
    return torch_layer(
        f"InstanceNorm{axes}d",
        "Normalisation",
        f"Normalises every channel of each of the {THINGS[axes]} by itself (Ulyanov et al. 2016).",
        inputs=(SPATIAL[axes],),
        check=_one_pixel,
        formula=(
            r"y = \frac{x - \mu_{n,c}}{\sqrt{\sigma_{n,c}^2 + \varepsilon}} \\ "
            r"\mu, \sigma^2\ \mathrm{over\ a\ channel\ of\ a\ sample}"
        ),
        paper="https://arxiv.org/abs/1607.08022",
        keywords="style transfer contrast",
        glyph="IN",
        nature="norm",
        **_CHANNELS,
    )


INSTANCE_NORM1D, INSTANCE_NORM2D, INSTANCE_NORM3D = _instance(1), _instance(2), _instance(3)

LOCAL_RESPONSE_NORM = torch_layer(
    "LocalResponseNorm",
    "Normalisation",
    "Divides by the strength of neighbouring channels (AlexNet, 2012).",
    inputs=(Port("input", dims="N C L *"),),
    params={
        "size": {"default": 5, "summary": "Channels that count as neighbours.", "low": 1},
        "alpha": {"summary": "How much they count."},
        "beta": {"summary": "Power of what is divided by.", "advanced": True},
        "k": {"summary": "Added, so that nothing is divided by zero.", "advanced": True},
    },
    formula=r"y_c = x_c\,(k + \frac{\alpha}{n}\sum_{|c'-c| \leq n/2} x_{c'}^2)^{-\beta}",
    paper="https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks",
    keywords="lrn alexnet neighbours channels",
    nature="norm",
    glyph="LRN",
    short="norm",
)

LAYER_NORM = torch_layer(
    "LayerNorm",
    "Normalisation",
    "Normalises the last dimension of every position (Ba et al. 2016).",
    inputs=(Port("input", dims="* C"),),
    inferred={"normalized_shape": ("input", -1)},
    params={
        "elementwise_affine": {"summary": "Learn a scale and an offset for every feature."},
        "bias": {"summary": "Learn the offset too.", "advanced": True},
    },
    formula=(
        r"y_i = \gamma_i\,\frac{x_i - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta_i \\ \mu, "
        r"\sigma^2\ \mathrm{over\ the\ features\ of\ a\ position}"
    ),
    paper="https://arxiv.org/abs/1607.06450",
    keywords="ln transformer",
    everyday=True,
    nature="norm",
    glyph="LN",
    short="norm",
)

RMS_NORM = torch_layer(
    "RMSNorm",
    "Normalisation",
    "Divides by the root mean square (Zhang & Sennrich 2019).",
    inputs=(Port("input", dims="* C"),),
    inferred={"normalized_shape": ("input", -1)},
    formula=r"y_i = \gamma_i\,\frac{x_i}{\sqrt{\frac{1}{n}\sum_j x_j^2 + \varepsilon}}",
    paper="https://arxiv.org/abs/1910.07467",
    keywords="rms transformer llama",
    nature="norm",
    glyph="RMS",
    short="norm",
)


def _divides(values: Values, shapes: Shapes) -> Iterator[Problem]:
    groups, channels = values["num_groups"], shapes["input"][0][1]
    if channels % groups:
        best = max(g for g in range(1, min(groups, channels) + 1) if channels % g == 0)
        yield Problem(
            "num-groups",
            f"{{node}}: num_groups ({groups}) must divide the {channels} channels of {{input}}",
            "input",
            fixes=((f"Set num_groups to {best}", (Change("set", "num_groups", best),)),),
        )


GROUP_NORM = torch_layer(
    "GroupNorm",
    "Normalisation",
    "Normalises groups of channels of one sample (Wu & He 2018).",
    inputs=(Port("input", dims="N C *"),),
    inferred={"num_channels": ("input", 1)},
    params={
        "num_groups": {
            "default": 4,
            "summary": "Groups; 1: all channels together.",
            "low": 1,
            "on_card": "count",
            "short": "groups",
        },
    },
    check=_divides,
    examples=({"num_groups": 2},),
    formula=(
        r"y = \gamma_c\,\frac{x - \mu_g}{\sqrt{\sigma_g^2 + \varepsilon}} + \beta_c \\ \mu_g, "
        r"\sigma_g^2\ \mathrm{over\ a\ group\ of\ channels\ of\ a\ sample}"
    ),
    paper="https://arxiv.org/abs/1803.08494",
    keywords="gn",
    nature="norm",
    glyph="GN",
    short="norm",
)

"""Normalisation layers."""

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values


def _eps(default: float | None) -> Param:
    return Param(
        "eps",
        "float",
        default,
        "Added to the variance so that nothing is divided by zero.",
        low=0.0,
        advanced=True,
        optional=default is None,
        on_card="never",
    )


_BATCH = (
    _eps(1e-5),
    Param(
        "momentum",
        "float",
        0.1,
        "Weight of the newest batch in the running statistics.",
        low=0.0,
        high=1.0,
        advanced=True,
    ),
    Param("affine", "bool", True, "Learn a scale and an offset for every channel.", advanced=True),
)

BATCH_NORM1D = NodeType(
    "BatchNorm1d",
    "Normalisation",
    "Normalises every feature over the batch (Ioffe & Szegedy 2015).",
    inputs=(Port("input", dims="N C *"),),
    params=_BATCH,
    layer="torch.nn.BatchNorm1d",
    arguments=("num_features", "eps", "momentum", "affine"),
    positional=1,
    inferred={"num_features": ("input", 1)},
    keywords="bn batch",
    glyph="BN",
    short="norm",
)

BATCH_NORM2D = NodeType(
    "BatchNorm2d",
    "Normalisation",
    "Normalises every channel over the batch (Ioffe & Szegedy 2015).",
    inputs=(Port("input", dims="N C H W"),),
    params=_BATCH,
    layer="torch.nn.BatchNorm2d",
    arguments=("num_features", "eps", "momentum", "affine"),
    positional=1,
    inferred={"num_features": ("input", 1)},
    keywords="bn batch",
    glyph="BN",
    short="norm",
)

LAYER_NORM = NodeType(
    "LayerNorm",
    "Normalisation",
    "Normalises the last dimension of every position (Ba et al. 2016).",
    inputs=(Port("input", dims="* C"),),
    params=(
        _eps(1e-5),
        Param(
            "elementwise_affine",
            "bool",
            True,
            "Learn a scale and an offset for every feature.",
            advanced=True,
        ),
        Param("bias", "bool", True, "Learn the offset too.", advanced=True, on_card="never"),
    ),
    layer="torch.nn.LayerNorm",
    arguments=("normalized_shape", "eps", "elementwise_affine", "bias"),
    positional=1,
    inferred={"normalized_shape": ("input", -1)},
    keywords="ln transformer",
    glyph="LN",
    short="norm",
)

RMS_NORM = NodeType(
    "RMSNorm",
    "Normalisation",
    "Divides by the root mean square (Zhang & Sennrich 2019).",
    inputs=(Port("input", dims="* C"),),
    params=(
        _eps(None),
        Param(
            "elementwise_affine", "bool", True, "Learn a scale for every feature.", advanced=True
        ),
    ),
    layer="torch.nn.RMSNorm",
    arguments=("normalized_shape", "eps", "elementwise_affine"),
    positional=1,
    inferred={"normalized_shape": ("input", -1)},
    keywords="rms transformer llama",
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


GROUP_NORM = NodeType(
    "GroupNorm",
    "Normalisation",
    "Normalises groups of channels of one sample (Wu & He 2018).",
    inputs=(Port("input", dims="N C *"),),
    params=(
        Param(
            "num_groups",
            "int",
            4,
            "Groups; 1: all channels together.",
            low=1,
            always=True,
            on_card="count",
            short="groups",
        ),
        _eps(1e-5),
        Param(
            "affine", "bool", True, "Learn a scale and an offset for every channel.", advanced=True
        ),
    ),
    layer="torch.nn.GroupNorm",
    arguments=("num_groups", "num_channels", "eps", "affine"),
    positional=2,
    inferred={"num_channels": ("input", 1)},
    check=_divides,
    keywords="gn",
    glyph="GN",
    short="norm",
)

"""Layers that a second input steers: a class, a time, a text."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values

_CONDITION = Port("condition", dims="N D", summary="What steers: a vector for each sample.")
_CALL = "{layer}({input}, {condition})"
_STEERED = {"condition_features": ("condition", -1)}
_EPS = Param(
    "eps",
    "float",
    1e-5,
    "Added to the variance so that nothing is divided by zero.",
    low=0.0,
    advanced=True,
    on_card="never",
)


def _same_samples(values: Values, shapes: Shapes) -> Iterator[Problem]:
    if shapes["input"][0][0] != shapes["condition"][0][0]:
        text = "{node}: {input} is {shape:input} but {condition} is {shape:condition}; both must"
        yield Problem("batch", f"{text} hold the same number of samples", "condition")


FILM = NodeType(
    "FiLM",
    "Normalisation",
    "Scales and shifts each channel as a condition says (2017).",
    inputs=(Port("input", dims="N C *"), _CONDITION),
    layer="nodes.modules.conditioning.FiLM",
    arguments=("channels", "condition_features"),
    positional=2,
    inferred={"channels": ("input", 1), **_STEERED},
    forward=_CALL,
    check=_same_samples,
    formula=r"y_c = (1 + \gamma_c(z))\,x_c + \beta_c(z)",
    paper="https://arxiv.org/abs/1709.07871",
    keywords="feature wise linear modulation condition class text style gamma beta",
    glyph="γβ",
    short="film",
)

ADAPTIVE_LAYER_NORM = NodeType(
    "AdaptiveLayerNorm",
    "Normalisation",
    "Layer normalisation whose scale and shift a condition gives (DiT, 2022).",
    inputs=(Port("input", dims="N * C"), _CONDITION),
    params=(_EPS,),
    layer="nodes.modules.conditioning.AdaptiveLayerNorm",
    arguments=("features", "condition_features", "eps"),
    positional=2,
    inferred={"features": ("input", -1), **_STEERED},
    forward=_CALL,
    check=_same_samples,
    formula=r"y = (1 + \gamma(z))\,\mathrm{LN}(x) + \beta(z)",
    paper="https://arxiv.org/abs/2212.09748",
    keywords="adaln adaptive condition diffusion transformer class time style",
    nature="norm",
    glyph="aLN",
    short="norm",
)


def _divides(values: Values, shapes: Shapes) -> Iterator[Problem]:
    yield from _same_samples(values, shapes)
    channels, groups = shapes["input"][0][1], values["num_groups"]
    if channels % groups:
        best = max(g for g in range(1, groups) if channels % g == 0)
        fix = (f"Set num_groups to {best}", (Change("set", "num_groups", best),))
        text = f"{{node}}: num_groups ({groups}) must divide the {channels} channels of {{input}}"
        yield Problem("num-groups", text, "input", fixes=(fix,))


ADAPTIVE_GROUP_NORM = NodeType(
    "AdaptiveGroupNorm",
    "Normalisation",
    "Group normalisation whose scale and shift a condition gives; as many groups as channels: "
    "adaptive instance normalisation (2017, 2021).",
    inputs=(Port("input", dims="N C L *"), _CONDITION),
    params=(
        Param(
            "num_groups",
            "int",
            4,
            "Groups of channels that are normalised together.",
            low=1,
            on_card="count",
            short="groups",
        ),
        _EPS,
    ),
    layer="nodes.modules.conditioning.AdaptiveGroupNorm",
    arguments=("channels", "condition_features", "num_groups", "eps"),
    positional=2,
    inferred={"channels": ("input", 1), **_STEERED},
    forward=_CALL,
    check=_divides,
    examples=({"num_groups": 8},),
    formula=r"y = (1 + \gamma(z))\,\mathrm{GN}(x) + \beta(z)",
    paper="https://arxiv.org/abs/2105.05233",
    keywords="adagn adain adaptive instance condition diffusion unet style transfer time",
    nature="norm",
    glyph="aGN",
    short="norm",
)


def _even(values: Values, shapes: Shapes) -> Iterator[Problem]:
    width = values["embed_dim"]
    if width % 2:
        fix = (f"Set embed_dim to {width + 1}", (Change("set", "embed_dim", width + 1),))
        text = f"{{node}}: embed_dim ({width}) must be even, a sine and a cosine for each wave"
        yield Problem("embed-dim", text, fixes=(fix,))


TIMESTEP_EMBEDDING = NodeType(
    "TimestepEmbedding",
    "Embedding",
    "Sines and cosines of a number for each sample, such as the step of a diffusion (2020).",
    inputs=(Port("time", "any", dims="N", summary="A number for each sample."),),
    params=(
        Param("embed_dim", "int", 64, "Features that come out; even.", low=2, always=True),
        Param("longest", "float", 10000.0, "The longest wave is about 2π of it.", low=1.0),
    ),
    layer="nodes.modules.conditioning.TimestepEmbedding",
    arguments=("embed_dim", "longest"),
    positional=1,
    forward="{layer}({time})",
    check=_even,
    examples=({"embed_dim": 6}, {"longest": 100.0}),
    formula=r"y = [\sin(t\,\omega_i), \cos(t\,\omega_i)]_i, \quad \omega_i = L^{-2i/d}",
    paper="https://arxiv.org/abs/2006.11239",
    keywords="diffusion ddpm noise level sinusoidal fourier time step",
    glyph="t∿",
    short="time",
)

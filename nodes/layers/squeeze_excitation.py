"""Channels that are weighed by what the whole input holds."""

from nodes.declare import NodeType, Param, Port

SQUEEZE_EXCITATION = NodeType(
    "SqueezeExcitation",
    "Attention",
    "Weighs each channel by what all of them hold on average (2017).",
    inputs=(Port("input", dims="N C *"),),
    params=(
        Param("reduction", "int", 16, "Channels for each feature between, one at least.", low=1),
    ),
    layer="nodes.modules.squeeze_excitation.SqueezeExcitation",
    arguments=("channels", "reduction"),
    positional=1,
    inferred={"channels": ("input", 1)},
    examples=({"reduction": 2},),
    formula=(
        r"y_c = x_c\,\sigma(W_2\,\mathrm{ReLU}(W_1\,\bar{x}))_c, \quad \bar{x} = "
        r"\mathrm{mean}_{h,w}\,x"
    ),
    paper="https://arxiv.org/abs/1709.01507",
    keywords="se senet channel attention gate efficientnet mobilenet",
    glyph="se",
    short="squeeze",
)

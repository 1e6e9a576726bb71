"""A learned tensor without an input, such as a token, a query or a scale."""

from nodes.declare import NodeType, Param

PARAMETER = NodeType(
    "Parameter",
    "Linear",
    "A learned tensor of its own: a token, queries, a scale.",
    params=(
        Param("shape", "ints", (1, 64), "Sizes; 1 where it is the same for all samples.", low=1),
        Param(
            "start",
            "choice",
            "normal",
            "What it starts as.",
            choices=("normal", "zeros", "ones"),
        ),
        Param(
            "std",
            "float",
            0.02,
            "Standard deviation of the normal distribution.",
            low=0.0,
            when=("start", ("normal",)),
        ),
    ),
    layer="nodes.modules.learned.Learned",
    arguments=("shape", "start", "std"),
    positional=1,
    forward="{layer}()",
    examples=({"shape": 4}, {"shape": (2, 3)}),
    formula=r"y = \theta, \quad \theta\ \mathrm{learned}",
    keywords="weight token query constant learned nn.Parameter",
    glyph="θ",
    short="learned",
)

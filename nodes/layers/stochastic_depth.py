"""Branches that are left out at random."""

from nodes.declare import NodeType, Param, Port

STOCHASTIC_DEPTH = NodeType(
    "StochasticDepth",
    "Regularisation",
    "Leaves a branch out for some samples while it trains, so that its skip stands alone (2016).",
    inputs=(Port("input"),),
    params=(Param("p", "float", 0.1, "Probability of leaving it out.", low=0.0, high=0.99),),
    layer="nodes.modules.stochastic_depth.StochasticDepth",
    arguments=("p",),
    formula=(
        r"y = \frac{m}{1 - p}\,x, \quad m \sim \mathrm{Bernoulli}(1 - p)\ \mathrm{for\ each\ "
        r"sample}"
    ),
    paper="https://arxiv.org/abs/1603.09382",
    keywords="drop path droppath residual survival deep",
    glyph="⋯",
    short="drop_path",
)

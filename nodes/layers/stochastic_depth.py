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
    keywords="drop path droppath residual survival deep",
    glyph="⋯",
    short="drop_path",
)

"""A tensor that is neither learned nor computed."""

from nodes.declare import NodeType, Param

CONSTANT = NodeType(
    "Constant",
    "Linear",
    "A tensor of one value that is not learned: a buffer, saved with the network.",
    params=(
        Param("shape", "ints", (1, 64), "Sizes; 1 where it is the same for all samples.", low=1),
        Param("value", "float", 1.0, "What it holds everywhere.", on_card="value"),
    ),
    layer="nodes.modules.constant.Constant",
    arguments=("shape", "value"),
    positional=1,
    forward="{layer}()",
    examples=({"shape": 4}, {"value": -0.5}),
    keywords="buffer fixed number zeros ones full register_buffer",
    glyph="c",
)

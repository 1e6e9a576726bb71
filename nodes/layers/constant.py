"""A tensor that is neither learned nor computed."""

from nodes.declare import NodeType, Param, Port

CONSTANT = NodeType(
    "Constant",
    "Linear",
    "A tensor of one value that is not learned: a buffer, saved with the network.",
    params=(
        Param("shape", "ints", (1, 64), "Sizes; 1 where it is the same for all samples.", low=1),
        Param("value", "float", 1.0, "What it holds everywhere.", on_card="value"),
        Param(
            "dtype",
            "choice",
            "float32",
            "Element type; bool for masks, int64 for places.",
            choices=("float32", "float64", "float16", "bfloat16", "int64", "int32", "bool"),
            on_card="changed",
        ),
    ),
    outputs=(Port("output", "any"),),
    layer="nodes.modules.constant.Constant",
    arguments=("shape", "value", "dtype"),
    positional=1,
    forward="{layer}()",
    examples=({"shape": 4}, {"value": -0.5}, {"dtype": "int64"}),
    formula=r"y = \mathrm{value}",
    keywords="buffer fixed number zeros ones full register_buffer",
    glyph="c",
)

"""Learned tokens in front of a sequence."""

from nodes.declare import NodeType, Param, Port

CLASS_TOKEN = NodeType(
    "ClassToken",
    "Embedding",
    "Puts learned tokens in front of a sequence, to read an answer from (BERT, 2018).",
    inputs=(Port("input", dims="N T C"),),
    params=(
        Param("count", "int", 1, "How many; more than one: registers.", low=1, on_card="changed"),
    ),
    layer="nodes.modules.class_token.ClassToken",
    arguments=("embed_dim", "count"),
    positional=1,
    inferred={"embed_dim": ("input", -1)},
    formula=r"y = [c, x_1, \ldots, x_T], \quad c\ \mathrm{learned}",
    paper="https://arxiv.org/abs/1810.04805",
    keywords="cls bert vit register prompt prefix prepend",
    glyph="[c]",
    short="token",
)

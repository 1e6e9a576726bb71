"""Vectors that become the nearest of a learned few."""

from nodes.declare import NodeType, Param, Port

VECTOR_QUANTISER = NodeType(
    "VectorQuantiser",
    "Embedding",
    "Replaces each vector by the nearest of a learned few; gradients pass (VQ-VAE, 2017).",
    inputs=(Port("input", dims="N * C", summary="Vectors along the last dimension."),),
    outputs=(
        Port("output", summary="The chosen codes."),
        Port("index", "int", summary="Their numbers."),
        Port("loss", "any", summary="One number that the training must add to its loss."),
    ),
    targets="{output}, {index}, {loss}",
    params=(
        Param("codes", "int", 64, "How many there are to choose from.", low=1, always=True),
        Param(
            "commitment",
            "float",
            0.25,
            "β: how much the loss draws vectors to codes.",
            low=0.0,
            on_card="never",
        ),
    ),
    layer="nodes.modules.vector_quantiser.VectorQuantiser",
    arguments=("features", "codes", "commitment"),
    positional=2,
    inferred={"features": ("input", -1)},
    formula=r"y = e_k, \quad k = \mathrm{argmin}_j\,\|x - e_j\|",
    paper="https://arxiv.org/abs/1711.00937",
    keywords="vq vqvae codebook discrete straight-through token quantisation quantization",
    glyph="vq",
    short="codes",
)

"""Losses over pairs and triplets: what belongs together must be near, the rest apart."""

from typing import Any

from nodes.checks import all_of, same_batch, same_shape
from nodes.declare import TRAINING, NodeType, Param, Port, Shapes, Values
from nodes.torch_layers import torch_layer

_LOSS: dict[str, Any] = {
    "outputs": (Port("loss", "loss"),),
    "boards": TRAINING,
    "role": "loss",
}
_MARGIN = {"summary": "How far apart is far enough."}

HINGE_EMBEDDING = torch_layer(
    "HingeEmbeddingLoss",
    "Loss",
    "For distances: small where the target is 1, at least the margin where it is −1.",
    called="HingeEmbedding",
    inputs=(Port("distance"), Port("target", summary="1 for alike, −1 for not.")),
    params={"margin": _MARGIN},
    check=same_shape("distance", "target"),
    formula=r"\ell = x\ \mathrm{if}\ t = 1\mathrm{,\ else}\ \max(0, m - x)",
    keywords="pairs siamese similarity hinge",
    glyph="⊳",
    short="hinge",
    **_LOSS,
)

COSINE_EMBEDDING = torch_layer(
    "CosineEmbeddingLoss",
    "Loss",
    "For pairs of vectors: one direction where they are alike, else an angle between them.",
    called="CosineEmbedding",
    inputs=(
        Port("first", dims="N C"),
        Port("second", dims="N C"),
        Port("alike", "int", dims="N", summary="1 for alike; 0 or −1 for not."),
    ),
    forward="{layer}({first}, {second}, torch.where({alike} > 0, 1, -1))",
    params={
        "margin": {
            "summary": "The cosine that those which are not alike may have.",
            "low": -1.0,
            "high": 1.0,
        }
    },
    check=all_of(same_shape("first", "second"), same_batch("first", ["alike"])),
    formula=(
        r"\ell = 1 - \cos(x_1, x_2)\ \mathrm{if}\ t = 1\mathrm{,\ else}\ \max(0, \cos(x_1, x_2) "
        r"- m)"
    ),
    keywords="pairs siamese similarity angle contrastive",
    glyph="cos",
    short="cosine",
    **_LOSS,
)

MARGIN_RANKING = torch_layer(
    "MarginRankingLoss",
    "Loss",
    "For pairs of scores: the first above the second where the target is 1, below where it is −1.",
    called="MarginRanking",
    inputs=(Port("first"), Port("second"), Port("target", summary="1 or −1.")),
    params={"margin": _MARGIN},
    check=all_of(same_shape("first", "second"), same_shape("first", "target")),
    formula=r"\ell = \max(0, -t\,(x_1 - x_2) + m)",
    keywords="pairs ranking order preference hinge",
    glyph=">",
    short="ranking",
    **_LOSS,
)

_TRIPLET = (
    Port("anchor", dims="N C", summary="Vectors."),
    Port("positive", dims="N C", summary="Vectors that must be near them."),
    Port("negative", dims="N C", summary="Vectors that must be farther away."),
)
_ALIKE = all_of(same_shape("anchor", "positive"), same_shape("anchor", "negative"))

TRIPLET_MARGIN = torch_layer(
    "TripletMarginLoss",
    "Loss",
    "The positive must be nearer to the anchor than the negative, by a margin (FaceNet, 2015).",
    called="TripletMargin",
    inputs=_TRIPLET,
    params={
        "margin": {"summary": "By how much nearer.", "low": 1e-6},
        "p": {"summary": "Norm: 2 is the straight line, 1 sums up.", "low": 1.0, "high": None},
        "eps": {"summary": "Added to differences, so that the gradient exists at zero."},
        "swap": {"summary": "Measure the negative from the positive where that is nearer."},
    },
    check=_ALIKE,
    formula=r"\ell = \max(0, \|a - p\| - \|a - n\| + m)",
    paper="https://arxiv.org/abs/1503.03832",
    keywords="triplet metric learning embedding faces retrieval",
    glyph="△",
    short="triplet",
    **_LOSS,
)

_DISTANCES = {
    "cosine": "lambda a, b: 1 - F.cosine_similarity(a, b)",
    "manhattan": "lambda a, b: (a - b).abs().sum(-1)",
    "largest": "lambda a, b: (a - b).abs().amax(-1)",
}


def _measured(values: Values, shapes: Shapes) -> str:
    options = f", distance_function={_DISTANCES[values['distance']]}, margin={{margin}}"
    options += ", swap=True" if values["swap"] else ""
    return "F.triplet_margin_with_distance_loss({anchor}, {positive}, {negative}" + f"{options})"


TRIPLET_DISTANCE = NodeType(
    "TripletMarginWithDistance",
    "Loss",
    "The positive must be nearer to the anchor than the negative, in a distance of your choice.",
    inputs=_TRIPLET,
    params=(
        Param(
            "distance",
            "choice",
            "cosine",
            "How distance is measured.",
            choices=tuple(_DISTANCES),
            on_card="value",
        ),
        Param("margin", "float", 1.0, "By how much nearer.", low=1e-6),
        Param("swap", "bool", False, "Measure the negative from the positive where nearer."),
    ),
    forward=_measured,
    check=_ALIKE,
    formula=r"\ell = \max(0, d(a, p) - d(a, n) + m)",
    paper="https://arxiv.org/abs/1503.03832",
    keywords="triplet metric learning embedding cosine manhattan retrieval",
    glyph="△",
    short="triplet",
    **_LOSS,
)

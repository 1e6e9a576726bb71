"""How well each class is found, its finds and its misses weighed together."""

from nodes.checks import score_for_each_class
from nodes.declare import TRAINING, NodeType, Param, Port

F1 = NodeType(
    "F1",
    "Metric",
    "For classes: the harmonic mean of precision and recall, over a whole part of the data.",
    inputs=(
        Port("logits", summary="A score for each class in the last dimension."),
        Port("target", "int"),
    ),
    outputs=(),
    boards=TRAINING,
    role="metric",
    better="higher",
    gathers=True,
    layer="torchmetrics.classification.MulticlassF1Score",
    library="torchmetrics",
    arguments=("num_classes", "average"),
    inferred={"num_classes": ("logits", -1)},
    fixed={"validate_args": False},
    params=(
        Param(
            "average",
            "choice",
            "macro",
            "macro: all classes count alike; weighted: by how frequent they are; micro: all "
            "answers count alike.",
            choices=("macro", "weighted", "micro"),
        ),
    ),
    forward="({logits}.argmax(-1), {target})",
    check=score_for_each_class(),
    formula=r"\frac{2\,P R}{P + R}, \quad P = \mathrm{precision},\ R = \mathrm{recall}",
    keywords="classification precision recall fscore imbalanced rare",
    glyph="F₁",
)

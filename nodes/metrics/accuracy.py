"""The share of right answers."""

from nodes.declare import TRAINING, NodeType, Port

ACCURACY = NodeType(
    "Accuracy",
    "Metric",
    "The share of answers whose highest score is the right class.",
    inputs=(
        Port("logits", summary="A score for each class in the last dimension."),
        Port("target", "int"),
    ),
    outputs=(),
    boards=TRAINING,
    role="metric",
    better="higher",
    forward="({logits}.argmax(-1) == {target}).float().mean()",
    formula=r"\frac{1}{n}\,\#\{i : \mathrm{argmax}\,z_i = t_i\}",
    keywords="correct top1 classification",
    everyday=True,
    glyph="%",
)

"""How much of what differs between samples is told."""

from collections.abc import Iterator

from nodes.checks import same_shape
from nodes.declare import TRAINING, NodeType, Port, Problem, Shapes, Values


def _columns(values: Values, shapes: Shapes) -> Iterator[Problem]:
    yield from same_shape("prediction", "target")(values, shapes)
    if len(shapes["prediction"][0]) > 2:
        text = "{node} takes N or N×C, but {prediction} is {shape}; put a Flatten before it"
        yield Problem("dimensions", text, "prediction")


R2 = NodeType(
    "R2",
    "Metric",
    "For numbers: the share of the target's variance that is told; 1 is perfect, 0 no better than "
    "its mean.",
    inputs=(Port("prediction"), Port("target")),
    outputs=(),
    boards=TRAINING,
    role="metric",
    better="higher",
    gathers=True,
    layer="torchmetrics.regression.R2Score",
    library="torchmetrics",
    forward="({prediction}, {target})",
    check=_columns,
    formula=r"1 - \frac{\sum_i (t_i - y_i)^2}{\sum_i (t_i - \bar{t})^2}",
    keywords="regression determination explained variance",
    glyph="R²",
)

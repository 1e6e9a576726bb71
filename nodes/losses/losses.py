"""Losses."""

from nodes.checks import same_shape, score_for_each_class
from nodes.declare import TRAINING, NodeType, Param, Port, Shapes, Values

_LOSS = (Port("loss", "loss"),)


def _positions(values: Values, shapes: Shapes) -> str:
    smoothing = ", label_smoothing={label_smoothing}" if values["label_smoothing"] else ""
    if len(shapes["logits"][0]) == 2:
        return f"F.cross_entropy({{logits}}, {{target}}{smoothing})"
    return f"F.cross_entropy({{logits}}.flatten(0, -2), {{target}}.flatten(){smoothing})"


CROSS_ENTROPY = NodeType(
    "CrossEntropy",
    "Loss",
    "For classes: −log of the probability given to the right one.",
    inputs=(
        Port("logits", means="scores", summary="A score for each class in the last dimension."),
        Port("target", "int", summary="Numbers of the right classes."),
    ),
    outputs=_LOSS,
    boards=TRAINING,
    role="loss",
    params=(
        Param(
            "label_smoothing",
            "float",
            0.0,
            "Share of the target spread over all classes.",
            low=0.0,
            high=1.0,
        ),
    ),
    forward=_positions,
    check=score_for_each_class(),
    formula=r"\ell = -\log\frac{e^{z_t}}{\sum_c e^{z_c}}",
    keywords="classification softmax nll",
    everyday=True,
    glyph="CE",
)


MSE = NodeType(
    "MSE",
    "Loss",
    "For numbers: the mean of the squared differences.",
    inputs=(Port("prediction", means="numbers"), Port("target")),
    outputs=_LOSS,
    boards=TRAINING,
    role="loss",
    forward="F.mse_loss({prediction}, {target})",
    check=same_shape("prediction", "target"),
    formula=r"\ell = \frac{1}{n}\sum_i (y_i - t_i)^2",
    keywords="regression squared error autoencoder",
    everyday=True,
    glyph="²",
    short="mse",
)

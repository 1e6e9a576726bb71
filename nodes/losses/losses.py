"""Losses."""

from collections.abc import Iterator

from nodes.checks import same_shape
from nodes.declare import TRAINING, NodeType, Param, Port, Problem, Shapes, Values

_LOSS = (Port("loss", "loss"),)


def _positions(values: Values, shapes: Shapes) -> str:
    smoothing = ", label_smoothing={label_smoothing}" if values["label_smoothing"] else ""
    if len(shapes["logits"][0]) == 2:
        return f"F.cross_entropy({{logits}}, {{target}}{smoothing})"
    return f"F.cross_entropy({{logits}}.flatten(0, -2), {{target}}.flatten(){smoothing})"


def _classes(values: Values, shapes: Shapes) -> Iterator[Problem]:
    logits, target = shapes["logits"][0], shapes["target"][0]
    classes = values["limits"]["target"]
    if logits[:-1] != target:
        yield Problem(
            "target-shape",
            "{node}: logits must be {shape:target}×classes, one score for each class and "
            "target, but they are {shape}",
            "logits",
        )
    elif classes is not None and logits[-1] < classes:
        yield Problem(
            "too-few-classes",
            f"{{node}}: {{logits}} gives scores for {logits[-1]} classes, but {{target}} has "
            f"{classes}",
            "logits",
        )


CROSS_ENTROPY = NodeType(
    "CrossEntropy",
    "Loss",
    "For classes: −log of the probability given to the right one.",
    inputs=(
        Port("logits", summary="A score for each class in the last dimension."),
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
    check=_classes,
    keywords="classification softmax nll",
    glyph="CE",
)


MSE = NodeType(
    "MSE",
    "Loss",
    "For numbers: the mean of the squared differences.",
    inputs=(Port("prediction"), Port("target")),
    outputs=_LOSS,
    boards=TRAINING,
    role="loss",
    forward="F.mse_loss({prediction}, {target})",
    check=same_shape("prediction", "target"),
    keywords="regression squared error autoencoder",
    glyph="²",
    short="mse",
)

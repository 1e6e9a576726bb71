"""A loss that large errors do not rule."""

from collections.abc import Iterator

from nodes.declare import TRAINING, NodeType, Param, Port, Problem, Shapes, Values


def _same(values: Values, shapes: Shapes) -> Iterator[Problem]:
    if shapes["prediction"][0] != shapes["target"][0]:
        text = "{node}: the prediction is {shape}, the target {shape:target}; they must agree"
        yield Problem("target-shape", text, "prediction")


HUBER = NodeType(
    "Huber",
    "Loss",
    "For numbers: squared where the error is small, straight where it is large (Huber 1964).",
    inputs=(Port("prediction"), Port("target")),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    params=(
        Param("delta", "float", 1.0, "The error from which on it is straight.", low=1e-6, high=1e6),
    ),
    forward="F.huber_loss({prediction}, {target}, delta={delta})",
    check=_same,
    keywords="regression robust smooth l1 outliers",
    glyph="H",
)

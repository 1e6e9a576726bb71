"""A loss that large errors do not rule."""

from nodes.checks import same_shape
from nodes.declare import TRAINING, NodeType, Param, Port

HUBER = NodeType(
    "Huber",
    "Loss",
    "For numbers: squared where the error is small, straight where it is large (Huber 1964).",
    inputs=(Port("prediction", means="numbers"), Port("target")),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    params=(
        Param("delta", "float", 1.0, "The error from which on it is straight.", low=1e-6, high=1e6),
    ),
    forward="F.huber_loss({prediction}, {target}, delta={delta})",
    check=same_shape("prediction", "target"),
    formula=(
        r"\ell = \frac{1}{2} e^2\ \mathrm{if}\ |e| \leq \delta\mathrm{,\ else}\ \delta\,(|e| - "
        r"\frac{\delta}{2})"
    ),
    paper="https://doi.org/10.1214/aoms/1177703732",
    keywords="regression robust smooth l1 outliers",
    glyph="H",
)

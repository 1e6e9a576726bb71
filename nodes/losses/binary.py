"""Losses for yes and no."""

from nodes.checks import same_shape
from nodes.declare import TRAINING, NodeType, Param, Port, Shapes, Values
from nodes.torch_layers import torch_layer


def _against(values: Values, shapes: Shapes) -> str:
    if shapes.get("target"):
        return "F.binary_cross_entropy_with_logits({logits}, {target})"
    constant = {0.0: "torch.zeros_like({logits})", 1.0: "torch.ones_like({logits})"}
    target = constant.get(values["constant"], "torch.full_like({logits}, {constant})")
    return f"F.binary_cross_entropy_with_logits({{logits}}, {target})"


BCE_WITH_LOGITS = NodeType(
    "BCEWithLogits",
    "Loss",
    "For yes and no: −log of the probability given to the right one; the sigmoid is inside.",
    inputs=(
        Port("logits", means="scores", summary="Scores; above 0 means yes."),
        Port("target", optional=True, summary="1 for yes, 0 for no; a constant where unwired."),
    ),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    params=(
        Param(
            "constant",
            "float",
            1.0,
            "What all are where no target is wired: 1 for real, 0 for fake.",
            low=0.0,
            high=1.0,
            on_card="name",
            essential=True,
        ),
    ),
    forward=_against,
    check=same_shape("logits", "target"),
    formula=r"\ell = -t\,\log\sigma(z) - (1 - t)\,\log(1 - \sigma(z))",
    keywords="binary cross entropy logistic real fake gan discriminator",
    glyph="0|1",
    short="bce",
)

BCE = torch_layer(
    "BCELoss",
    "Loss",
    "For yes and no: −log of the probability given to the right one. BCEWithLogits takes scores.",
    called="BCE",
    inputs=(
        Port(
            "probability",
            within=(0, 1),
            means="probabilities",
            made_by="Sigmoid",
            summary="Probability of yes, after a sigmoid.",
        ),
        Port("target", within=(0, 1), summary="1 for yes, 0 for no."),
    ),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    check=same_shape("probability", "target"),
    formula=r"\ell = -t\,\log p - (1 - t)\,\log(1 - p)",
    keywords="binary cross entropy probabilities sigmoid",
    glyph="0|1",
)

SOFT_MARGIN = torch_layer(
    "SoftMarginLoss",
    "Loss",
    "For 1 and −1: log(1 + exp(−target · score)).",
    called="SoftMargin",
    inputs=(Port("score"), Port("target", summary="1 or −1; no gradient goes to it.")),
    forward="{layer}({score}, {target}.detach())",
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    check=same_shape("score", "target"),
    formula=r"\ell = \log(1 + e^{-t z})",
    keywords="binary logistic svm",
    glyph="±1",
    short="margin",
)

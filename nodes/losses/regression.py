"""Losses for numbers, besides the squared error."""

from typing import Any

from nodes.checks import all_of, same_shape
from nodes.declare import TRAINING, NodeType, Param, Port, Shapes, Values
from nodes.torch_layers import torch_layer

_LOSS: dict[str, Any] = {
    "outputs": (Port("loss", "loss"),),
    "boards": TRAINING,
    "role": "loss",
    "check": same_shape("prediction", "target"),
}
_PAIR = (Port("prediction", means="numbers"), Port("target"))

L1 = torch_layer(
    "L1Loss",
    "Loss",
    "For numbers: the mean of the absolute differences.",
    called="L1",
    inputs=_PAIR,
    formula=r"\ell = \frac{1}{n}\sum_i |y_i - t_i|",
    keywords="regression absolute error mae median robust",
    glyph="|e|",
    short="l1",
    **_LOSS,
)

SMOOTH_L1 = torch_layer(
    "SmoothL1Loss",
    "Loss",
    "For numbers: squared below β, straight above, with slope 1 (Fast R-CNN, 2015).",
    called="SmoothL1",
    inputs=_PAIR,
    params={"beta": {"summary": "β: the error from which on it is straight.", "low": 0.0}},
    formula=(
        r"\ell = \frac{e^2}{2\beta}\ \mathrm{if}\ |e| < \beta\mathrm{,\ else}\ |e| - "
        r"\frac{\beta}{2}"
    ),
    paper="https://arxiv.org/abs/1504.08083",
    keywords="regression huber robust detection boxes",
    glyph="|e|",
    short="l1",
    **_LOSS,
)

POISSON_NLL = torch_layer(
    "PoissonNLLLoss",
    "Loss",
    "For counts: −log of their probability under a Poisson distribution.",
    called="PoissonNLL",
    inputs=(
        Port("prediction", summary="log of the rate that is expected."),
        Port("target", summary="Counts."),
    ),
    without=("log_input", "eps"),
    params={"full": {"summary": "Add the term that the prediction does not change."}},
    formula=r"\ell = e^{y} - t\,y",
    keywords="regression counts poisson likelihood",
    glyph="λ",
    short="poisson",
    **_LOSS,
)


def _gaussian(values: Values, shapes: Shapes) -> str:
    full = ", full=True" if values["full"] else ""
    return f"F.gaussian_nll_loss({{prediction}}, {{target}}, {{log_variance}}.exp(){full})"


GAUSSIAN_NLL = NodeType(
    "GaussianNLL",
    "Loss",
    "For numbers: −log of their probability, where the network tells its uncertainty too.",
    inputs=(
        *_PAIR,
        Port(
            "log_variance", summary="log of the variance that is expected, as for the prediction."
        ),
    ),
    params=(Param("full", "bool", False, "Add the term that the prediction does not change."),),
    forward=_gaussian,
    formula=r"\ell = \frac{1}{2}\left(\log\sigma^2 + \frac{(y - t)^2}{\sigma^2}\right)",
    keywords="regression gaussian likelihood uncertainty heteroscedastic variance",
    glyph="σ²",
    short="gaussian",
    **{
        **_LOSS,
        "check": all_of(
            same_shape("prediction", "target"), same_shape("prediction", "log_variance")
        ),
    },
)

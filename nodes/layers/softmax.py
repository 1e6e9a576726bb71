"""Softmax and its kin: what comes out depends on all values along a dimension."""

from typing import Any

from nodes.checks import dim_exists
from nodes.declare import NodeType, Param, Port
from nodes.torch_layers import torch_layer

_PROBABILITIES = (Port("output", means="probabilities"),)
_ALONG: dict[str, Any] = {
    "nature": "activation",
    "positional": 0,
    "params": {
        "dim": {
            "default": -1,
            "optional": False,
            "always": True,
            "summary": "The dimension that sums to one.",
            "on_card": "name",
        }
    },
    "check": dim_exists,
    "glyph": "ƒ",
}

SOFTMAX = NodeType(
    "Softmax",
    "Activation",
    "Positive numbers that sum to one. CrossEntropy wants logits, before it.",
    (Port("input"),),
    _PROBABILITIES,
    nature="activation",
    params=(Param("dim", "int", -1, "The dimension that sums to one.", on_card="name"),),
    forward="F.softmax({input}, dim={dim})",
    check=dim_exists,
    formula=r"y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
    keywords="probability probabilities distribution normalise classes",
    glyph="ƒ",
)
LOG_SOFTMAX = torch_layer(
    "LogSoftmax",
    "Activation",
    "The logarithm of softmax, exact where probabilities are tiny. NLL wants it.",
    outputs=(Port("output", means="log probabilities"),),
    formula=r"y_i = x_i - \log\sum_j e^{x_j}",
    keywords="log probability probabilities nll",
    **_ALONG,
)
SOFTMIN = torch_layer(
    "Softmin",
    "Activation",
    "Positive numbers that sum to one, the smallest value getting most.",
    outputs=_PROBABILITIES,
    formula=r"y_i = \frac{e^{-x_i}}{\sum_j e^{-x_j}}",
    keywords="probability probabilities softmax distance nearest",
    **_ALONG,
)
SOFTMAX2D = torch_layer(
    "Softmax2d",
    "Activation",
    "Softmax over the channels of every pixel.",
    inputs=(Port("input", dims="N C H W"),),
    outputs=_PROBABILITIES,
    nature="activation",
    formula=r"y_{c,h,w} = \frac{e^{x_{c,h,w}}}{\sum_k e^{x_{k,h,w}}}",
    keywords="probability probabilities channels segmentation pixel",
    glyph="ƒ",
)

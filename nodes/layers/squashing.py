"""Activations that squeeze values into a range, and gates made of them."""

from collections.abc import Iterator
from typing import Any

from nodes.checks import all_of, dim_exists
from nodes.declare import Change, Port, Problem, Shapes, Values
from nodes.torch_layers import torch_layer

_CURVE: dict[str, Any] = {"positional": 0, "glyph": "ƒ", "nature": "activation"}

HARDSIGMOID = torch_layer(
    "Hardsigmoid",
    "Activation",
    "A sigmoid of straight pieces: 0 below −3, 1 above 3.",
    outputs=(Port("output", means="probabilities"),),
    formula=r"y = \min(\max(0, \frac{x}{6} + \frac{1}{2}), 1)",
    curve=True,
    keywords="gate mobile fast probability",
    short="sigmoid",
    **_CURVE,
)


def _range(values: Values, shapes: Shapes) -> Iterator[Problem]:
    low, high = values["min_val"], values["max_val"]
    if low >= high:
        text = f"{{node}}: min_val ({low:g}) must be below max_val ({high:g})"
        fix = (Change("set", "min_val", -1.0), Change("set", "max_val", 1.0))
        yield Problem("range", text, fixes=(("Set them to −1 and 1", fix),))


HARDTANH = torch_layer(
    "Hardtanh",
    "Activation",
    "x, cut off below one value and above another.",
    without=("min_value", "max_value"),
    params={
        "min_val": {"summary": "Smallest value that comes out."},
        "max_val": {"summary": "Largest value that comes out."},
    },
    check=_range,
    examples=({"min_val": 0.0}, {"max_val": 6.0}),
    formula=r"y = \min(\max(a, x), b)",
    curve=True,
    keywords="clip clamp limit saturate",
    short="clip",
    **_CURVE,
)
LOG_SIGMOID = torch_layer(
    "LogSigmoid",
    "Activation",
    "log of sigmoid, exact where the probability is tiny.",
    outputs=(Port("output", means="log probabilities"),),
    formula=r"y = \log\sigma(x) = -\log(1 + e^{-x})",
    curve=True,
    keywords="logistic log probability",
    **_CURVE,
)
SOFTSIGN = torch_layer(
    "Softsign",
    "Activation",
    "x / (1 + |x|): between −1 and 1, slower than tanh.",
    formula=r"y = \frac{x}{1 + |x|}",
    curve=True,
    keywords="squash nonlinearity tanh",
    **_CURVE,
)
TANHSHRINK = torch_layer(
    "Tanhshrink",
    "Activation",
    "x − tanh(x): what tanh leaves over.",
    formula=r"y = x - \tanh x",
    curve=True,
    keywords="shrink sparse nonlinearity",
    short="shrink",
    **_CURVE,
)


def _halves(values: Values, shapes: Shapes) -> Iterator[Problem]:
    size = shapes["input"][0][values["dim"]]
    if size % 2:
        text = f"{{node}} needs an even size along dim {values['dim']} of {{input}}, not {size}"
        yield Problem("odd", f"{text}: one half gates the other", "input")


GLU = torch_layer(
    "GLU",
    "Activation",
    "One half times the sigmoid of the other half (Dauphin et al. 2016).",
    params={"dim": {"summary": "The dimension that is cut into halves.", "on_card": "name"}},
    check=all_of(dim_exists, _halves),
    examples=({"dim": 1},),
    formula=r"y = a \odot \sigma(b), \quad [a, b] = x",
    paper="https://arxiv.org/abs/1612.08083",
    keywords="gate gated linear unit halve",
    **_CURVE,
)

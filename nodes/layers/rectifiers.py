"""Activations that let large values pass and bend or cut small ones."""

from collections.abc import Iterator
from typing import Any

from nodes.declare import Change, Problem, Shapes, Values
from nodes.torch_layers import torch_layer

_CURVE: dict[str, Any] = {"positional": 0, "glyph": "ƒ", "nature": "activation"}

RELU6 = torch_layer(
    "ReLU6",
    "Activation",
    "max(0, x), at most 6, as MobileNet has it (2017).",
    formula=r"y = \min(\max(0, x), 6)",
    paper="https://arxiv.org/abs/1704.04861",
    curve=True,
    keywords="rectified nonlinearity clip mobile",
    short="relu",
    **_CURVE,
)
ELU = torch_layer(
    "ELU",
    "Activation",
    "x, or α (eˣ − 1) below zero (Clevert et al. 2015).",
    params={"alpha": {"summary": "α: how far below zero it goes."}},
    formula=r"y = \max(0, x) + \min(0, \alpha\,(e^x - 1))",
    paper="https://arxiv.org/abs/1511.07289",
    curve=True,
    keywords="exponential nonlinearity smooth",
    **_CURVE,
)
CELU = torch_layer(
    "CELU",
    "Activation",
    "x, or α (eˣᐟᵅ − 1) below zero: an ELU without a corner (Barron 2017).",
    params={"alpha": {"summary": "α: how far below zero it goes.", "low": 1e-6}},
    formula=r"y = \max(0, x) + \min(0, \alpha\,(e^{x/\alpha} - 1))",
    paper="https://arxiv.org/abs/1704.07483",
    curve=True,
    keywords="exponential continuous nonlinearity smooth",
    **_CURVE,
)
SELU = torch_layer(
    "SELU",
    "Activation",
    "An ELU scaled to keep mean 0 and variance 1 (Klambauer et al. 2017).",
    formula=(
        r"y = \lambda\,(\max(0, x) + \min(0, \alpha\,(e^x - 1))) \\ \lambda \approx 1.0507, "
        r"\quad \alpha \approx 1.6733"
    ),
    paper="https://arxiv.org/abs/1706.02515",
    curve=True,
    keywords="self normalising normalizing exponential nonlinearity",
    **_CURVE,
)


def _between(values: Values, shapes: Shapes) -> Iterator[Problem]:
    lower, upper = values["lower"], values["upper"]
    if lower > upper:
        fix = (Change("set", "lower", upper), Change("set", "upper", lower))
        text = f"{{node}}: lower ({lower:g}) must not be above upper ({upper:g})"
        yield Problem("lower", text, fixes=(("Swap lower and upper", fix),))


RRELU = torch_layer(
    "RReLU",
    "Activation",
    "x, or a multiple of x drawn at random below zero (Xu et al. 2015).",
    params={
        "lower": {"summary": "Smallest slope below zero."},
        "upper": {"summary": "Largest slope below zero; without training, the middle is taken."},
    },
    check=_between,
    examples=({"lower": 0.0}, {"upper": 0.5}),
    formula=r"y = \max(0, x) + a\,\min(0, x), \quad a \sim \mathcal{U}(l, u)",
    paper="https://arxiv.org/abs/1505.00853",
    curve=True,
    keywords="randomised leaky relu nonlinearity regularise",
    short="relu",
    **_CURVE,
)
SOFTPLUS = torch_layer(
    "Softplus",
    "Activation",
    "log(1 + eˣ): a smooth ReLU that is never zero.",
    params={
        "beta": {"summary": "How sharp its bend is.", "low": 1e-6},
        "threshold": {
            "summary": "Where beta · x is above this, it is x itself.",
            "advanced": True,
        },
    },
    formula=r"y = \frac{1}{\beta}\,\log(1 + e^{\beta x})",
    curve=True,
    keywords="smooth positive variance nonlinearity",
    **_CURVE,
)
MISH = torch_layer(
    "Mish",
    "Activation",
    "x · tanh(softplus(x)), smooth and not monotonic (Misra 2019).",
    formula=r"y = x\,\tanh(\log(1 + e^x))",
    paper="https://arxiv.org/abs/1908.08681",
    curve=True,
    keywords="nonlinearity smooth yolo",
    **_CURVE,
)
HARDSWISH = torch_layer(
    "Hardswish",
    "Activation",
    "A SiLU of straight pieces, as MobileNetV3 has it (2019).",
    formula=r"y = x\,\frac{\min(\max(0, x + 3), 6)}{6}",
    paper="https://arxiv.org/abs/1905.02244",
    curve=True,
    keywords="swish silu mobile nonlinearity fast",
    short="swish",
    **_CURVE,
)
THRESHOLD = torch_layer(
    "Threshold",
    "Activation",
    "x above a threshold, one value everywhere else.",
    params={
        "threshold": {"default": 0.0, "summary": "Values up to this are replaced."},
        "value": {"default": 0.0, "summary": "What replaces them."},
    },
    formula=r"y = x\ \mathrm{if}\ x > \mathrm{threshold,\ else\ value}",
    curve=True,
    keywords="cut step nonlinearity",
    nature="activation",
    glyph="ƒ",
)
SOFTSHRINK = torch_layer(
    "Softshrink",
    "Activation",
    "Moves values towards zero by λ; smaller ones become zero.",
    params={"lambd": {"summary": "λ: how far they are moved.", "low": 0.0}},
    formula=r"y = \mathrm{sign}(x)\,\max(|x| - \lambda, 0)",
    curve=True,
    keywords="sparse threshold denoise",
    short="shrink",
    **_CURVE,
)
HARDSHRINK = torch_layer(
    "Hardshrink",
    "Activation",
    "Values nearer to zero than λ become zero, others stay.",
    params={"lambd": {"summary": "λ: how near.", "low": 0.0}},
    formula=r"y = x\ \mathrm{if}\ |x| > \lambda\mathrm{,\ else}\ 0",
    curve=True,
    keywords="sparse threshold denoise",
    short="shrink",
    **_CURVE,
)

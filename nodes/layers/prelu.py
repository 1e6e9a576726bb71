"""An activation that learns its slope."""

from collections.abc import Iterator

from nodes.declare import Change, Port, Problem, Shapes, Values
from nodes.torch_layers import torch_layer


def _slopes(values: Values, shapes: Shapes) -> Iterator[Problem]:
    slopes, channels = values["num_parameters"], shapes["input"][0][1]
    if slopes not in (1, channels):
        fix = (f"Set num_parameters to {channels}", (Change("set", "num_parameters", channels),))
        text = f"{{node}}: num_parameters ({slopes}) must be 1, or the {channels} of {{input}}"
        yield Problem("slopes", f"{text}'s channels", "input", fixes=(fix,))


PRELU = torch_layer(
    "PReLU",
    "Activation",
    "x, or a learned multiple of x below zero (He et al. 2015).",
    inputs=(Port("input", dims="N C *"),),
    params={
        "num_parameters": {"summary": "Slopes: 1, or one for each channel.", "low": 1},
        "init": {"summary": "Slope to start with."},
    },
    check=_slopes,
    examples=({"num_parameters": 8},),
    nature="activation",
    formula=r"y = \max(0, x) + a\,\min(0, x), \quad a\ \mathrm{learned}",
    paper="https://arxiv.org/abs/1502.01852",
    curve=True,
    keywords="leaky relu nonlinearity learned",
    glyph="ƒ",
    short="prelu",
)

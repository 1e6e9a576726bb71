"""The activations that most networks use: element by element, without weights."""

from nodes.declare import NodeType, Param, Port, Shapes, Values

_ANY = (Port("input"),)


def _gelu(values: Values, shapes: Shapes) -> str:
    return (
        "F.gelu({input})"
        if values["approximate"] == "none"
        else "F.gelu({input}, approximate={approximate})"
    )


RELU = NodeType(
    "ReLU",
    "Activation",
    "max(0, x).",
    _ANY,
    nature="activation",
    forward="F.relu({input})",
    keywords="rectified nonlinearity",
    everyday=True,
    glyph="ƒ",
    short="relu",
)
LEAKY_RELU = NodeType(
    "LeakyReLU",
    "Activation",
    "x, or a small multiple of x below zero.",
    _ANY,
    nature="activation",
    params=(Param("negative_slope", "float", 0.01, "Slope below zero.", low=0.0),),
    forward="F.leaky_relu({input}, {negative_slope})",
    keywords="nonlinearity gan",
    glyph="ƒ",
    short="relu",
)
GELU = NodeType(
    "GELU",
    "Activation",
    "x · Φ(x), a smooth ReLU (Hendrycks & Gimpel 2016).",
    _ANY,
    nature="activation",
    params=(
        Param(
            "approximate",
            "choice",
            "none",
            "tanh: the faster approximation of GPT-2.",
            choices=("none", "tanh"),
        ),
    ),
    forward=_gelu,
    keywords="nonlinearity transformer",
    glyph="ƒ",
    short="gelu",
)
SILU = NodeType(
    "SiLU",
    "Activation",
    "x · sigmoid(x), also called Swish.",
    _ANY,
    nature="activation",
    forward="F.silu({input})",
    keywords="swish nonlinearity",
    glyph="ƒ",
    short="silu",
)
TANH = NodeType(
    "Tanh",
    "Activation",
    "Squeezes to between −1 and 1.",
    _ANY,
    nature="activation",
    forward="torch.tanh({input})",
    keywords="nonlinearity",
    glyph="ƒ",
)
SIGMOID = NodeType(
    "Sigmoid",
    "Activation",
    "Squeezes to between 0 and 1.",
    _ANY,
    outputs=(Port("output", means="probabilities"),),
    nature="activation",
    forward="torch.sigmoid({input})",
    keywords="logistic probability gate",
    glyph="ƒ",
)

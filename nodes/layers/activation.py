"""Activations: element by element, without weights."""

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.torch_layers import torch_layer

_ANY = (Port("input"),)


def _gelu(values: Values, shapes: Shapes) -> str:
    return (
        "F.gelu({input})"
        if values["approximate"] == "none"
        else "F.gelu({input}, approximate={approximate})"
    )


def _dim(values: Values, shapes: Shapes) -> Iterator[Problem]:
    dims, dim = len(shapes["input"][0]), values["dim"]
    if not -dims <= dim < dims:
        yield Problem(
            "dim",
            f"{{node}}: dim ({dim}) must be one of the {dims} dimensions of {{input}}, 0 to "
            f"{dims - 1}, or -1 for the last",
            "input",
            fixes=(("Set dim to -1", (Change("set", "dim", -1),)),),
        )


RELU = NodeType(
    "ReLU",
    "Activation",
    "max(0, x).",
    _ANY,
    forward="F.relu({input})",
    keywords="rectified nonlinearity",
    glyph="ƒ",
    short="relu",
)
LEAKY_RELU = NodeType(
    "LeakyReLU",
    "Activation",
    "x, or a small multiple of x below zero.",
    _ANY,
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
    forward="torch.tanh({input})",
    keywords="nonlinearity",
    glyph="ƒ",
)
SIGMOID = NodeType(
    "Sigmoid",
    "Activation",
    "Squeezes to between 0 and 1.",
    _ANY,
    forward="torch.sigmoid({input})",
    keywords="logistic probability gate",
    glyph="ƒ",
)
SOFTMAX = NodeType(
    "Softmax",
    "Activation",
    "Positive numbers that sum to one. CrossEntropy wants logits, before it.",
    _ANY,
    params=(Param("dim", "int", -1, "The dimension that sums to one.", on_card="name"),),
    forward="F.softmax({input}, dim={dim})",
    check=_dim,
    keywords="probability",
    glyph="ƒ",
)
DROPOUT = torch_layer(
    "Dropout",
    "Regularisation",
    "Zeroes values at random while training (Srivastava 2014).",
    positional=1,
    keywords="regularise overfit",
    glyph="do",
)

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
    formula=r"y = \max(0, x)",
    paper="https://proceedings.mlr.press/v15/glorot11a.html",
    curve=True,
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
    formula=r"y = \max(0, x) + a\,\min(0, x)",
    paper="https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
    curve=True,
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
    formula=r"y = x\,\Phi(x) = x\,P(Z \leq x), \quad Z \sim \mathcal{N}(0, 1)",
    paper="https://arxiv.org/abs/1606.08415",
    curve=True,
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
    formula=r"y = x\,\sigma(x) = \frac{x}{1 + e^{-x}}",
    paper="https://arxiv.org/abs/1710.05941",
    curve=True,
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
    formula=r"y = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
    curve=True,
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
    formula=r"y = \sigma(x) = \frac{1}{1 + e^{-x}}",
    curve=True,
    keywords="logistic probability gate",
    glyph="ƒ",
)

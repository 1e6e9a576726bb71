"""Multi-head attention, to itself or to another sequence."""

from collections.abc import Iterator

from nodes.checks import heads_divide
from nodes.declare import NodeType, Param, Port, Problem, Shapes, Values
from nodes.initialise import INITIALISER


def _forward(values: Values, shapes: Shapes) -> str:
    return "{layer}({input}, {context})" if shapes.get("context") else "{layer}({input})"


_DIVIDE = heads_divide("num_heads", "input")


def _heads(values: Values, shapes: Shapes) -> Iterator[Problem]:
    yield from _DIVIDE(values, shapes)
    context = shapes.get("context")
    if context and context[0][0] != shapes["input"][0][0]:
        yield Problem(
            "batch", "{node}: input and context must hold the same number of samples", "context"
        )


MULTI_HEAD_ATTENTION = NodeType(
    "MultiHeadAttention",
    "Attention",
    "Every position gathers from all others what it asks for (2017).",
    inputs=(
        Port(
            "input",
            dims="N T C",
            summary="Asks: queries, and keys and values too if context is free.",
        ),
        Port(
            "context",
            dims="N S C",
            optional=True,
            summary="Answers: keys and values of cross attention.",
        ),
    ),
    params=(
        Param(
            "num_heads",
            "int",
            4,
            "Heads; must divide the number of features.",
            low=1,
            always=True,
            on_card="count",
            short="heads",
        ),
        Param("causal", "bool", False, "Positions see only themselves and earlier ones."),
        Param(
            "dropout",
            "float",
            0.0,
            "Probability of dropping an attention weight.",
            low=0.0,
            high=0.99,
        ),
        Param(
            "bias",
            "bool",
            True,
            "Add learned offsets in the projections.",
            advanced=True,
            on_card="never",
        ),
        *INITIALISER,
    ),
    layer="nodes.modules.attention.MultiHeadAttention",
    arguments=("embed_dim", "num_heads", "context_dim", "causal", "dropout", "bias"),
    positional=2,
    inferred={"embed_dim": ("input", -1), "context_dim": ("context", -1)},
    forward=_forward,
    weights=("query.weight", "key.weight", "value.weight", "output.weight"),
    biases=("query.bias", "key.bias", "value.bias", "output.bias"),
    check=_heads,
    examples=({"num_heads": 2},),
    formula=(
        r"y = W_O\,[h_1, \ldots, h_n], \quad h_i = \mathrm{softmax}\left(\frac{Q_i "
        r"K_i^\mathsf{T}}{\sqrt{d}}\right) V_i"
    ),
    paper="https://arxiv.org/abs/1706.03762",
    keywords="self cross transformer heads causal",
    everyday=True,
    glyph="att",
    short="attention",
)

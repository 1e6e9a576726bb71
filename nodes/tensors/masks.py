"""Masks, places and classes: what is made from sizes and whole numbers."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import NodeType, Param, Port, Problem, Shapes, Values
from nodes.tensors.fitting import INPUT, broadcasts, dim_exists, dim_param, set_to

_MASK = (Port("output", "bool"),)


def _causal(values: Values, shapes: Shapes) -> str:
    length = "{input}.shape[{dim}]"
    mask = f"{{input}}.new_ones({length}, {length}, dtype=torch.bool).tril()"
    return mask if values["before"] is None else f"torch.triu({mask}, -{{before}})"


CAUSAL_MASK = NodeType(
    "CausalMask",
    "Attention",
    "True where a position may look: at itself and what came before.",
    inputs=(Port("input", "any", dims="N T *", summary="A sequence of that length."),),
    outputs=_MASK,
    params=(
        dim_param("The dimension of positions."),
        Param(
            "before",
            "int",
            None,
            "Only so many positions before itself; empty: all.",
            low=0,
            optional=True,
        ),
    ),
    forward=_causal,
    check=dim_exists,
    examples=({"before": 2}, {"dim": -1}),
    formula=r"M_{ij} = (j \leq i)",
    keywords="triangular autoregressive decoder attention mask sliding local window tril",
    glyph="◣",
)


PADDING_MASK = NodeType(
    "PaddingMask",
    "Attention",
    "True where there is a token, false where there is only padding.",
    inputs=(Port("input", "int", summary="Tokens."),),
    outputs=_MASK,
    params=(Param("padding", "int", 0, "The token that stands for none.", on_card="name"),),
    forward="{input} != {padding}",
    formula=r"M_{t} = (x_t \neq \mathrm{padding})",
    keywords="attention mask pad token key ragged",
    glyph="▥",
)

LENGTH_MASK = NodeType(
    "LengthMask",
    "Attention",
    "True up to where each sample of a batch goes, by its length.",
    inputs=(
        Port("lengths", "int", dims="N", summary="How long each sample is."),
        Port("like", "any", dims="N T *", summary="The samples, padded to one length."),
    ),
    outputs=_MASK,
    forward="torch.arange({like}.shape[1], device={like}.device) < {lengths}[:, None]",
    formula=r"M_{n,t} = (t < \mathrm{length}_n)",
    keywords="padding mask lengths ragged variable sequence attention",
    glyph="▤",
)


def _agree(values: Values, shapes: Shapes) -> Iterator[Problem]:
    masks = shapes["inputs"]
    for number, mask in enumerate(masks):
        for before in range(number):
            if not broadcasts(masks[before], mask):
                text = f"{{node}}: {{source{before}}} is {{shape{before}}} but {{source{number}}}"
                text = f"{text} is {{shape{number}}}; both must have the same sizes, or 1"
                yield Problem("shapes-differ", text, "inputs")
                return


LOGICAL = NodeType(
    "Logical",
    "Combine",
    "Joins masks: true where all are, where any is, or where one is without the other.",
    inputs=(Port("inputs", "bool", many=True, summary="Two or more."),),
    outputs=_MASK,
    params=(
        Param(
            "relation",
            "choice",
            "and",
            "and: all; or: any; xor: an odd number of them.",
            choices=("and", "or", "xor"),
            on_card="value",
        ),
    ),
    forward=lambda values, shapes: {"and": "{inputs:&}", "or": "{inputs:|}", "xor": "{inputs:^}"}[
        values["relation"]
    ],
    check=_agree,
    keywords="and or xor combine masks boolean intersection union",
    glyph="∧",
)

NOT = NodeType(
    "Not",
    "Combine",
    "True where a mask is false.",
    inputs=(Port("input", "bool"),),
    outputs=_MASK,
    forward="~{input}",
    formula=r"y = \neg x",
    keywords="invert negate mask complement boolean",
    glyph="¬",
    short="negated",
)


def _classes(values: Values, shapes: Shapes) -> Iterator[Problem]:
    known, classes = values["limits"]["input"], values["num_classes"]
    if known is not None and known > classes:
        text = f"{{node}} has {classes} classes, but {{input}} holds {known} different ones"
        yield Problem("classes", text, "input", fixes=(set_to("num_classes", known),))


ONE_HOT = NodeType(
    "OneHot",
    "Embedding",
    "Each whole number as a row of zeros with a one at its place.",
    inputs=(Port("input", "int"),),
    params=(Param("num_classes", "int", 10, "Different numbers, from 0.", low=1, on_card="value"),),
    cuts=True,
    forward="F.one_hot({input}, {num_classes}).float()",
    check=_classes,
    formula=r"y_i = 1\ \mathrm{if}\ i = x\mathrm{,\ else}\ 0",
    keywords="categorical class label dummy indicator",
    glyph="01",
)

POSITIONS = NodeType(
    "Positions",
    "Embedding",
    "The places along a dimension: 0, 1, 2 and so on.",
    inputs=INPUT,
    outputs=(Port("output", "int"),),
    params=(dim_param("The dimension that is counted."),),
    forward="torch.arange({input}.shape[{dim}], device={input}.device)",
    check=dim_exists,
    formula=r"y_t = t",
    keywords="arange range index count embedding gpt",
    glyph="012",
)

"""Attention whose heads share keys and values, or have widths of their own."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.initialise import INITIALISER
from nodes.tensors.fitting import broadcasts


def _forward(values: Values, shapes: Shapes) -> str:
    context = ", {context}" if shapes.get("context") else ""
    mask = ", mask={mask}" if shapes.get("mask") else ""
    return f"{{layer}}({{input}}{context}{mask})"


def _fits(values: Values, shapes: Shapes) -> Iterator[Problem]:
    (asking,), heads, groups = shapes["input"], values["num_heads"], values["groups"]
    answering = shapes["context"][0] if shapes.get("context") else asking
    if heads % groups:
        best = max(g for g in range(1, groups) if heads % g == 0)
        fix = (f"Set groups to {best}", (Change("set", "groups", best),))
        text = f"{{node}}: groups ({groups}) must divide num_heads ({heads})"
        yield Problem("groups", text, fixes=(fix,))
    if values["head_dim"] is None and asking[-1] % heads:
        width = max(asking[-1] // heads, 1)
        fix = (f"Set head_dim to {width}", (Change("set", "head_dim", width),))
        text = f"{{node}}: num_heads ({heads}) must divide the {asking[-1]} features of {{input}}"
        yield Problem("num-heads", f"{text}, or head_dim be given", "input", fixes=(fix,))
    if answering[0] != asking[0]:
        text = "{node}: input and context must hold the same number of samples"
        yield Problem("batch", text, "context")
    if shapes.get("mask"):
        yield from _masked(values, shapes["mask"][0], asking, answering)


def _masked(
    values: Values, mask: tuple[int, ...], asking: tuple[int, ...], answering: tuple[int, ...]
) -> Iterator[Problem]:
    scores = (asking[0], values["num_heads"], asking[1], answering[1])
    whole = (mask[0], 1, *mask[1:]) if len(mask) == 3 else mask
    if len(mask) > 4 or not broadcasts(whole, scores):
        text = "{node}: {mask} is {shape:mask}, but a mask is T×S, N×T×S or N×heads×T×S, here with"
        sizes = f"{scores[2]} positions that ask and {scores[3]} that answer"
        yield Problem("mask", f"{text} {sizes}", "mask")
    elif values["causal"]:
        fix = ("Set causal to false", (Change("set", "causal", False),))
        text = "{node} is causal already: join a causal mask to {mask} instead"
        yield Problem("mask", text, "mask", fixes=(fix,))


GROUPED_QUERY_ATTENTION = NodeType(
    "GroupedQueryAttention",
    "Attention",
    "Attention with a mask, widths of its own, and heads that share keys and values in groups "
    "(2023).",
    inputs=(
        Port("input", dims="N T C", summary="Asks: queries, and all else if context is free."),
        Port("context", dims="N S C", optional=True, summary="Answers: keys and values."),
        Port(
            "mask",
            "any",
            dims="* T S",
            optional=True,
            summary="True where a position may look, or numbers to add to the scores: T×S, N×T×S "
            "or N×heads×T×S; a mask of padding, N×S, needs an Unsqueeze.",
        ),
    ),
    params=(
        Param(
            "num_heads",
            "int",
            4,
            "Heads, each with queries of its own.",
            low=1,
            always=True,
            on_card="count",
            short="heads",
        ),
        Param(
            "groups",
            "int",
            2,
            "Heads that have keys and values of their own; 1: all share, as many as heads: none.",
            low=1,
            always=True,
            on_card="count",
        ),
        Param(
            "head_dim",
            "int",
            None,
            "Features of a query; empty: all features divided by heads.",
            low=1,
            optional=True,
        ),
        Param(
            "value_dim",
            "int",
            None,
            "Features of a value; empty: as many as of a query.",
            low=1,
            optional=True,
            advanced=True,
        ),
        Param("causal", "bool", False, "Positions see only themselves and earlier ones."),
        Param("bias", "bool", True, "Add learned offsets in the projections.", advanced=True),
        *INITIALISER,
    ),
    layer="nodes.modules.grouped_attention.GroupedQueryAttention",
    arguments=(
        *("embed_dim", "num_heads", "groups", "context_dim"),
        *("head_dim", "value_dim", "causal", "bias"),
    ),
    positional=3,
    inferred={"embed_dim": ("input", -1), "context_dim": ("context", -1)},
    forward=_forward,
    weights=("query.weight", "key.weight", "value.weight", "output.weight"),
    biases=("query.bias", "key.bias", "value.bias", "output.bias"),
    check=_fits,
    examples=({"num_heads": 2}, {"groups": 1}, {"head_dim": 3, "value_dim": 5}),
    formula=(
        r"y = W_O\,[h_1, \ldots, h_n] \\ h_i = \mathrm{softmax}\left(\frac{Q_i "
        r"K_{g(i)}^\mathsf{T}}{\sqrt{d}}\right) V_{g(i)}"
    ),
    paper="https://arxiv.org/abs/2305.13245",
    keywords="gqa mqa multi query multi head self cross transformer llama cache masked width",
    glyph="gqa",
    short="attention",
)

"""Attention without weights of its own."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.tensors.fitting import broadcasts, set_to


def _attend(values: Values, shapes: Shapes) -> str:
    more = ", attn_mask={mask}" if shapes.get("mask") else ""
    more += ", is_causal=True" if values["causal"] else ""
    return f"F.scaled_dot_product_attention({{query}}, {{key}}, {{value}}{more})"


def _fits(values: Values, shapes: Shapes) -> Iterator[Problem]:
    (query,), (key,), (value,) = (shapes[name] for name in ("query", "key", "value"))
    if query[-1] != key[-1]:
        text = "{node}: {query} is {shape:query} but {key} is {shape:key}; queries and keys must"
        yield Problem("features", f"{text} have as many features", "key")
    elif key[-2] != value[-2]:
        text = "{node}: {key} is {shape:key} but {value} is {shape:value}; each key needs a value"
        yield Problem("length", text, "value")
    elif not (query[:-2] == key[:-2] == value[:-2]):
        text = "{node}: {query} is {shape:query}, {key} {shape:key} and {value} {shape:value}; the"
        yield Problem("shapes-differ", f"{text} sizes before the last two must agree", "key")
    elif shapes.get("mask"):
        yield from _masked(values, shapes["mask"][0], (*query[:-1], key[-2]))


def _masked(values: Values, mask: tuple[int, ...], scores: tuple[int, ...]) -> Iterator[Problem]:
    if len(mask) > len(scores) or not broadcasts(mask, scores):
        fixes = []
        if len(mask) < len(scores) and broadcasts((mask[0], 1, *mask[1:]), scores):
            added = Change("insert", type="Unsqueeze", params={"dim": 1}, port="mask")
            fixes.append(("Insert Unsqueeze after {mask}", (added,)))
        wanted = "×".join(map(str, scores[-2:]))
        text = f"{{node}}: {{mask}} is {{shape:mask}}, but must fit the scores, …×{wanted}"
        yield Problem("mask", text, "mask", fixes=tuple(fixes))
    elif values["causal"]:
        text = "{node} is causal already: join a causal mask to {mask} instead"
        yield Problem("mask", text, "mask", fixes=(set_to("causal", False),))


SCALED_DOT_PRODUCT_ATTENTION = NodeType(
    "ScaledDotProductAttention",
    "Attention",
    "Each query gathers the values whose keys it is most like: softmax(QKᵀ / √C) V (2017).",
    inputs=(
        Port("query", dims="N * T C", summary="What asks; heads may stand before positions."),
        Port("key", dims="N * S C", summary="What is asked."),
        Port("value", dims="N * S C", summary="What is gathered."),
        Port(
            "mask",
            "any",
            optional=True,
            dims="* T S",
            summary="True where a query may look; or numbers to add to the scores.",
        ),
    ),
    params=(Param("causal", "bool", False, "Positions see only themselves and earlier ones."),),
    forward=_attend,
    check=_fits,
    formula=r"y = \mathrm{softmax}\left(\frac{Q K^\mathsf{T}}{\sqrt{d}}\right) V",
    paper="https://arxiv.org/abs/1706.03762",
    keywords="softmax qkv query key value transformer flash self cross sdpa",
    glyph="qkv",
    short="attention",
)

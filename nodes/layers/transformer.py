"""The parts of the transformer, and the whole of it, as torch has them."""

from collections.abc import Iterable
from typing import Any

from nodes.checks import all_of, heads_divide, same_batch, same_features
from nodes.declare import NodeType, Param, Port, Shapes, Values
from nodes.torch_layers import torch_layer

_INPUT = Port("input", dims="N T C", summary="A vector for each position.")
_MEMORY = Port("memory", dims="N S C", summary="What an encoder made of the source.")
_GAPS = "True where there is nothing, so that nobody looks there."
_PADDING = Port("padding", "bool", dims="N T", optional=True, summary=_GAPS)
_MEMORY_PADDING = Port("memory_padding", "bool", dims="N S", optional=True, summary=_GAPS)
_WORDS = "transformer attention block vaswani feed-forward"


def _causal(start: bool) -> Param:
    return Param("causal", "bool", start, "Positions see only themselves and earlier ones.")


def _later(port: str) -> str:
    """A mask of what lies after each position."""
    size = f"{{{port}}}.shape[1]"
    return f"{{{port}}}.new_ones({size}, {size}).triu(1).bool()"


def _call(ports: Iterable[str], masks: Iterable[tuple[str, str]]) -> str:
    every = [f"{{{port}}}" for port in ports] + [f"{name}={mask}" for name, mask in masks]
    return f"{{layer}}({', '.join(every)})"


def _masks(
    values: Values, shapes: Shapes, causal: tuple[str, str], padding: dict[str, str]
) -> list[tuple[str, str]]:
    """Arguments that mask: what is later, and the ports that are wired."""
    masks = []
    if values["causal"]:
        name, port = causal
        told = "is_causal" if name in ("mask", "src_mask") else "tgt_is_causal"
        masks = [(name, _later(port)), (told, "True")]
    return masks + [(arg, f"{{{port}}}") for arg, port in padding.items() if shapes.get(port)]


def _encode(values: Values, shapes: Shapes) -> str:
    padding = {"src_key_padding_mask": "padding"}
    return _call(["input"], _masks(values, shapes, ("src_mask", "input"), padding))


def _encode_all(values: Values, shapes: Shapes) -> str:
    padding = {"src_key_padding_mask": "padding"}
    return _call(["input"], _masks(values, shapes, ("mask", "input"), padding))


def _decode(values: Values, shapes: Shapes) -> str:
    padding = {
        "tgt_key_padding_mask": "padding",
        "memory_key_padding_mask": "memory_padding",
    }
    return _call(["input", "memory"], _masks(values, shapes, ("tgt_mask", "input"), padding))


def _translate(values: Values, shapes: Shapes) -> str:
    return _call(["source", "target"], _masks(values, shapes, ("tgt_mask", "target"), {}))


_SIZES: dict[str, Any] = {
    "inferred": {"d_model": ("input", -1)},
    "fixed": {"batch_first": True},
    "examples": ({"nhead": 2},),
    "glyph": "Tr",
}
_PART: dict[str, Any] = {
    **_SIZES,
    "positional": 2,
    "params": {"bias": {"summary": "Learn offsets.", "advanced": True}},
}
_ENCODER = (_INPUT, _PADDING)
_DECODER = (_INPUT, _MEMORY, _PADDING, _MEMORY_PADDING)
_FITS = heads_divide("nhead", "input")
_DECODES = all_of(_FITS, same_features("input", "memory"), same_batch("input", ["memory"]))

ENCODER_LAYER = torch_layer(
    "TransformerEncoderLayer",
    "Attention",
    "Self-attention and two linear layers, each with a skip and a norm (Vaswani et al. 2017).",
    inputs=_ENCODER,
    more=(_causal(False),),
    forward=_encode,
    check=_FITS,
    formula=(
        r"h = \mathrm{LN}(x + \mathrm{Attention}(x)), \quad y = \mathrm{LN}(h + \mathrm{MLP}(h))"
    ),
    paper="https://arxiv.org/abs/1706.03762",
    keywords=f"{_WORDS} encoder bert vit",
    short="encoder",
    **_PART,
)

DECODER_LAYER = torch_layer(
    "TransformerDecoderLayer",
    "Attention",
    "Self-attention, attention to a memory, and two linear layers, each with a skip and a norm.",
    inputs=_DECODER,
    more=(_causal(True),),
    forward=_decode,
    check=_DECODES,
    formula=(
        r"h = \mathrm{LN}(x + \mathrm{Attention}(x)) \\ "
        r"h' = \mathrm{LN}(h + \mathrm{Attention}(h, \mathrm{memory})) \\ "
        r"y = \mathrm{LN}(h' + \mathrm{MLP}(h'))"
    ),
    paper="https://arxiv.org/abs/1706.03762",
    keywords=f"{_WORDS} decoder cross translation",
    short="decoder",
    **_PART,
)

TRANSFORMER = torch_layer(
    "Transformer",
    "Attention",
    "Encoder and decoder: from one sequence to another (Vaswani et al. 2017).",
    inputs=(
        Port("source", dims="N S C", summary="What is read."),
        Port("target", dims="N T C", summary="What is written so far."),
    ),
    without=("custom_encoder", "custom_decoder"),
    more=(_causal(True),),
    forward=_translate,
    check=all_of(
        heads_divide("nhead", "source"),
        same_features("source", "target"),
        same_batch("source", ["target"]),
    ),
    formula=r"y = \mathrm{Decoder}(\mathrm{target},\ \mathrm{Encoder}(\mathrm{source}))",
    paper="https://arxiv.org/abs/1706.03762",
    keywords=f"{_WORDS} encoder decoder translation sequence",
    short="transformer",
    **{
        **_SIZES,
        "inferred": {"d_model": ("source", -1)},
        "positional": 2,
        "params": {
            "bias": {"summary": "Learn offsets.", "advanced": True},
            "num_encoder_layers": {
                "default": 2,
                "summary": "Layers that read.",
                "low": 1,
                "always": True,
            },
            "num_decoder_layers": {
                "default": 2,
                "summary": "Layers that write.",
                "low": 1,
                "always": True,
            },
        },
    },
)


def _stack(name: str, layer: NodeType, summary: str, **facts: Any) -> NodeType:
    depth = Param(
        "num_layers",
        "int",
        2,
        "Layers stacked on each other.",
        low=1,
        always=True,
        on_card="count",
        short="layers",
    )
    norm = Param("final_norm", "bool", True, "Normalise after the last layer.", advanced=True)
    own = tuple(param for param in layer.params if param.name not in ("causal", "d_model"))
    return NodeType(
        name,
        "Attention",
        summary,
        inputs=layer.inputs,
        params=(depth, *own, norm, *(p for p in layer.params if p.name == "causal")),
        layer=f"nodes.modules.transformer.{name}Stack",
        arguments=("d_model", "nhead", "num_layers", *(p.name for p in own[1:]), "final_norm"),
        positional=3,
        inferred={"d_model": ("input", -1)},
        check=layer.check,
        examples=({"nhead": 2},),
        paper=layer.paper,
        glyph="Tr",
        **facts,
    )


ENCODER = _stack(
    "TransformerEncoder",
    ENCODER_LAYER,
    "A stack of encoder layers with weights of their own.",
    forward=_encode_all,
    keywords=f"{_WORDS} encoder stack bert vit",
    short="encoder",
)

DECODER = _stack(
    "TransformerDecoder",
    DECODER_LAYER,
    "A stack of decoder layers with weights of their own.",
    forward=_decode,
    keywords=f"{_WORDS} decoder stack cross translation",
    short="decoder",
)


def _attend(values: Values, shapes: Shapes) -> str:
    arguments = ["{query}", "{key}", "{value}"]
    if shapes.get("padding"):
        arguments.append("key_padding_mask={padding}")
    if values["need_weights"]:
        return f"{{layer}}({', '.join(arguments)})"
    return f"{{layer}}({', '.join(arguments)}, need_weights=False)[0]"


KEY_VALUE_ATTENTION = torch_layer(
    "MultiheadAttention",
    "Attention",
    "Queries gather values by keys of their own wiring, and the weights can be had.",
    called="KeyValueAttention",
    inputs=(
        Port("query", dims="N T C", summary="Who asks."),
        Port("key", dims="N S C", summary="What is compared with the queries."),
        Port("value", dims="N S C", summary="What is gathered; as many as keys."),
        Port("padding", "bool", dims="N S", optional=True, summary=_GAPS),
    ),
    outputs=(
        Port("output"),
        Port("weights", summary="N×T×S, a mean over heads.", when=("need_weights", (True,))),
    ),
    targets="{output}, {weights}",
    inferred={"embed_dim": ("query", -1), "kdim": ("key", -1), "vdim": ("value", -1)},
    fixed={"batch_first": True},
    params={
        "num_heads": {
            "kind": "int",
            "default": 4,
            "summary": "Heads; must divide the features of the queries.",
            "low": 1,
            "on_card": "count",
            "short": "heads",
        },
        "dropout": {"summary": "Probability of dropping an attention weight."},
        "bias": {"summary": "Add learned offsets in the projections.", "advanced": True},
        "add_bias_kv": {"summary": "Add a learned key and value to all.", "advanced": True},
        "add_zero_attn": {"summary": "Add a key and value of zeros to all.", "advanced": True},
    },
    more=(Param("need_weights", "bool", False, "Give the attention weights too."),),
    forward=_attend,
    check=all_of(heads_divide("num_heads", "query"), same_batch("query", ["key", "value"])),
    examples=({"num_heads": 2},),
    formula=(
        r"y = W_O\,[h_1, \ldots, h_n], \quad h_i = \mathrm{softmax}\left(\frac{Q_i "
        r"K_i^\mathsf{T}}{\sqrt{d}}\right) V_i"
    ),
    paper="https://arxiv.org/abs/1706.03762",
    keywords="multihead multi-head cross attention weights transformer qkv",
    glyph="QKV",
    short="attention",
)

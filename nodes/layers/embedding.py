"""Embeddings: of tokens, of positions, of image patches."""

from collections.abc import Iterator

from nodes.declare import NETWORKS, Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.initialise import INITIALISER
from nodes.torch_layers import torch_layer


def _vocabulary(values: Values, shapes: Shapes) -> Iterator[Problem]:
    tokens, known = values["limits"]["input"], values["num_embeddings"]
    if tokens is not None and tokens > known:
        yield Problem(
            "vocabulary",
            f"{{node}} knows {known} tokens, but {{input}} holds {tokens} different ones",
            "input",
            fixes=(
                (f"Set num_embeddings to {tokens}", (Change("set", "num_embeddings", tokens),)),
            ),
        )


_TABLE = {
    "num_embeddings": {
        "default": 100,
        "summary": "Number of different tokens.",
        "low": 1,
        "unit": "tokens",
    },
    "embedding_dim": {
        "default": 64,
        "summary": "Length of the vectors.",
        "low": 1,
        "unit": "features",
    },
}

EMBEDDING = torch_layer(
    "Embedding",
    "Embedding",
    "A learned vector for each token.",
    inputs=(Port("input", "int", "*", summary="Token numbers."),),
    without=("max_norm", "norm_type", "scale_grad_by_freq"),
    params={
        **_TABLE,
        "padding_idx": {
            "summary": "The token that stays zero; empty: none.",
            "advanced": True,
        },
    },
    more=INITIALISER,
    check=_vocabulary,
    weights=("weight",),
    examples=({"num_embeddings": 7},),
    formula=r"y_t = E_{x_t}",
    paper="https://arxiv.org/abs/1301.3781",
    keywords="token vocabulary lookup word",
    everyday=True,
    glyph="em",
)

EMBEDDING_BAG = torch_layer(
    "EmbeddingBag",
    "Embedding",
    "The mean, sum or maximum of the learned vectors of all tokens of a text.",
    inputs=(Port("input", "int", "N T", summary="Token numbers of each text."),),
    boards=NETWORKS,
    without=("max_norm", "norm_type", "scale_grad_by_freq", "include_last_offset"),
    params={
        **_TABLE,
        "mode": {
            "kind": "choice",
            "choices": ("mean", "sum", "max"),
            "summary": "What becomes of the vectors of one text.",
        },
        "padding_idx": {"summary": "The token that does not count; empty: none.", "advanced": True},
    },
    more=INITIALISER,
    check=_vocabulary,
    weights=("weight",),
    examples=({"num_embeddings": 7},),
    formula=r"y = \frac{1}{T}\sum_t E_{x_t}",
    paper="https://arxiv.org/abs/1607.01759",
    keywords="token vocabulary lookup word bag of words text average fasttext",
    glyph="bag",
    short="bag",
)


def _length(values: Values, shapes: Shapes) -> Iterator[Problem]:
    length, limit = shapes["input"][0][1], values["max_length"]
    if length > limit:
        yield Problem(
            "max-length",
            f"{{node}}: {{input}} is {length} positions long, more than max_length ({limit})",
            "input",
            fixes=((f"Set max_length to {length}", (Change("set", "max_length", length),)),),
        )


LEARNED_POSITION = NodeType(
    "LearnedPosition",
    "Embedding",
    "Adds a learned vector for each position.",
    inputs=(Port("input", dims="N T C"),),
    params=(
        Param("max_length", "int", 256, "Longest sequence.", low=1, unit="positions", always=True),
        *INITIALISER,
    ),
    layer="nodes.modules.position.LearnedPosition",
    arguments=("max_length", "embed_dim"),
    longest="max_length",
    positional=2,
    inferred={"embed_dim": ("input", -1)},
    weights=("weight",),
    check=_length,
    examples=({"max_length": 40},),
    formula=r"y_t = x_t + p_t, \quad p\ \mathrm{learned}",
    paper="https://arxiv.org/abs/1705.03122",
    keywords="position transformer",
    glyph="pos",
    short="position",
)

SINUSOIDAL_POSITION = NodeType(
    "SinusoidalPosition",
    "Embedding",
    "Adds sines and cosines of the position (Vaswani et al. 2017).",
    inputs=(Port("input", dims="N T C"),),
    layer="nodes.modules.position.SinusoidalPosition",
    arguments=("embed_dim",),
    positional=1,
    inferred={"embed_dim": ("input", -1)},
    formula=(
        r"y_t = x_t + p_t \\ p_{t,2i} = \sin(t / 10000^{2i/d}), \quad p_{t,2i+1} = \cos(t / "
        r"10000^{2i/d})"
    ),
    paper="https://arxiv.org/abs/1706.03762",
    keywords="position transformer encoding",
    glyph="∿",
    short="position",
)


def _patches(values: Values, shapes: Shapes) -> Iterator[Problem]:
    height, width = shapes["input"][0][2:]
    size = values["patch_size"]
    if height % size or width % size:
        fits = [s for s in range(1, min(height, width) + 1) if not height % s and not width % s]
        best = min(fits, key=lambda s: abs(s - size))
        yield Problem(
            "patch-size",
            f"{{node}}: patch_size ({size}) must divide the image's {height}×{width} pixels",
            "input",
            fixes=((f"Set patch_size to {best}", (Change("set", "patch_size", best),)),),
        )


PATCH_EMBEDDING = NodeType(
    "PatchEmbedding",
    "Embedding",
    "Cuts an image into patches and makes each a vector (ViT, 2020).",
    inputs=(Port("input", dims="N C H W"),),
    params=(
        Param("embed_dim", "int", 64, "Length of the vectors.", low=1, unit="features"),
        Param(
            "patch_size",
            "int",
            4,
            "Height and width of a patch.",
            low=1,
            unit="pixels",
            always=True,
        ),
        Param(
            "class_token", "bool", False, "Put a learned token in front, to read the answer from."
        ),
        *INITIALISER,
    ),
    layer="nodes.modules.patches.PatchEmbedding",
    arguments=("in_channels", "embed_dim", "patch_size", "class_token"),
    positional=2,
    inferred={"in_channels": ("input", 1)},
    weights=("projection.weight",),
    biases=("projection.bias",),
    check=_patches,
    examples=({"patch_size": 2},),
    formula=r"y_k = W\,\mathrm{patch}_k(x) + b",
    paper="https://arxiv.org/abs/2010.11929",
    keywords="vit vision transformer tokens",
    glyph="▦",
    short="patches",
)

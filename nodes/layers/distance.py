"""How near two tensors are to each other."""

from collections.abc import Iterator

from nodes.declare import Change, Port, Problem, Shapes, Values
from nodes.torch_layers import torch_layer

_PAIR = (Port("x1"), Port("x2"))


def _alike(values: Values, shapes: Shapes) -> Iterator[Problem]:
    if shapes["x1"][0] != shapes["x2"][0]:
        text = "{node}: x1 is {shape}, but x2 is {shape:x2}; they must agree"
        yield Problem("shapes-differ", text, "x1")
        return
    dims = len(shapes["x1"][0])
    if "dim" in values and not -dims <= values["dim"] < dims:
        fix = ("Set dim to -1", (Change("set", "dim", -1),))
        text = f"{{node}}: dim ({values['dim']}) must be one of the {dims} dimensions of {{x1}}"
        yield Problem("dim", text, "x1", fixes=(fix,))


COSINE_SIMILARITY = torch_layer(
    "CosineSimilarity",
    "Combine",
    "The cosine of the angle between vectors: 1 for the same direction, −1 for opposite ones.",
    inputs=_PAIR,
    params={
        "dim": {"summary": "The dimension along which vectors lie.", "on_card": "name"},
        "eps": {"summary": "Smallest length that is divided by."},
    },
    check=_alike,
    examples=({"dim": -1},),
    formula=r"y = \frac{x_1 \cdot x_2}{\max(\|x_1\|\,\|x_2\|, \varepsilon)}",
    keywords="distance similarity angle compare embedding retrieval siamese",
    glyph="cos",
    short="cosine",
)

PAIRWISE_DISTANCE = torch_layer(
    "PairwiseDistance",
    "Combine",
    "How far vectors in the last dimension are apart.",
    inputs=_PAIR,
    params={
        "p": {"summary": "Norm: 2 is the straight line, 1 sums up.", "low": 0.0, "high": None},
        "eps": {"summary": "Added to differences, so that the gradient exists at zero."},
        "keepdim": {"summary": "Keep the last dimension, as 1.", "advanced": True},
    },
    check=_alike,
    formula=r"y = \|x_1 - x_2 + \varepsilon\|_p",
    keywords="distance euclidean manhattan norm compare embedding siamese triplet",
    glyph="↔",
    short="distance",
)

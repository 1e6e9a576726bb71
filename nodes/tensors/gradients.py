"""Where gradients stop, where they begin, and gradients as values."""

from collections.abc import Mapping

from nodes.declare import TRAINING, NodeType, Port, Shapes, Values


def _like_by(values: Values, shapes: Shapes) -> Mapping[str, tuple[int | str, ...]]:
    return {"output": shapes["by"][0]}


DETACH = NodeType(
    "Detach",
    "Gradients",
    "The same values, but no gradient goes back from here.",
    inputs=(Port("input", "any"),),
    outputs=(Port("output", "any"),),
    boards=TRAINING,
    cuts=True,
    forward="{input}.detach()",
    formula=r"y = x, \quad \frac{\partial y}{\partial x} = 0",
    keywords="stop gradient constant",
    glyph="✂",
)

REQUIRES_GRAD = NodeType(
    "RequiresGrad",
    "Gradients",
    "The same values as a beginning of their own, by which Gradient can differentiate.",
    inputs=(Port("input"),),
    boards=TRAINING,
    cuts=True,
    forward="{input}.detach().requires_grad_()",
    keywords="gradient penalty leaf",
    glyph="∂",
)

GRADIENT = NodeType(
    "Gradient",
    "Gradients",
    "The gradient of one value by another: `by` needs a RequiresGrad before it.",
    inputs=(
        Port("of", "any", summary="Summed up, if it is not one number."),
        Port("by", summary="What it is differentiated by."),
    ),
    boards=TRAINING,
    differentiates=True,
    infer=_like_by,
    forward="torch.autograd.grad({of}.sum(), {by}, create_graph=True)[0]",
    formula=r"y = \frac{\partial\,\sum f}{\partial x}",
    paper="https://arxiv.org/abs/1704.00028",
    keywords="derivative gradient penalty wgan jacobian",
    glyph="∂/∂",
)

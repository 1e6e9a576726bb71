"""A formula over tensors: as many inputs as it has names."""

from nodes.declare import NodeType, Param, Port, Shapes, Values
from nodes.formula import Formula


def _forward(values: Values, shapes: Shapes) -> str:
    return Formula(values["formula"]).template


EXPRESSION = NodeType(
    "Expression",
    "Combine",
    "Computes a formula, element by element; its names are the inputs.",
    inputs=(Port("input", "any"),),
    outputs=(Port("output", "any"),),
    params=(
        Param(
            "formula",
            "formula",
            "a * sigmoid(b)",
            "Names are inputs: a * sigmoid(b), mean(exp(x) - 1), softmax(q, -1), tokens != 0.",
            on_card="value",
            gives="inputs",
        ),
    ),
    forward=_forward,
    examples=({"formula": "2 - exp(x)"}, {"formula": "(a - mean(b)) ** 2 / 3"}),
    keywords="formula math calculate arithmetic gate",
    glyph="ƒx",
)

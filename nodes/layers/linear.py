"""Fully connected layers, and the one that does nothing."""

from collections.abc import Iterator

from nodes.declare import Change, Param, Port, Problem, Shapes, Values
from nodes.initialise import INITIALISER
from nodes.torch_layers import torch_layer


def _image(values: Values, shapes: Shapes) -> Iterator[Problem]:
    shape = shapes["input"][0]
    if len(shape) > 3 and not values["per_position"]:
        total = 1
        for size in shape[1:]:
            total *= size
        yield Problem(
            "linear-on-image",
            f"{{node}} reads only the last size ({shape[-1]}) of {{input}}, which is {{shape}}: "
            f"flatten it to feed all {total:,} values",
            "input",
            fixes=(
                ("Insert Flatten", (Change("insert", type="Flatten", port="input"),)),
                ("Apply to every position", (Change("set", "per_position", True),)),
            ),
        )


def _same_positions(values: Values, shapes: Shapes) -> Iterator[Problem]:
    if shapes["input1"][0][:-1] != shapes["input2"][0][:-1]:
        text = "{node}: input1 is {shape}, input2 {shape:input2}; all but the last size must agree"
        yield Problem("shapes-differ", text, "input1")


LINEAR = torch_layer(
    "Linear",
    "Linear",
    "Fully connected: every output is a weighted sum of the last dimension.",
    inputs=(Port("input", dims="* C"),),
    inferred={"in_features": ("input", -1)},
    more=(
        Param(
            "per_position",
            "bool",
            False,
            "Images too: apply it at every position instead of asking for Flatten.",
            advanced=True,
        ),
        *INITIALISER,
    ),
    weights=("weight",),
    biases=("bias",),
    nature="linear",
    shared={"Embedding": "F.linear({input}, {layer}.weight)"},
    check=_image,
    formula=r"y = W x + b",
    keywords="dense fully connected fc head",
    everyday=True,
    glyph="fc",
)

IDENTITY = torch_layer(
    "Identity",
    "Linear",
    "Gives what comes in: a place to name, or to put a layer later.",
    inputs=(Port("input", "any"),),
    outputs=(Port("output", "any"),),
    rearranges=True,
    formula=r"y = x",
    keywords="nothing pass through placeholder skip",
    glyph="=",
)

BILINEAR = torch_layer(
    "Bilinear",
    "Linear",
    "Weighted sums of the products of two inputs' features.",
    inputs=(Port("input1", dims="* C"), Port("input2", dims="* C")),
    inferred={"in1_features": ("input1", -1), "in2_features": ("input2", -1)},
    more=INITIALISER,
    weights=("weight",),
    biases=("bias",),
    check=_same_positions,
    formula=r"y_k = x_1^\mathsf{T}\,W_k\,x_2 + b_k",
    keywords="product interaction pair dense",
    glyph="x·y",
)

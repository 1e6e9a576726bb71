"""The fully connected layer."""

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.initialise import INITIALISER


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


LINEAR = NodeType(
    "Linear",
    "Linear",
    "Fully connected: every output is a weighted sum of the last dimension.",
    inputs=(Port("input", dims="* C"),),
    params=(
        Param(
            "out_features",
            "int",
            10,
            "Size of the last dimension that comes out.",
            low=1,
            unit="features",
        ),
        Param("bias", "bool", True, "Add a learned offset to every output.", on_card="never"),
        Param(
            "per_position",
            "bool",
            False,
            "Images too: apply it at every position instead of asking for Flatten.",
            advanced=True,
        ),
        *INITIALISER,
    ),
    layer="torch.nn.Linear",
    arguments=("in_features", "out_features", "bias"),
    positional=2,
    inferred={"in_features": ("input", -1)},
    weights=("weight",),
    biases=("bias",),
    shared={"Embedding": "F.linear({input}, {layer}.weight)"},
    check=_image,
    keywords="dense fully connected fc head",
    glyph="fc",
)

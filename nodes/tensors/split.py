"""A tensor cut into pieces: as many outputs as pieces."""

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.tensors.fitting import dim_exists


def _forward(values: Values, shapes: Shapes) -> str:
    if isinstance(values["pieces"], tuple):
        return "{input}.split([{pieces}], {dim})"
    return "{input}.chunk({pieces}, {dim})"


def _fits(values: Values, shapes: Shapes) -> Iterator[Problem]:
    shape, dim, pieces = shapes["input"][0], values["dim"], values["pieces"]
    problems = list(dim_exists(values, shapes))
    if problems:
        yield from problems
        return
    size = shape[dim]
    if isinstance(pieces, tuple) and sum(pieces) != size:
        text = f"{{node}}: pieces add up to {sum(pieces)}, not to the {size} of dimension {dim}"
        yield Problem("pieces", f"{text} of {{input}}", "input")
    elif isinstance(pieces, int) and size % pieces:
        text = f"{{node}}: pieces ({pieces}) must divide the {size} of dimension {dim} of {{input}}"
        parts = (size // pieces,) * (pieces - 1)
        uneven = (*parts, size - sum(parts))
        fix = (f"Cut it into {', '.join(map(str, uneven))}", (Change("set", "pieces", uneven),))
        yield Problem("pieces", text, "input", fixes=(fix,) if size >= pieces else ())


SPLIT = NodeType(
    "Split",
    "Shape",
    "Cuts a tensor into pieces along a dimension.",
    inputs=(Port("input", "any"),),
    outputs=(Port("piece", "any"),),
    params=(
        Param(
            "pieces",
            "ints",
            2,
            "How many equal pieces, or the size of each such as 16, 48.",
            low=1,
            on_card="value",
            gives="outputs",
        ),
        Param("dim", "int", 1, "The dimension that is cut; 1 is channels.", on_card="name"),
    ),
    rearranges=True,
    forward=_forward,
    check=_fits,
    examples=({"pieces": (1, 3)}, {"pieces": 3, "dim": -1}, {"pieces": 1}),
    keywords="chunk divide heads unbind",
    glyph="✂",
)

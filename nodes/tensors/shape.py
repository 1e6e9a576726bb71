"""Operations that change a tensor's shape."""

from collections.abc import Iterator

from nodes.declare import NodeType, Param, Port, Problem, Shapes, Values


def _flatten(values: Values, shapes: Shapes) -> str:
    return (
        "{input}.flatten({start_dim})"
        if values["end_dim"] == -1
        else "{input}.flatten({start_dim}, {end_dim})"
    )


def _order(values: Values, shapes: Shapes) -> Iterator[Problem]:
    dims, order = len(shapes["input"][0]), values["order"]
    if sorted(order if isinstance(order, tuple) else (order,)) != list(range(dims)):
        every = ", ".join(map(str, range(dims)))
        yield Problem(
            "order",
            f"{{node}}: order must hold each of {every} once, as {{input}} is {{shape}}",
            "input",
        )


FLATTEN = NodeType(
    "Flatten",
    "Shape",
    "Joins dimensions into one; from 1 on, each sample becomes one row.",
    inputs=(Port("input", "any"),),
    outputs=(Port("output", "any"),),
    params=(
        Param("start_dim", "int", 1, "First dimension to join."),
        Param("end_dim", "int", -1, "Last dimension to join."),
    ),
    rearranges=True,
    forward=_flatten,
    examples=({"end_dim": 1},),
    keywords="vector view",
    everyday=True,
    glyph="▬",
)

RESHAPE = NodeType(
    "Reshape",
    "Shape",
    "The same values of each sample in another shape.",
    inputs=(Port("input", "any"),),
    outputs=(Port("output", "any"),),
    params=(
        Param(
            "shape", "ints", (-1,), "Sizes after the batch; one may be -1: what is left.", low=-1
        ),
    ),
    rearranges=True,
    forward="{input}.reshape({input}.shape[0], {shape})",
    examples=({"shape": (6, 4)}, {"shape": 24}, {"shape": (2, 3, -1)}),
    keywords="view unflatten",
    glyph="⬚",
)

PERMUTE = NodeType(
    "Permute",
    "Shape",
    "Puts dimensions in another order.",
    inputs=(Port("input", "any"),),
    outputs=(Port("output", "any"),),
    params=(
        Param(
            "order",
            "ints",
            (0, 2, 1),
            "Every dimension once, in the new order.",
            low=0,
            on_card="value",
        ),
    ),
    rearranges=True,
    forward="{input}.permute({order})",
    check=_order,
    examples=({"order": (2, 0, 1)},),
    keywords="transpose swap",
    glyph="⇄",
)

SELECT = NodeType(
    "Select",
    "Shape",
    "One entry along a dimension, such as the first token.",
    inputs=(Port("input", "any"),),
    outputs=(Port("output", "any"),),
    params=(
        Param("dim", "int", 1, "The dimension that goes away.", on_card="name"),
        Param("index", "int", 0, "Which entry; -1 is the last.", on_card="name"),
    ),
    rearranges=True,
    forward="{input}.select({dim}, {index})",
    examples=({"index": -1}, {"index": 2}),
    keywords="index slice token",
    glyph="[i]",
)

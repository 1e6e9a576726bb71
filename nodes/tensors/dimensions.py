"""Dimensions that are swapped, taken away, added or grown."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import NodeType, Param, Port, Problem, Shapes, Values
from nodes.tensors.fitting import INPUT, OUTPUT, dim_exists, dim_param, dims_exist, entries, set_to

_FROM_THE_LAST = "negative numbers count from the last."


def _both_exist(values: Values, shapes: Shapes) -> Iterator[Problem]:
    for name in ("dim0", "dim1"):
        yield from dims_exist(name, values[name], shapes["input"][0])


TRANSPOSE = NodeType(
    "Transpose",
    "Shape",
    "Swaps two dimensions.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(
        Param("dim0", "int", 1, f"One of them; {_FROM_THE_LAST}", on_card="value"),
        Param("dim1", "int", 2, f"The other; {_FROM_THE_LAST}", on_card="value"),
    ),
    rearranges=True,
    forward="{input}.transpose({dim0}, {dim1})",
    check=_both_exist,
    examples=({"dim0": -1, "dim1": -2},),
    keywords="swap permute matrix batch first sequence first swapaxes",
    glyph="⊤",
)


def _is_one(values: Values, shapes: Shapes) -> Iterator[Problem]:
    shape, dim = shapes["input"][0], values["dim"]
    problems = list(dim_exists(values, shapes))
    if not problems and shape[dim] != 1:
        text = f"{{node}}: dimension {dim} of {{input}} holds {shape[dim]} entries; only one of "
        ones = [place for place, size in enumerate(shape) if size == 1]
        fixes = tuple(set_to("dim", place) for place in ones[:2])
        problems.append(Problem("dim", f"{text}size 1 can be taken away", "input", fixes=fixes))
    yield from problems


SQUEEZE = NodeType(
    "Squeeze",
    "Shape",
    "Takes a dimension of size 1 away.",
    inputs=(Port("input", "any", dims="N 1 *"),),
    outputs=OUTPUT,
    params=(dim_param("The dimension that goes away."),),
    rearranges=True,
    forward="{input}.squeeze({dim})",
    check=_is_one,
    examples=({"dim": -1},),
    keywords="remove drop singleton",
    glyph="⊟",
)


def _is_a_place(values: Values, shapes: Shapes) -> Iterator[Problem]:
    dim, count = values["dim"], len(shapes["input"][0])
    if not -count - 1 <= dim <= count:
        text = f"{{node}}: dim ({dim}) must be from {-count - 1} to {count}, as {{input}} is"
        yield Problem("dim", f"{text} {{shape:input}}", "input", fixes=(set_to("dim", -1),))


UNSQUEEZE = NodeType(
    "Unsqueeze",
    "Shape",
    "Adds a dimension of size 1.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(dim_param("Where the new dimension stands."),),
    rearranges=True,
    forward="{input}.unsqueeze({dim})",
    check=_is_a_place,
    examples=({"dim": -1},),
    keywords="add insert axis singleton none newaxis channel",
    glyph="⊞",
)


def _factors(values: Values, shapes: Shapes) -> Iterator[Problem]:
    shape, dim, sizes = shapes["input"][0], values["dim"], entries(values["sizes"])
    problems = list(dim_exists(values, shapes))
    if problems:
        yield from problems
        return
    known = 1
    for size in sizes:
        known *= max(size, 1)
    free = sum(size == -1 for size in sizes)
    if free > 1 or 0 in sizes:
        yield Problem("sizes", "{node}: sizes are 1 or more, and one of them may be -1")
    elif shape[dim] % known if free else shape[dim] != known:
        text = f"{{node}}: sizes ({', '.join(map(str, sizes))}) do not come to the {shape[dim]}"
        fixes = []
        if len(sizes) > 1 and not free:
            rest = known // sizes[-1]
            if shape[dim] % rest == 0:
                fixes.append(set_to("sizes", (*sizes[:-1], shape[dim] // rest)))
        text = f"{text} of dimension {dim} of {{input}}"
        yield Problem("sizes", text, "input", fixes=tuple(fixes))


def _unflatten(values: Values, shapes: Shapes) -> str:
    comma = "," if len(entries(values["sizes"])) == 1 else ""
    return f"{{input}}.unflatten({{dim}}, ({{sizes}}{comma}))"


UNFLATTEN = NodeType(
    "Unflatten",
    "Shape",
    "Divides one dimension into several, such as features into heads.",
    inputs=(Port("input", "any", dims="N * C"),),
    outputs=OUTPUT,
    params=(
        dim_param("The dimension that is divided.", -1),
        Param("sizes", "ints", (2, -1), "Sizes; one may be -1: what is left.", low=-1),
    ),
    rearranges=True,
    forward=_unflatten,
    check=_factors,
    examples=({"sizes": (4, 2)}, {"dim": 1}),
    keywords="split heads groups reshape view",
    glyph="◫",
)


def _expand(values: Values, shapes: Shapes) -> str:
    if shapes.get("like") and values["samples"]:
        kept = ", -1" * (len(shapes["input"][0]) - 1)
        return f"{{input}}.expand({{like}}.shape[0]{kept})"
    return "{input}.expand_as({like})" if shapes.get("like") else "{input}.expand({sizes})"


def _stretches(values: Values, shapes: Shapes) -> Iterator[Problem]:
    shape = shapes["input"][0]
    if shapes.get("like") and values["samples"]:
        goal, port = (*shapes["like"][0][:1], *shape[1:]), "like"
    elif shapes.get("like"):
        goal, port = shapes["like"][0], "like"
    else:
        goal, port = entries(values["sizes"]), "input"
    if len(goal) < len(shape):
        text = f"{{node}}: {{input}} has {len(shape)} dimensions, more than the {len(goal)} wanted"
        yield Problem("sizes", text, port)
        return
    first = len(goal) - len(shape)
    for dim, size in enumerate(shape):
        wanted = goal[first + dim]
        if wanted not in (-1, size) and size != 1:
            text = f"{{node}}: dimension {dim} of {{input}} holds {size} entries; only one of size"
            yield Problem("sizes", f"{text} 1 can become {wanted}", port)
            return
    if -1 in goal[:first]:
        text = "{node}: sizes of new dimensions must be told; -1 is for those of {input}"
        yield Problem("sizes", text, port)


EXPAND = NodeType(
    "Expand",
    "Shape",
    "Stretches dimensions of size 1 without copying, or to the shape of another tensor.",
    inputs=(
        Port("input", "any", dims="N 1 *"),
        Port("like", "any", optional=True, dims="N 1 *", summary="Gives the shape instead."),
    ),
    outputs=OUTPUT,
    params=(
        Param(
            "sizes",
            "ints",
            (-1, 4),
            "Sizes of all dimensions; -1 stays as it is.",
            low=-1,
            on_card="value",
        ),
        Param("samples", "bool", False, "Only as many samples as like has, all else as it is."),
    ),
    rearranges=True,
    forward=_expand,
    check=_stretches,
    examples=({"sizes": (-1, 3)}, {"sizes": (2, -1, -1)}),
    keywords="broadcast stretch expand_as tile",
    glyph="⇲",
)


def _repeat(values: Values, shapes: Shapes) -> str:
    if values["each"]:
        return "{input}.repeat_interleave({times}, dim={dim})"
    count = len(shapes["input"][0])
    times = ["1"] * count
    times[values["dim"] % count] = "{times}"
    return f"{{input}}.repeat({', '.join(times)})"


REPEAT = NodeType(
    "Repeat",
    "Shape",
    "Repeats a tensor along a dimension: all of it, or each entry.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(
        dim_param("The dimension that grows."),
        Param("times", "int", 2, "How often it is there.", low=1, on_card="value"),
        Param("each", "bool", False, "Entry by entry, a a b b, not a b a b."),
    ),
    rearranges=True,
    forward=_repeat,
    check=dim_exists,
    keywords="tile copy repeat_interleave upsample",
    glyph="×n",
)

"""Entries chosen by their places: ranges, and whole numbers that say which."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import NETWORKS, Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.tensors.fitting import INPUT, OUTPUT, dim_exists, dim_param


def _at(dim: int, text: str) -> str:
    """An index along one dimension, all others staying: `[:, 1:3]`, `[..., 1:3]`."""
    if dim < 0:
        return f"{{input}}[{', '.join(['...', text, *[':'] * (-1 - dim)])}]"
    return f"{{input}}[{', '.join([*[':'] * dim, text])}]"


def _slice(values: Values, shapes: Shapes) -> str:
    start = "" if values["start"] is None else "{start}"
    stop = "" if values["stop"] is None else "{stop}"
    step = "" if values["step"] == 1 else ":{step}"
    return _at(values["dim"], f"{start}:{stop}{step}")


def _some_left(values: Values, shapes: Shapes) -> Iterator[Problem]:
    problems = list(dim_exists(values, shapes))
    if not problems:
        size, dim = shapes["input"][0][values["dim"]], values["dim"]
        if not range(*slice(values["start"], values["stop"]).indices(size)):
            text = f"{{node}}: nothing of the {size} entries of dimension {dim} of {{input}} is"
            problems.append(
                Problem("slice", f"{text} left", "input", fixes=tuple(_wider(values, size)))
            )
    yield from problems


def _wider(values: Values, size: int) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Fixes after which something is left."""
    if range(*slice(None, values["stop"]).indices(size)):
        yield "Begin at the first entry", (Change("set", "start", None),)
    if range(*slice(values["start"], None).indices(size)):
        yield "Go on to the last entry", (Change("set", "stop", None),)


SLICE = NodeType(
    "Slice",
    "Shape",
    "A range of entries along a dimension.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(
        dim_param("The dimension that is cut."),
        Param("start", "int", None, "The first entry; -2: the last but one.", optional=True),
        Param("stop", "int", -1, "The entry that it ends before; empty: none.", optional=True),
        Param("step", "int", 1, "Every so many.", low=1),
    ),
    rearranges=True,
    forward=_slice,
    check=_some_left,
    examples=(
        {"start": 1, "stop": None},
        {"dim": 2, "start": -3},
        {"dim": -2, "stop": 3},
        {"dim": -1, "step": 2},
    ),
    keywords="crop range narrow cut index first last token stride",
    glyph="[:]",
)


def _gather(values: Values, shapes: Shapes) -> str:
    (shape,), (index,) = shapes["input"], shapes["index"]
    if len(index) == len(shape):
        return "{input}.gather({dim}, {index})"
    return "{input}.gather({dim}, {index}.unsqueeze({dim})).squeeze({dim})"


def _points_into(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """Each place names an entry along the dimension, all else being as in the input."""
    problems = list(dim_exists(values, shapes))
    if problems:
        yield from problems
        return
    (shape,), (index,) = shapes["input"], shapes["index"]
    dim = values["dim"] % len(shape)
    others = shape[:dim] + shape[dim + 1 :]
    rest = index[:dim] + index[dim + 1 :] if len(index) == len(shape) else index
    fits = len(rest) == len(others) and all(a <= b for a, b in zip(rest, others, strict=True))
    if not fits or (len(index) < len(shape) and rest != others):
        text = "{node}: {index} is {shape:index} but {input} is {shape:input}; all"
        yield Problem(
            "shapes-differ",
            f"{text} dimensions but {dim} must agree, and {dim} may be missing",
            "index",
        )


_INDEX = Port("index", "int", summary="Which entry along the dimension, from 0.")

GATHER = NodeType(
    "Gather",
    "Shape",
    "Entries that whole numbers name, for each sample others: the value of the action taken.",
    inputs=(Port("input", "any", dims="* C"), _INDEX),
    outputs=OUTPUT,
    params=(dim_param("The dimension that is looked up."),),
    rearranges=True,
    forward=_gather,
    check=_points_into,
    examples=({"dim": -1},),
    formula=r"y_i = x_{\mathrm{index}_i}",
    keywords="pick lookup take index action q-value dqn choose",
    glyph="[i]",
)

INDEX_SELECT = NodeType(
    "IndexSelect",
    "Shape",
    "Entries that a row of whole numbers names, for all samples the same.",
    inputs=(
        Port("input", "any", dims="N * C"),
        Port("index", "int", dims="E", summary="Which entries, from 0, in the new order."),
    ),
    outputs=OUTPUT,
    params=(dim_param("The dimension that is looked up.", -1),),
    boards=NETWORKS,
    rearranges=True,
    forward="{input}.index_select({dim}, {index})",
    check=dim_exists,
    examples=({"dim": 1},),
    keywords="take reorder rows columns permute subset",
    glyph="[e]",
)


def _scatter(values: Values, shapes: Shapes) -> str:
    method = "scatter_add" if values["adds"] else "scatter"
    return f"{{input}}.{method}({{dim}}, {{index}}, {{source}})"


def _lands_in(values: Values, shapes: Shapes) -> Iterator[Problem]:
    problems = list(dim_exists(values, shapes))
    if problems:
        yield from problems
        return
    (shape,), (index,), (source,) = (shapes[name] for name in ("input", "index", "source"))
    dim = values["dim"] % len(shape)
    if index != source:
        text = "{node}: {index} is {shape:index} but {source} is {shape:source}; each value needs"
        yield Problem("shapes-differ", f"{text} its place", "source")
    elif len(index) != len(shape) or any(
        a > b for at, (a, b) in enumerate(zip(index, shape, strict=True)) if at != dim
    ):
        text = "{node}: {index} is {shape:index} but {input} is {shape:input}; all"
        yield Problem("shapes-differ", f"{text} dimensions but {dim} must agree", "index")


SCATTER = NodeType(
    "Scatter",
    "Shape",
    "Puts values at places that whole numbers name, or adds them there.",
    inputs=(
        Port("input", "any", dims="N * C", summary="What is there before."),
        Port("index", "int", dims="N * T", summary="The place of each value, from 0."),
        Port("source", "any", dims="N * T", summary="The values."),
    ),
    outputs=OUTPUT,
    params=(
        dim_param("The dimension that is written along."),
        Param("adds", "bool", False, "Add to what is there instead of replacing it."),
    ),
    boards=NETWORKS,
    forward=_scatter,
    check=_lands_in,
    examples=({"adds": True}, {"dim": -1}),
    keywords="put write place scatter_add histogram index_put inverse gather",
    glyph="[←]",
)

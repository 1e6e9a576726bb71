"""One number for many: along a dimension, or several."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import NodeType, Param, Port, PortKind, Problem, Shapes, Values
from nodes.tensors.fitting import INPUT, dim_exists, dim_param, entries, set_to

_KEEP = Param("keepdim", "bool", False, "Keep each such dimension, of size 1.")


def _along(values: Values) -> str:
    """Arguments that say along which dimensions, and whether these stay."""
    several = entries(values["dim"])
    dims = "({dim})" if len(several) > 1 else "{dim}"
    return f"{dims}, keepdim=True" if values["keepdim"] else dims


def _reduction(
    name: str,
    method: str,
    summary: str,
    keywords: str,
    glyph: str,
    kind: PortKind = "float",
    formula: str = "",
) -> NodeType:
    """A method of tensors that takes dimensions and `keepdim`."""

    def forward(values: Values, shapes: Shapes) -> str:
        return f"{{input}}.{method}({_along(values)})"

    return NodeType(
        name,
        "Shape",
        summary,
        inputs=(Port("input", kind),),
        outputs=(Port("output", kind),),
        params=(
            Param("dim", "ints", 1, "The dimensions that go away; -1 is the last.", on_card="name"),
            _KEEP,
        ),
        forward=forward,
        check=dim_exists,
        examples=({"dim": (-2, -1)}, {"dim": -1, "keepdim": True}),
        formula=formula,
        keywords=f"reduce {keywords}",
        glyph=glyph,
    )


MEAN = _reduction(
    "Mean",
    "mean",
    "The mean along a dimension, such as over all tokens.",
    "average pool",
    "x̄",
    formula=r"y = \frac{1}{n}\sum_i x_i",
)
SUM = _reduction(
    "Sum", "sum", "The sum along a dimension.", "add total", "Σ", "any", formula=r"y = \sum_i x_i"
)
MAX = _reduction(
    "Max",
    "amax",
    "The largest value along a dimension.",
    "maximum amax pool",
    "max",
    "any",
    formula=r"y = \max_i x_i",
)
MIN = _reduction(
    "Min",
    "amin",
    "The smallest value along a dimension.",
    "minimum amin",
    "min",
    "any",
    formula=r"y = \min_i x_i",
)
STD = _reduction(
    "Std",
    "std",
    "How far values spread along a dimension: their standard deviation.",
    "standard deviation variance sigma spread",
    "σ",
    formula=r"y = \sqrt{\frac{1}{n - 1}\sum_i (x_i - \bar{x})^2}",
)
LOG_SUM_EXP = _reduction(
    "LogSumExp",
    "logsumexp",
    "log Σ exp along a dimension: a smooth maximum.",
    "softmax maximum partition energy",
    "lΣe",
    formula=r"y = \log\sum_i e^{x_i}",
)


def _norm(values: Values, shapes: Shapes) -> str:
    dims, comma, keep = _along(values).partition(", keepdim")
    order = "{order}, " if values["order"] != 2 else ""
    return f"torch.linalg.vector_norm({{input}}, {order}dim={dims}{comma}{keep})"


NORM = NodeType(
    "Norm",
    "Shape",
    "The length of vectors along a dimension.",
    inputs=(Port("input"),),
    params=(
        Param("dim", "ints", 1, "The dimensions that go away; -1 is the last.", on_card="name"),
        Param("order", "float", 2.0, "2: Euclidean; 1: sum of sizes.", low=0.0, on_card="changed"),
        _KEEP,
    ),
    forward=_norm,
    check=dim_exists,
    examples=({"dim": (-2, -1)}, {"dim": -1, "keepdim": True}, {"order": 1.0}),
    formula=r"y = (\sum_i |x_i|^p)^{1/p}",
    keywords="reduce length magnitude euclidean l1 l2 distance",
    glyph="‖x‖",
)

ARG_MAX = NodeType(
    "ArgMax",
    "Shape",
    "Where the largest value along a dimension stands, or the smallest.",
    inputs=(Port("input", "number"),),
    outputs=(Port("output", "int"),),
    params=(
        dim_param("The dimension that goes away."),
        Param("of", "choice", "max", "Which value is looked for.", choices=("max", "min")),
        _KEEP,
    ),
    cuts=True,
    forward=lambda values, shapes: f"{{input}}.arg{values['of']}({_along(values)})",
    check=dim_exists,
    formula=r"y = \mathrm{argmax}_i\,x_i",
    keywords="argmax argmin index class decision greedy position best",
    glyph="arg",
)


def _largest(values: Values, shapes: Shapes) -> str:
    smallest = "" if values["largest"] else ", largest=False"
    return f"{{input}}.topk({{k}}, {{dim}}{smallest})"


def _enough(values: Values, shapes: Shapes) -> Iterator[Problem]:
    shape, dim, k = shapes["input"][0], values["dim"], values["k"]
    problems = list(dim_exists(values, shapes))
    if not problems and k > shape[dim]:
        text = f"{{node}}: k ({k}) is more than the {shape[dim]} entries of dimension {dim}"
        fixes = (set_to("k", shape[dim]),) if shape[dim] else ()
        problems.append(Problem("k", f"{text} of {{input}}", "input", fixes=fixes))
    elif not problems and dim % len(shape) == 0 and k > 1:
        text = f"{{node}} takes {k} of the samples of {{input}}: it fails where a batch has fewer"
        problems.append(Problem("few-samples", text, "input", "warning"))
    yield from problems


_SORTED = (
    Port("values", "any"),
    Port("indices", "int", summary="Where in the input each stands."),
)

LARGEST = NodeType(
    "Largest",
    "Shape",
    "The k largest values along a dimension, and where they stand.",
    inputs=(Port("input", "number"),),
    outputs=_SORTED,
    targets="{values}, {indices}",
    params=(
        Param("k", "int", 3, "How many.", low=1, on_card="name"),
        dim_param("The dimension that shrinks.", -1),
        Param("largest", "bool", True, "The largest, not the smallest."),
    ),
    forward=_largest,
    check=_enough,
    keywords="topk top-k best beam experts routing k-nearest smallest",
    glyph="k↑",
)

SORT = NodeType(
    "Sort",
    "Shape",
    "Values in ascending order along a dimension, and where they stood.",
    inputs=INPUT,
    outputs=_SORTED,
    targets="{values}, {indices}",
    params=(
        dim_param("The dimension that is sorted.", -1),
        Param("descending", "bool", False, "The largest first."),
    ),
    forward=lambda values, shapes: (
        "{input}.sort({dim}, descending=True)" if values["descending"] else "{input}.sort({dim})"
    ),
    check=dim_exists,
    keywords="order rank argsort ascending descending",
    glyph="↑↓",
)

"""Which functions of torch are which nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any

from nodes.equation import Equation
from studio.importing.arithmetic import ARITHMETIC, formula, number
from studio.importing.code_nodes import draw_code
from studio.importing.drafts import CannotImport, Draft
from studio.importing.drawing import Drawing, Pair
from studio.importing.functional_layers import FUNCTIONAL_LAYERS
from studio.importing.plain_functions import PLAIN
from studio.importing.reshaping import RESHAPING
from studio.importing.sketch import Draws, Fed, Sketch, Undrawable
from studio.importing.trace import Value

_IGNORED = frozenset({"dtype", "training"})

_REDUCTIONS: Mapping[str, str] = {
    "mean": "Mean",
    "sum": "Sum",
    "amax": "Max",
    "amin": "Min",
    "logsumexp": "LogSumExp",
    "max": "Max",
    "min": "Min",
    "std": "Std",
    "argmax": "ArgMax",
    "argmin": "ArgMax",
}


def draw_function(pair: Pair, draft: Draft, drawing: Drawing) -> None:
    """Put the nodes for a call on a board. Raises CannotImport where there are none."""
    name = pair.one.name.strip("_")
    sketch = Sketch(pair, draft, drawing)
    before = len(draft.nodes)
    for draws in _candidates(name):
        try:
            draws(sketch)
            return
        except Undrawable:
            del draft.nodes[before:]
    try:
        drawing.in_code.append(draw_code(sketch))
    except Undrawable as error:
        raise CannotImport(
            f"{sketch.where} calls {pair.one.name} in a way for which there is no node"
        ) from error


def _candidates(name: str) -> Iterator[Draws]:
    if name in PLAIN:
        yield _plain
    for table in (ARITHMETIC, RESHAPING, _OTHERS):
        if name in table:
            yield table[name]


def _plain(sketch: Sketch) -> None:
    type, signature = PLAIN[sketch.name.strip("_")]
    sketch.bind(signature)
    declared = sketch.type(type)
    inputs: dict[str, Any] = {}
    params: dict[str, Any] = {}
    for name in sketch.arguments:
        if any(port.name == name for port in declared.inputs):
            inputs[name] = sketch[name]
        elif declared.param(name) is not None:
            params[name] = sketch.fixed(name)
        elif name not in _IGNORED and sketch[name] is not None:
            raise Undrawable
    node = sketch.add(type, inputs, params)
    ports = [port.name for port in declared.outputs]
    if len(sketch.results) > 1:
        sketch.gives(*((node, port) for port in ports))
    else:
        sketch.gives((node, ports[0]))


# ---- several tensors ---------------------------------------------------------------------------


def _concatenated(sketch: Sketch) -> None:
    sketch.bind("tensors dim=0")
    tensors = [tensor for tensor in sketch["tensors"] if 0 not in tensor.shape]
    if len(tensors) == 1:
        sketch.gives(sketch.drawing.end(tensors[0], sketch.draft))
        return
    type = "Stack" if sketch.name == "stack" else "Concatenate"
    sketch.gives(sketch.add(type, {"inputs": tensors}, {"dim": sketch["dim"]}))


def _einsum(sketch: Sketch) -> None:
    sketch.bind("equation *operands")
    equation = Equation(sketch["equation"])
    inputs = dict(zip(equation.names, sketch["operands"], strict=True))
    sketch.gives(sketch.add("Einsum", inputs, {"equation": sketch["equation"]}))


def _added_product(sketch: Sketch) -> None:
    sketch.bind("input mat1 mat2 beta=1 alpha=1")
    if sketch["beta"] != 1 or sketch["alpha"] != 1:
        raise Undrawable
    product = sketch.add("MatMul", {"input": sketch["mat1"], "other": sketch["mat2"]})
    inputs = [(product, "output"), sketch["input"]]
    sketch.gives(sketch.add("Add", {"inputs": inputs}))


def _attention(sketch: Sketch) -> None:
    sketch.bind(
        "query key value attn_mask=None dropout_p=0 is_causal=False scale=None enable_gqa=False"
    )
    usual = 1 / sqrt(sketch.shape("query")[-1])
    inputs: dict[str, Fed] = {name: sketch[name] for name in ("query", "key", "value")}
    if sketch["scale"] is not None and abs(sketch["scale"] - usual) > 1e-9:
        text = f"x * {number(sketch['scale'] / usual)}"
        scaled = sketch.add("Expression", {"x": sketch["query"]}, {"formula": text})
        inputs["query"] = (scaled, "output")
    groups = sketch.shape("query")[1] // sketch.shape("key")[1] if sketch["enable_gqa"] else 1
    for name in ("key", "value") if groups > 1 else ():
        params = {"dim": 1, "times": groups, "each": True}
        inputs[name] = (sketch.add("Repeat", {"input": inputs[name]}, params), "output")
    if sketch["attn_mask"] is not None:
        inputs["mask"] = sketch["attn_mask"]
    causal = {"causal": sketch["is_causal"]}
    sketch.gives(sketch.add("ScaledDotProductAttention", inputs, causal))


# ---- along dimensions --------------------------------------------------------------------------


def _reduced(sketch: Sketch) -> None:
    sketch.bind("input dim=None keepdim=False dtype=None")
    type, dim, count = _REDUCTIONS[sketch.name], sketch["dim"], len(sketch.shape())
    if isinstance(dim, Value) or (dim is None and type == "ArgMax"):
        raise Undrawable
    dims = tuple(range(count)) if dim is None or dim == () else dim
    params: dict[str, Any] = {"dim": dims, "keepdim": bool(sketch["keepdim"])}
    if isinstance(dims, list | tuple):
        params["dim"] = dims[0] if len(dims) == 1 else tuple(dims)
    if type == "ArgMax":
        params["of"] = sketch.name[3:]
    node = sketch.add(type, {"input": sketch["input"]}, {})
    node.params.update(params)
    if len(sketch.results) < 2:
        sketch.gives(node)
        return
    places = sketch.add("ArgMax", {"input": sketch["input"]}, params | {"of": sketch.name})
    sketch.gives(node, places)


def _variance(sketch: Sketch) -> None:
    sketch.bind("input dim=None unbiased=True keepdim=False correction=None")
    correction = sketch["correction"]
    if correction is None:
        correction = 1 if sketch["unbiased"] in (True, None) else 0
    if correction not in (0, 1) or sketch["dim"] is None:
        raise Undrawable
    dims = sketch["dim"]
    params = {"dim": dims if type(dims) is int else tuple(dims), "keepdim": sketch["keepdim"]}
    if correction:
        node = sketch.add("Std", {"input": sketch["input"]}, params)
        if sketch.name == "std":
            sketch.gives(node)
        else:
            formula(sketch, "x ** 2", x=(node, "output"))
        return
    mean = sketch.add("Mean", {"input": sketch["input"]}, params | {"keepdim": True})
    both = {"a": sketch["input"], "b": (mean, "output")}
    squared = sketch.add("Expression", both, {"formula": "(a - b) ** 2"})
    spread = sketch.add("Mean", {"input": (squared, "output")}, params)
    if sketch.name == "var":
        sketch.gives(spread)
    else:
        formula(sketch, "sqrt(x)", x=(spread, "output"))


def _normalised(sketch: Sketch) -> None:
    sketch.bind("input p=2 dim=1 eps=None")
    params = {"dim": sketch["dim"], "order": float(sketch["p"]), "keepdim": True}
    length = sketch.add("Norm", {"input": sketch["input"]}, params)
    text = f"a / maximum(b, b * 0 + {number(sketch['eps'] or 1e-12)})"
    formula(sketch, text, a=sketch["input"], b=(length, "output"))


def _norm(sketch: Sketch) -> None:
    sketch.bind("input ord=2 dim=None keepdim=False")
    if sketch["dim"] is None:
        raise Undrawable
    dims = sketch["dim"]
    dims = dims if type(dims) is int else tuple(dims)
    params = {"dim": dims, "order": float(sketch["ord"]), "keepdim": sketch["keepdim"]}
    sketch.gives(sketch.add("Norm", {"input": sketch["input"]}, params))


def _clamped(sketch: Sketch) -> None:
    sketch.bind("input min=None max=None")
    params = {"low": sketch["min"], "high": sketch["max"]}
    if any(isinstance(value, Value) for value in params.values()):
        raise Undrawable
    sketch.gives(sketch.add("Clamp", {"input": sketch["input"]}, params))


def _flipped(sketch: Sketch) -> None:
    sketch.bind("input *dims")
    dims = tuple(sketch["dims"])
    params = {"dim": dims[0] if len(dims) == 1 else dims}
    sketch.gives(sketch.add("Flip", {"input": sketch["input"]}, params))


def _padded(sketch: Sketch) -> None:
    sketch.bind("input pad mode=constant value=None")
    if sketch["mode"] != "constant":
        raise Undrawable
    amounts, count = sketch.fixed("pad"), len(sketch.shape())
    fed: Fed = sketch["input"]
    for place in range(len(amounts) // 2):
        before, after = amounts[2 * place], amounts[2 * place + 1]
        if before or after:
            params = {"dim": count - 1 - place, "before": before, "after": after}
            params["value"] = float(sketch["value"] or 0)
            fed = (sketch.add("Pad", {"input": fed}, params), "output")
    sketch.gives(sketch.drawing.end(fed, sketch.draft) if isinstance(fed, Value) else fed)


def _resized(sketch: Sketch) -> None:
    sketch.bind(
        "input size=None scale_factor=None mode=nearest align_corners=None "
        "recompute_scale_factor=None antialias=False"
    )
    if sketch["antialias"] or sketch["recompute_scale_factor"]:
        raise Undrawable
    mode, scale = sketch["mode"], sketch["scale_factor"]
    scales = set(scale) if isinstance(scale, tuple | list) else {scale}
    if len(scales) > 1:
        raise Undrawable
    mode = "linear" if mode in ("bilinear", "trilinear") else mode
    params: dict[str, Any] = {"mode": mode, "align_corners": bool(sketch["align_corners"])}
    if sketch["size"] is not None:
        params["size"] = sketch.fixed("size")
    else:
        params["scale_factor"] = float(scales.pop())
    sketch.gives(sketch.add("Interpolate", {"input": sketch["input"]}, params))


def _one_hot(sketch: Sketch) -> None:
    sketch.bind("input num_classes")
    inputs = {"input": sketch["input"]}
    node = sketch.add("OneHot", inputs, {"num_classes": sketch["num_classes"]})
    sketch.gives(sketch.add("Cast", {"input": (node, "output")}, {"to": "long"}))


_OTHERS: Mapping[str, Draws] = {
    **dict.fromkeys(("cat", "concat", "concatenate", "stack"), _concatenated),
    "einsum": _einsum,
    "addmm": _added_product,
    "scaled_dot_product_attention": _attention,
    **dict.fromkeys(_REDUCTIONS, _reduced),
    **dict.fromkeys(("var", "std"), _variance),
    "normalize": _normalised,
    **dict.fromkeys(("vector_norm",), _norm),
    **dict.fromkeys(("clamp", "clip"), _clamped),
    "flip": _flipped,
    "pad": _padded,
    "interpolate": _resized,
    "one_hot": _one_hot,
    **FUNCTIONAL_LAYERS,
}

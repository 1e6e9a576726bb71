"""Values that are moved, mirrored, resized, or get others around them."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import NodeType, Param, Port, Problem, Shapes, Values
from nodes.tensors.fitting import INPUT, OUTPUT, dim_exists, dim_param, entries, set_to

_ALONG = dim_param("The dimension along which they move.")


def _behind(values: Values, shapes: Shapes) -> int:
    """Dimensions after `dim`."""
    count = len(shapes["input"][0])
    dim: int = values["dim"] % count
    return count - 1 - dim


def _pad(values: Values, shapes: Shapes) -> str:
    amounts = "0, 0, " * _behind(values, shapes) + "{before}, {after}"
    value = ", value={value}" if values["value"] else ""
    return f"F.pad({{input}}, ({amounts}){value})"


def _something_left(values: Values, shapes: Shapes) -> Iterator[Problem]:
    problems = list(dim_exists(values, shapes))
    if not problems:
        size, dim = shapes["input"][0][values["dim"]], values["dim"]
        before, after = values["before"], values["after"]
        if size + before + after < 1 or size + min(before, after, before + after) < 0:
            text = (
                f"{{node}} takes away more than the {size} entries of dimension {dim} of {{input}}"
            )
            problems.append(Problem("padding", text, "input"))
    yield from problems


PAD = NodeType(
    "Pad",
    "Shape",
    "Adds entries of one value before and after, along a dimension.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(
        dim_param("The dimension that grows."),
        Param("before", "int", 0, "Entries added at the start; -1 takes one away."),
        Param("after", "int", 1, "Entries added at the end; -1 takes one away."),
        Param("value", "float", 0.0, "What they hold."),
    ),
    forward=_pad,
    check=_something_left,
    keywords="zero padding border extend constant",
    glyph="▭",
)


ROLL = NodeType(
    "Roll",
    "Shape",
    "Moves entries along a dimension; what leaves at one end enters at the other.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(_ALONG, Param("shift", "int", 1, "Places towards the end.", on_card="value")),
    rearranges=True,
    forward="{input}.roll({shift}, {dim})",
    check=dim_exists,
    keywords="rotate cyclic circular shift window swin",
    glyph="↻",
)


def _shift(values: Values, shapes: Shapes) -> str:
    return f"F.pad({{input}}, ({'0, 0, ' * _behind(values, shapes)}{{by}}, -{{by}}))"


def _not_too_far(values: Values, shapes: Shapes) -> Iterator[Problem]:
    problems = list(dim_exists(values, shapes))
    if not problems:
        size, dim, by = shapes["input"][0][values["dim"]], values["dim"], values["by"]
        if by > size:
            text = f"{{node}}: by ({by}) is more than the {size} entries of dimension {dim}"
            fixes = (set_to("by", size),) if size else ()
            problems.append(Problem("shift", f"{text} of {{input}}", "input", fixes=fixes))
    yield from problems


SHIFT = NodeType(
    "Shift",
    "Shape",
    "Moves entries along a dimension; zeros enter, and what leaves is lost.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(_ALONG, Param("by", "int", 1, "Places towards the end.", low=1, on_card="value")),
    forward=_shift,
    check=_not_too_far,
    formula=r"y_t = x_{t-k}",
    keywords="delay lag teacher forcing targets right causal token shift",
    glyph="⇥",
)


def _flip(values: Values, shapes: Shapes) -> str:
    several = entries(values["dim"])
    return "{input}.flip({dim})" if len(several) == 1 else "{input}.flip(({dim}))"


FLIP = NodeType(
    "Flip",
    "Shape",
    "Puts the entries of a dimension in reverse order.",
    inputs=INPUT,
    outputs=OUTPUT,
    params=(Param("dim", "ints", 1, "The dimensions that are reversed.", on_card="name"),),
    rearranges=True,
    forward=_flip,
    check=dim_exists,
    examples=({"dim": (-1, 1)},),
    keywords="reverse mirror backwards augmentation",
    glyph="⇋",
)

_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


def _interpolate(values: Values, shapes: Shapes) -> str:
    axes = len(shapes["input"][0]) - 2
    if shapes.get("like"):
        size = "size={like}.shape[2:]"
    elif values["size"] is not None:
        size = "size={size}" if len(entries(values["size"])) == 1 else "size=({size})"
    else:
        size = "scale_factor={scale_factor}"
    mode = _LINEAR[axes] if values["mode"] == "linear" else values["mode"]
    smooth = mode == "bicubic" or mode in _LINEAR.values()
    corners = ", align_corners=True" if values["align_corners"] and smooth else ""
    chosen = f', mode="{mode}"' if mode != "nearest" else ""
    return f"F.interpolate({{input}}, {size}{chosen}{corners})"


def _resizes(values: Values, shapes: Shapes) -> Iterator[Problem]:
    axes = len(shapes["input"][0]) - 2
    if axes not in _LINEAR:
        text = "{node} resizes sequences, images and volumes, N×C and one to three sizes, but"
        yield Problem("dimensions", f"{text} {{input}} is {{shape:input}}", "input")
    elif values["mode"] == "bicubic" and axes != 2:
        yield Problem(
            "mode", "{node}: bicubic is for images, but {input} is {shape:input}", "input"
        )
    elif shapes.get("like"):
        if len(shapes["like"][0]) - 2 != axes:
            text = "{node}: {like} is {shape:like} but {input} is {shape:input}; both need as many"
            yield Problem("dimensions", f"{text} dimensions", "like")
    elif values["size"] is not None and len(entries(values["size"])) not in (1, axes):
        text = f"{{node}}: size must hold 1 number or {axes}, as {{input}} is {{shape:input}}"
        yield Problem("size", text, "input")
    elif values["size"] is None:
        least = min(shapes["input"][0][2:])
        if least * values["scale_factor"] < 1:
            text = (
                f"{{node}}: scale_factor ({values['scale_factor']:g}) leaves nothing of {{input}},"
            )
            yield Problem("size", f"{text} which is {{shape:input}}", "input")


INTERPOLATE = NodeType(
    "Interpolate",
    "Shape",
    "Resizes images or sequences: by a factor, to a size, or to that of another tensor.",
    inputs=(
        Port("input", dims="N C L *"),
        Port("like", "any", optional=True, dims="N C L *", summary="Gives the size instead."),
    ),
    params=(
        Param(
            "scale_factor", "float", 2.0, "How much larger, where nothing else is said.", low=1e-3
        ),
        Param("size", "ints", None, "Sizes that come out, instead.", low=1, optional=True),
        Param(
            "mode",
            "choice",
            "nearest",
            "How values between are found.",
            choices=("nearest", "nearest-exact", "linear", "bicubic", "area"),
            on_card="changed",
        ),
        Param(
            "align_corners",
            "bool",
            False,
            "Linear and bicubic: the corners' centres stay in place.",
            advanced=True,
        ),
    ),
    forward=_interpolate,
    check=_resizes,
    examples=({"size": 5}, {"mode": "linear"}, {"mode": "area"}),
    keywords="resize upsample downsample scale bilinear unet",
    glyph="⤢",
)

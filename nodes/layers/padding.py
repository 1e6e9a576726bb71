"""Padding: what is added around sequences, images and volumes."""

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Problem, Shapes, Values
from nodes.layouts import SPATIAL, THINGS
from nodes.torch_layers import torch_layer

_SIDES = {
    1: "left, right",
    2: "left, right, top, bottom",
    3: "left, right, top, bottom, front, back",
}
_MOST = {"Reflection": -1, "Circular": 0}
"""How much may be added to an axis, beyond its size."""


def _sides(padding: int | tuple[int, ...], axes: int) -> tuple[int, ...]:
    """What is added on each side, the last axis first."""
    return padding if isinstance(padding, tuple) else (padding,) * (2 * axes)


def _pad(kind: str, axes: int, what: str, keywords: str) -> NodeType:
    cuts = kind in ("Zero", "Constant")
    more = "; less than 0 cuts off" if cuts else ""

    def check(values: Values, shapes: Shapes) -> Iterator[Problem]:
        sides, sizes = _sides(values["padding"], axes), shapes["input"][0][2:]
        if len(sides) != 2 * axes:
            text = f"{{node}}: padding must be one whole number, or {2 * axes}: {_SIDES[axes]}"
            yield Problem("sizes", text)
            return
        for number, side in enumerate(sides):
            size = sizes[-1 - number // 2]
            if kind in _MOST and side > size + _MOST[kind]:
                most = max(min(sizes) + _MOST[kind], 0)
                limit = "smaller than" if kind == "Reflection" else "at most"
                yield Problem(
                    "padding",
                    f"{{node}}: padding ({side}) must be {limit} the size {size} that it repeats",
                    "input",
                    fixes=((f"Set padding to {most}", (Change("set", "padding", most),)),),
                )
                return

    changes = {
        "padding": {
            "default": 1,
            "summary": f"Added on every side, or {_SIDES[axes]}{more}.",
            "low": None if cuts else 0,
            "axes": 0,
            "on_card": "value",
        },
        "value": {"default": 0.0, "summary": "What is added.", "on_card": "name"},
    }
    return torch_layer(
        f"{kind}Pad{axes}d",
        "Padding",
        f"{what} around {THINGS[axes]}.",
        inputs=(SPATIAL[axes],),
        params={
            name: said for name, said in changes.items() if name != "value" or kind == "Constant"
        },
        check=check,
        examples=({"padding": 2}, {"padding": (1, 0, 2, 1, 0, 1)[: 2 * axes]}),
        keywords=f"border edge enlarge {keywords}",
        glyph=f"+{axes}d",
        short="pad",
    )


def _family(kind: str, what: str, keywords: str) -> tuple[NodeType, NodeType, NodeType]:
    return (
        _pad(kind, 1, what, keywords),
        _pad(kind, 2, what, keywords),
        _pad(kind, 3, what, keywords),
    )


ZERO_PAD1D, ZERO_PAD2D, ZERO_PAD3D = _family("Zero", "Adds zeros", "crop")
CONSTANT_PAD1D, CONSTANT_PAD2D, CONSTANT_PAD3D = _family("Constant", "Adds a value", "fill crop")
REFLECTION_PAD1D, REFLECTION_PAD2D, REFLECTION_PAD3D = _family(
    "Reflection", "Adds a mirror image of what is inside", "mirror"
)
REPLICATION_PAD1D, REPLICATION_PAD2D, REPLICATION_PAD3D = _family(
    "Replication", "Repeats the outermost values", "replicate extend"
)
CIRCULAR_PAD1D, CIRCULAR_PAD2D, CIRCULAR_PAD3D = _family(
    "Circular", "Adds what is at the other end", "wrap periodic torus"
)

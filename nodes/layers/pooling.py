"""Pooling: sequences, images and volumes become smaller."""

from collections.abc import Iterator
from typing import Any

from nodes.checks import all_of, same_shape, sizes_for_axes
from nodes.declare import NETWORKS, NodeType, Port, Problem, Shapes, Values
from nodes.layouts import SPATIAL, THINGS, WINDOW
from nodes.torch_layers import Changes, torch_layer
from nodes.windows import window_fits

_DOWN = "downsample subsample shrink smaller"
_STEPS = {name: param for name, param in WINDOW.items() if name != "dilation"}
_LARGEST = r"y_i = \max_{j\,\in\,\mathrm{window}_i} x_j"
_PLACES = (
    Port("output"),
    Port("indices", "int", summary="Places of them.", when=("return_indices", (True,))),
)
"""What comes out where the largest values are kept."""


def _window(axes: int) -> Changes:
    stride = "Steps between windows; empty: as large as the window."
    return {
        "kernel_size": {"default": 2, "axes": axes},
        "stride": {"summary": stride, "axes": axes, "optional": True},
        "padding": {"axes": axes},
        "dilation": {"axes": axes},
    }


def _half(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """No window may lie in the padding alone."""
    axes = len(shapes["input"][0]) - 2
    kernel, padding = (
        value if isinstance(value, tuple) else (value,) * axes
        for value in (values["kernel_size"], values.get("padding", 0))
    )
    for size, added in zip(kernel, padding, strict=True):
        if 2 * added > size:
            text = f"{{node}}: padding ({added}) must be at most half of kernel_size ({size})"
            yield Problem("padding", text)
            return


def _pool(name: str, axes: int, summary: str, keywords: str, glyph: str, **facts: Any) -> NodeType:
    return torch_layer(
        f"{name}{axes}d",
        "Pooling",
        summary.format(THINGS[axes]),
        inputs=(SPATIAL[axes],),
        **{
            "params": _window(axes),
            "check": all_of(sizes_for_axes, _half, window_fits),
            "examples": ({"padding": 1}, {"padding": (1, 0, 1)[:axes]}),
            "keywords": f"{_DOWN} {keywords}",
            "glyph": glyph,
            "short": "pool",
            **facts,
        },
    )


def _max(axes: int) -> NodeType:
    summary = "Keeps the largest value of every window of {}."
    facts = {"outputs": _PLACES, "targets": "{output}, {indices}", "everyday": axes == 2}
    facts |= {"formula": _LARGEST, "window": WINDOW}
    return _pool("MaxPool", axes, summary, "maximum", "max", **facts)


def _avg(axes: int) -> NodeType:
    facts = {"formula": r"y_i = \frac{1}{k}\sum_{j\,\in\,\mathrm{window}_i} x_j", "window": _STEPS}
    return _pool("AvgPool", axes, "The mean of every window of {}.", "mean average", "avg", **facts)


def _lp(axes: int) -> NodeType:
    norm = {"default": 2.0, "summary": "Power: 1 sums, ∞ would be the maximum.", "low": 1.0}
    window = _window(axes)
    if axes == 1:  # torch takes no tuples there
        window = {name: {**said, "kind": "int"} for name, said in window.items()}
    return _pool(
        "LPPool",
        axes,
        "The root of the sum of powers over every window of {}.",
        "power norm",
        "Lᵖ",
        params={**window, "norm_type": norm},
        formula=r"y_i = (\sum_{j\,\in\,\mathrm{window}_i} x_j^p)^{1/p}",
        window={"size": "kernel_size", "stride": "stride"},
        examples=(),
    )


_ADAPTIVE: dict[str, Any] = {"check": sizes_for_axes, "examples": ()}


def _given(axes: int) -> Changes:
    size = {1: "Length that comes", 2: "Height and width that come", 3: "Size that comes"}[axes]
    plural = f"{size} out{'; depth, height and width where they differ' if axes == 3 else ''}."
    return {"output_size": {"default": 1, "optional": False, "axes": axes, "summary": plural}}


def _adaptive_avg(axes: int) -> NodeType:
    summary = "Means over windows of {} chosen so that the output has a given size."
    formula = r"y_i = \frac{1}{k_i}\sum_{j\,\in\,\mathrm{window}_i} x_j"
    facts = {**_ADAPTIVE, "params": _given(axes), "formula": formula}
    return _pool("AdaptiveAvgPool", axes, summary, "global average mean", "avg", **facts)


def _adaptive_max(axes: int) -> NodeType:
    summary = "Largest values of windows of {} chosen so that the output has a given size."
    facts = {**_ADAPTIVE, "params": _given(axes), "formula": _LARGEST}
    facts |= {"outputs": _PLACES, "targets": "{output}, {indices}"}
    return _pool("AdaptiveMaxPool", axes, summary, "global maximum", "max", **facts)


MAX_POOL1D, MAX_POOL2D, MAX_POOL3D = _max(1), _max(2), _max(3)
AVG_POOL1D, AVG_POOL2D, AVG_POOL3D = _avg(1), _avg(2), _avg(3)
LP_POOL1D, LP_POOL2D, LP_POOL3D = _lp(1), _lp(2), _lp(3)
ADAPTIVE_AVG_POOL1D, ADAPTIVE_AVG_POOL2D, ADAPTIVE_AVG_POOL3D = (
    _adaptive_avg(1),
    _adaptive_avg(2),
    _adaptive_avg(3),
)
ADAPTIVE_MAX_POOL1D, ADAPTIVE_MAX_POOL2D, ADAPTIVE_MAX_POOL3D = (
    _adaptive_max(1),
    _adaptive_max(2),
    _adaptive_max(3),
)


def _ratio_or_size(values: Values, shapes: Shapes) -> Iterator[Problem]:
    if (values["output_size"] is None) == (values["output_ratio"] is None):
        yield Problem(
            "size", "{node}: give either output_size or output_ratio, and leave one empty"
        )


def _fractional(axes: int) -> NodeType:
    return _pool(
        "FractionalMaxPool",
        axes,
        "Keeps the largest values of windows of {} drawn at random (Graham 2014).",
        "maximum random stochastic regularise",
        "max",
        outputs=_PLACES,
        targets="{output}, {indices}",
        formula=_LARGEST,
        paper="https://arxiv.org/abs/1412.6071",
        params={
            "kernel_size": {"default": 2, "axes": axes},
            "output_size": {"summary": "Size that comes out; empty: by the ratio.", "axes": axes},
            "output_ratio": {
                "kind": "float",
                "default": 0.5,
                "axes": 0,
                "summary": "What comes out for each that goes in; empty: by the size.",
                "low": 0.01,
                "high": 0.99,
                "always": True,
            },
        },
        check=all_of(sizes_for_axes, _ratio_or_size),
        examples=(
            {"output_size": 3, "output_ratio": None},
            {"output_ratio": 0.7},
        ),
    )


FRACTIONAL_MAX_POOL2D, FRACTIONAL_MAX_POOL3D = _fractional(2), _fractional(3)


def _unpool(axes: int) -> NodeType:
    return torch_layer(
        f"MaxUnpool{axes}d",
        "Pooling",
        f"Puts values back where max pooling of {THINGS[axes]} took them from; zeros elsewhere.",
        inputs=(
            SPATIAL[axes],
            Port("indices", "int", SPATIAL[axes].dims, summary="Places, from a max pooling."),
        ),
        boards=NETWORKS,
        params=_window(axes),
        check=all_of(same_shape("input", "indices", "shapes-differ"), sizes_for_axes),
        examples=({"padding": (1, 0, 0)[:axes]}, {"kernel_size": 3}),
        paper="https://arxiv.org/abs/1511.00561",
        keywords="upsample enlarge decoder segnet unpooling indices",
        glyph="un",
        short="unpool",
    )


MAX_UNPOOL1D, MAX_UNPOOL2D, MAX_UNPOOL3D = _unpool(1), _unpool(2), _unpool(3)

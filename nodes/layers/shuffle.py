"""Layers that move values between channels and pixels, and make images larger."""

from collections.abc import Iterator
from math import prod

from nodes.checks import sizes_for_axes
from nodes.declare import Change, Port, Problem, Shapes, Values
from nodes.layouts import SPATIAL
from nodes.torch_layers import torch_layer


def _divisors(size: int) -> list[int]:
    return [number for number in range(1, size + 1) if size % number == 0]


def _nearest(name: str, value: int, fits: list[int]) -> tuple[tuple[str, tuple[Change, ...]], ...]:
    best = min(fits, key=lambda fit: abs(fit - value))
    return ((f"Set {name} to {best}", (Change("set", name, best),)),)


def _square(values: Values, shapes: Shapes) -> Iterator[Problem]:
    channels, factor = shapes["input"][0][1], values["upscale_factor"]
    if channels % factor**2:
        fits = [number for number in range(1, channels + 1) if channels % number**2 == 0]
        text = f"{{node}}: upscale_factor² ({factor**2}) must divide the {channels} channels"
        fixes = _nearest("upscale_factor", factor, fits)
        yield Problem("factor", f"{text} of {{input}}", "input", fixes=fixes)


PIXEL_SHUFFLE = torch_layer(
    "PixelShuffle",
    "Shape",
    "Makes an image larger out of its channels: r² of them become r×r pixels (Shi et al. 2016).",
    inputs=(SPATIAL[2],),
    params={"upscale_factor": {"default": 2, "summary": "r: how much larger.", "low": 1}},
    check=_square,
    examples=({"upscale_factor": 1},),
    formula=r"y_{c,\,rh+i,\,rw+j} = x_{cr^2+ri+j,\,h,\,w}",
    paper="https://arxiv.org/abs/1609.05158",
    keywords="upsample upscale super-resolution subpixel depth to space",
    glyph="⊞",
    short="shuffle",
)


def _tiles(values: Values, shapes: Shapes) -> Iterator[Problem]:
    height, width = shapes["input"][0][2:]
    factor = values["downscale_factor"]
    if height % factor or width % factor:
        fits = [number for number in _divisors(height) if width % number == 0]
        text = f"{{node}}: downscale_factor ({factor}) must divide the image's {height}×{width}"
        fixes = _nearest("downscale_factor", factor, fits)
        yield Problem("factor", f"{text} pixels", "input", fixes=fixes)


PIXEL_UNSHUFFLE = torch_layer(
    "PixelUnshuffle",
    "Shape",
    "Makes an image smaller and loses nothing: r×r pixels become r² channels.",
    inputs=(SPATIAL[2],),
    params={"downscale_factor": {"default": 2, "summary": "r: how much smaller.", "low": 1}},
    check=_tiles,
    examples=({"downscale_factor": 4},),
    formula=r"y_{cr^2+ri+j,\,h,\,w} = x_{c,\,rh+i,\,rw+j}",
    paper="https://arxiv.org/abs/1609.05158",
    keywords="downsample downscale subpixel space to depth",
    glyph="⊟",
    short="unshuffle",
)


def _groups(values: Values, shapes: Shapes) -> Iterator[Problem]:
    channels, groups = shapes["input"][0][1], values["groups"]
    if channels % groups:
        text = f"{{node}}: groups ({groups}) must divide the {channels} channels of {{input}}"
        fixes = _nearest("groups", groups, _divisors(channels))
        yield Problem("groups", text, "input", fixes=fixes)


CHANNEL_SHUFFLE = torch_layer(
    "ChannelShuffle",
    "Shape",
    "Mixes channels of different groups (ShuffleNet, 2017).",
    inputs=(Port("input", dims="N C L *"),),
    params={"groups": {"default": 2, "summary": "Groups to mix."}},
    check=_groups,
    examples=({"groups": 4},),
    paper="https://arxiv.org/abs/1707.01083",
    keywords="shufflenet mix group convolution permute",
    glyph="⇅",
    short="shuffle",
)


_MODES = {3: ("linear",), 4: ("bilinear", "bicubic"), 5: ("trilinear",)}
_SMOOTH = {mode: dims for dims, modes in _MODES.items() for mode in modes}


def _resized(values: Values, shapes: Shapes) -> Iterator[Problem]:
    mode, dims = values["mode"], len(shapes["input"][0])
    if _SMOOTH.get(mode, dims) != dims:
        fits = (*_MODES.get(dims, ()), "nearest")
        text = f"{{node}}: {mode} is for {_SMOOTH[mode]} dimensions, but {{input}} is {{shape}}"
        fixes = tuple((f"Set mode to {fit}", (Change("set", "mode", fit),)) for fit in fits)
        yield Problem("mode", text, "input", fixes=fixes)
    elif values["align_corners"] and mode not in _SMOOTH:
        change = Change("set", "align_corners", False)
        text = f"{{node}}: align_corners is for smooth modes, not for {mode}"
        yield Problem("corners", text, fixes=(("Set align_corners to false", (change,)),))
    if (values["size"] is None) == (values["scale_factor"] is None):
        change = (
            Change("set", "size", None) if values["size"] else Change("set", "scale_factor", 2.0)
        )
        text = "{node}: give either size or scale_factor, and leave the other empty"
        label = "Empty size" if values["size"] else "Set scale_factor to 2"
        yield Problem("size", text, fixes=((label, (change,)),))
    elif isinstance(values["size"], tuple) and len(values["size"]) != dims - 2:
        yield Problem("sizes", f"{{node}}: size must be one whole number or {dims - 2} of them")


UPSAMPLE = torch_layer(
    "Upsample",
    "Shape",
    "Makes sequences, images or volumes larger or smaller by repeating or blending values.",
    inputs=(Port("input", dims="N C L *"),),
    without=("recompute_scale_factor",),
    params={
        "size": {
            "summary": "Size that comes out; empty: by the factor.",
            "low": 1,
            "unit": "pixels",
        },
        "scale_factor": {
            "kind": "float",
            "default": 2.0,
            "low": 0.01,
            "summary": "How many times larger; empty: by the size.",
            "always": True,
            "on_card": "name",
            "short": "×",
        },
        "mode": {
            "kind": "choice",
            "choices": ("nearest", "linear", "bilinear", "bicubic", "trilinear", "area"),
            "summary": "Repeat the nearest value, or blend along one, two or three axes.",
        },
        "align_corners": {
            "kind": "bool",
            "default": False,
            "optional": False,
            "summary": "Blend so that corners stay where they are.",
            "advanced": True,
        },
    },
    check=_resized,
    examples=(
        {"size": 5, "scale_factor": None},
        {"scale_factor": 1.5},
        {"mode": "linear", "align_corners": True},
        {"mode": "area"},
    ),
    keywords="interpolate resize enlarge scale nearest bilinear decoder unet",
    glyph="↗",
    short="up",
)


_WINDOW = {
    "kernel_size": {"default": 2, "axes": 2},
    "stride": {"default": 2, "axes": 2, "always": True},
    "padding": {"axes": 2},
    "dilation": {"axes": 2},
}

UNFOLD = torch_layer(
    "Unfold",
    "Shape",
    "Every window of an image as a column: N×(C·window)×windows.",
    inputs=(SPATIAL[2],),
    params=_WINDOW,
    check=sizes_for_axes,
    keywords="patches im2col window convolution",
    glyph="▥",
)


def _windows(values: Values, shapes: Shapes) -> Iterator[Problem]:
    size, kernel, dilation, padding, stride = (
        value if isinstance(value, tuple) else (value,) * 2
        for value in map(
            values.get, ("output_size", "kernel_size", "dilation", "padding", "stride")
        )
    )
    for name in ("output_size", "kernel_size", "dilation", "padding", "stride"):
        if isinstance(values[name], tuple) and len(values[name]) != 2:
            yield Problem("sizes", f"{{node}}: {name} must be one whole number or 2 of them")
            return
    _, features, columns = shapes["input"][0]
    if features % prod(kernel):
        text = f"{{node}}: a window holds {prod(kernel)} pixels, which must divide the {features}"
        yield Problem("window", f"{text} features of {{input}}", "input")
        return
    each = zip(size, kernel, dilation, padding, stride, strict=True)
    many = prod((s + 2 * p - d * (k - 1) - 1) // t + 1 for s, k, d, p, t in each)
    if many != columns:
        text = f"{{node}}: an image of {size[0]}×{size[1]} has {many} windows, but {{input}} has"
        yield Problem("window", f"{text} {columns} columns", "input")


FOLD = torch_layer(
    "Fold",
    "Shape",
    "Puts columns back as windows of an image, and sums where they overlap.",
    inputs=(Port("input", dims="N C L"),),
    params={
        **_WINDOW,
        "output_size": {
            "default": (8, 6),
            "summary": "Height and width of the image that comes out.",
            "low": 1,
        },
    },
    check=_windows,
    examples=(
        {"stride": 1, "output_size": (4, 5)},
        {"stride": (2, 1), "output_size": (6, 5)},
        {"stride": 1, "dilation": 2, "output_size": (5, 6)},
        {"padding": 1, "output_size": (6, 4)},
        {"kernel_size": 1, "stride": 1, "output_size": (4, 3)},
    ),
    keywords="patches col2im window overlap",
    glyph="▤",
)

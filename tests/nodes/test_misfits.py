"""What does not fit a layer is said in Netloom's words, and what is offered to mend it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from studio.compile.compiled import check
from studio.model.edits import apply
from studio.model.ports import with_ports
from tests.compile.drawing import TYPES, board, checked, node, project

Shape = tuple[Any, ...]


def drawn(name: str, params: dict[str, Any], shapes: Sequence[Shape]) -> Any:
    """A network of inputs of these shapes and one node that takes them all."""
    shaped = with_ports(TYPES[name], params)
    kinds = {"int": "int64", "bool": "bool"}
    nodes, wires = [node("it", name, **params)], []
    for number, (port, shape) in enumerate(zip(shaped.inputs, shapes, strict=False)):
        dtype = kinds.get(port.kind, "float32")
        nodes.append(node(f"x{number}", "Input", shape=("N", *shape), dtype=dtype))
        wires.append(f"x{number} -> it.{port.name}")
    for port in shaped.outputs:
        nodes.append(node(f"y_{port.name}", "Output"))
        wires.append(f"it.{port.name} -> y_{port.name}")
    return board(nodes, ", ".join(wires))


MISFITS = [
    ("Bilinear", {}, [(4, 6), (5, 6)], "shapes-differ", "all but the last size must agree"),
    ("GLU", {}, [(4, 5)], "odd", "an even size along dim -1 of x0, not 5"),
    ("GLU", {"dim": 3}, [(4, 6)], "dim", "one of the 3 dimensions of x0"),
    ("LogSoftmax", {"dim": 3}, [(4, 6)], "dim", "one of the 3 dimensions of x0"),
    ("RReLU", {"lower": 0.5}, [(4,)], "lower", "lower (0.5) must not be above upper (0.333333)"),
    ("Hardtanh", {"min_val": 2.0}, [(4,)], "range", "min_val (2) must be below max_val (1)"),
    ("Dropout2d", {}, [(4, 6)], "dimensions", "takes N×C×H×W, but x0 is N×4×6"),
    ("Conv3d", {}, [(4, 6, 6)], "dimensions", "takes N×C×D×H×W, but x0 is N×4×6×6"),
    ("Conv3d", {"stride": (1, 2)}, [(4, 6, 6, 6)], "sizes", "one whole number or 3 of them"),
    ("ReflectionPad2d", {"padding": 6}, [(4, 6, 8)], "padding", "smaller than the size 6"),
    ("CircularPad1d", {"padding": (1, 9)}, [(4, 6)], "padding", "at most the size 6"),
    ("ZeroPad2d", {"padding": (1, 2)}, [(4, 6, 8)], "sizes", "or 4: left, right, top, bottom"),
    ("MaxPool1d", {"padding": 2}, [(4, 6)], "padding", "at most half of kernel_size (2)"),
    ("AvgPool3d", {"stride": (2, 1)}, [(4, 6, 6, 6)], "sizes", "stride must be one whole number"),
    ("FractionalMaxPool2d", {"output_size": 3}, [(4, 6, 6)], "size", "either output_size or"),
    ("LSTM", {}, [(5, 4), (3, 64)], "state", "hidden must be 1×"),
    ("LSTMCell", {}, [(4,), (16,)], "state", "hidden_size (64) must be the 16 features of x1"),
    ("LSTM", {"proj_size": 64}, [(5, 4)], "proj-size", "smaller than hidden_size"),
    ("TransformerEncoderLayer", {}, [(5, 6)], "num-heads", "nhead (4) must divide the 6 features"),
    ("TransformerDecoder", {}, [(5, 8), (4, 6)], "features", "x0 has 8 features, but x1 has 6"),
    ("PixelShuffle", {}, [(6, 4, 4)], "factor", "upscale_factor² (4) must divide the 6 channels"),
    ("PixelUnshuffle", {}, [(6, 4, 5)], "factor", "must divide the image's 4×5 pixels"),
    ("ChannelShuffle", {"groups": 4}, [(6, 4)], "groups", "must divide the 6 channels"),
    ("Upsample", {"mode": "bilinear"}, [(6, 4)], "mode", "bilinear is for 4 dimensions"),
    ("Upsample", {"align_corners": True}, [(6, 4)], "corners", "for smooth modes"),
    ("Upsample", {"size": 5}, [(6, 4)], "size", "either size or scale_factor"),
    ("Fold", {}, [(6, 12)], "window", "must divide the 6 features"),
    ("Fold", {}, [(8, 10)], "window", "an image of 8×6 has 12 windows, but x0 has 10 columns"),
    ("CosineSimilarity", {"dim": 4}, [(4, 6), (4, 6)], "dim", "one of the 3 dimensions"),
    ("PairwiseDistance", {}, [(4, 6), (4, 5)], "shapes-differ", "they must agree"),
    ("Linear", {"in_features": 5}, [(6,)], "by-hand", "in_features was set to 5, but x0 has 6"),
    ("Conv2d", {"kernel_size": 5}, [(3, 3, 3)], "kernel", "window of 5×5 is larger than x0, which"),
    ("Conv1d", {"kernel_size": 3, "dilation": 3}, [(4, 6)], "kernel", "window of 7 is larger"),
    ("Conv2d", {}, [(28, 28, 1)], "kernel", "larger than x0, which is 28×1"),
    ("MaxPool2d", {}, [(8, 1, 1)], "kernel", "window of 2×2 is larger than x0, which is 1×1"),
    ("InstanceNorm2d", {}, [(4, 1, 1)], "one-pixel", "one value in each channel"),
    ("MaxUnpool2d", {}, [(4, 3, 3), (4, 2, 3)], "shapes-differ", "but indices is N×4×2×3"),
]


@pytest.mark.parametrize(("name", "params", "shapes", "code", "words"), MISFITS)
def test_it_is_said_and_mended(
    name: str, params: dict[str, Any], shapes: list[Shape], code: str, words: str
) -> None:
    net = drawn(name, params, shapes)
    issue = next(issue for issue in checked(net).issues if issue.node == "it")
    assert issue.code == code
    assert words in issue.message
    for fix in issue.fixes:
        left = check(apply(project(net), fix.edits), TYPES).issues
        assert all(issue.severity == "warning" for issue in left), fix.label

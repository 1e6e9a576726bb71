"""Functions that a layer is when what they take besides their input is the model's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.importing.sketch import Draws, Sketch, Undrawable
from studio.importing.trace import Value


def _layer(type: str, signature: str) -> Draws:
    """A function that a layer is when what it takes besides its input is learned or counted."""

    def draws(sketch: Sketch) -> None:
        sketch.bind(signature)
        declared = sketch.type(type)
        kept = {
            name: value
            for name, value in sketch.arguments.items()
            if isinstance(value, Value) and name != "input"
        }
        if "weight" not in kept or any(value.tensor is None for value in kept.values()):
            raise Undrawable
        weight = kept["weight"].shape
        params: dict[str, Any] = {}
        for param in declared.params:
            if param.name in declared.inferred:
                continue
            if param.name in ("bias", "elementwise_affine", "affine"):
                params[param.name] = ("bias" if param.name == "bias" else "weight") in kept
            elif param.name in ("out_features", "out_channels", "num_embeddings"):
                params[param.name] = weight[0]
            elif param.name == "embedding_dim":
                params[param.name] = weight[1]
            elif param.name == "kernel_size":
                params[param.name] = weight[2:]
            elif param.name in sketch.arguments:
                params[param.name] = sketch.fixed(param.name)
        inputs = {"input": sketch["input"]}
        node = sketch.add(type, inputs, params)
        weights = {name: v.tensor for name, v in kept.items() if v.tensor is not None}
        sketch.gives(sketch.drawing.keep(node, weights, sketch.draft))

    return draws


def _linear_by_hand(sketch: Sketch) -> None:
    """With weights that are computed."""
    sketch.bind("input weight bias=None")
    params = {"dim0": 0, "dim1": 1}
    turned = sketch.add("Transpose", {"input": sketch["weight"]}, params)
    product = sketch.add("MatMul", {"input": sketch["input"], "other": (turned, "output")})
    if sketch["bias"] is not None:
        product = sketch.add("Add", {"inputs": [(product, "output"), sketch["bias"]]})
    sketch.gives(product)


def _linear(sketch: Sketch) -> None:
    try:
        _layer("Linear", "input weight bias=None")(sketch)
    except Undrawable:
        _linear_by_hand(sketch)


_CONVOLUTION = "input weight bias=None stride=1 padding=0 dilation=1 groups=1"
_TRANSPOSED = "input weight bias=None stride=1 padding=0 output_padding=0 groups=1 dilation=1"

FUNCTIONAL_LAYERS: Mapping[str, Draws] = {
    "linear": _linear,
    "conv1d": _layer("Conv1d", _CONVOLUTION),
    "conv2d": _layer("Conv2d", _CONVOLUTION),
    "conv3d": _layer("Conv3d", _CONVOLUTION),
    "layer_norm": _layer("LayerNorm", "input normalized_shape weight=None bias=None eps=1e-05"),
    "rms_norm": _layer("RMSNorm", "input normalized_shape weight=None eps=None"),
    "embedding": _layer(
        "Embedding",
        "input weight padding_idx=None max_norm=None norm_type=2 scale_grad_by_freq=False "
        "sparse=False",
    ),
}

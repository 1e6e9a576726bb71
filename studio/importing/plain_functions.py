"""Functions of torch that one node is."""

from __future__ import annotations

from collections.abc import Mapping

_MAX = "input kernel_size stride=None padding=0 dilation=1 ceil_mode=False return_indices=False"
_MEAN = "input kernel_size stride=None padding=0 ceil_mode=False count_include_pad=True"
_MEAN += " divisor_override=None"

PLAIN: Mapping[str, tuple[str, str]] = {
    "relu": ("ReLU", "input"),
    "leaky_relu": ("LeakyReLU", "input negative_slope=0.01"),
    "gelu": ("GELU", "input approximate=none"),
    "silu": ("SiLU", "input"),
    "tanh": ("Tanh", "input"),
    "sigmoid": ("Sigmoid", "input"),
    "relu6": ("ReLU6", "input"),
    "elu": ("ELU", "input alpha=1"),
    "celu": ("CELU", "input alpha=1"),
    "selu": ("SELU", "input"),
    "mish": ("Mish", "input"),
    "hardswish": ("Hardswish", "input"),
    "hardsigmoid": ("Hardsigmoid", "input"),
    "hardtanh": ("Hardtanh", "input min_val=-1 max_val=1"),
    "logsigmoid": ("LogSigmoid", "input"),
    "softsign": ("Softsign", "input"),
    "softplus": ("Softplus", "input beta=1 threshold=20"),
    "glu": ("GLU", "input dim=-1"),
    "softmax": ("Softmax", "input dim dtype=None"),
    "log_softmax": ("LogSoftmax", "input dim dtype=None"),
    "dropout": ("Dropout", "input p=0.5 training=True"),
    "dropout1d": ("Dropout1d", "input p=0.5 training=True"),
    "dropout2d": ("Dropout2d", "input p=0.5 training=True"),
    "dropout3d": ("Dropout3d", "input p=0.5 training=True"),
    "flatten": ("Flatten", "input start_dim=0 end_dim=-1"),
    "unflatten": ("Unflatten", "input dim sizes"),
    "unsqueeze": ("Unsqueeze", "input dim"),
    "transpose": ("Transpose", "input dim0 dim1"),
    "swapaxes": ("Transpose", "input dim0 dim1"),
    "swapdims": ("Transpose", "input dim0 dim1"),
    "select": ("Select", "input dim index"),
    "cumsum": ("CumulativeSum", "input dim"),
    "index_select": ("IndexSelect", "input dim index"),
    "gather": ("Gather", "input dim index"),
    "sort": ("Sort", "input dim=-1 descending=False"),
    "topk": ("Largest", "input k dim=-1 largest=True"),
    "matmul": ("MatMul", "input other"),
    "bmm": ("MatMul", "input other"),
    "mm": ("MatMul", "input other"),
    "max_pool1d": ("MaxPool1d", _MAX),
    "max_pool2d": ("MaxPool2d", _MAX),
    "max_pool3d": ("MaxPool3d", _MAX),
    "avg_pool1d": ("AvgPool1d", _MEAN),
    "avg_pool2d": ("AvgPool2d", _MEAN),
    "avg_pool3d": ("AvgPool3d", _MEAN),
    "adaptive_avg_pool1d": ("AdaptiveAvgPool1d", "input output_size"),
    "adaptive_avg_pool2d": ("AdaptiveAvgPool2d", "input output_size"),
    "adaptive_avg_pool3d": ("AdaptiveAvgPool3d", "input output_size"),
    "adaptive_max_pool1d": ("AdaptiveMaxPool1d", "input output_size"),
    "adaptive_max_pool2d": ("AdaptiveMaxPool2d", "input output_size"),
    "pixel_shuffle": ("PixelShuffle", "input upscale_factor"),
    "pixel_unshuffle": ("PixelUnshuffle", "input downscale_factor"),
    "channel_shuffle": ("ChannelShuffle", "input groups"),
    "roll": ("Roll", "input shift dim"),
}
"""Functions that one node is, its ports and parameters being arguments of the same names."""

"""What arguments of torch's layers mean, by the names that torch gives them everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEFT_OUT = frozenset({"inplace", "reduction", "sparse"})
"""Arguments that nobody who draws needs: they change how a layer computes, or how many numbers a
loss is."""

GLOSSARY: Mapping[str, Mapping[str, Any]] = {
    "activation": {
        "kind": "choice",
        "choices": ("relu", "gelu"),
        "default": "relu",
        "summary": "What stands between the two linear layers.",
    },
    "affine": {
        "summary": "Learn a scale and an offset for every channel.",
        "advanced": True,
    },
    "bias": {"summary": "Add a learned offset to every output.", "on_card": "never"},
    "bidirectional": {"summary": "Read backwards too, and join both."},
    "ceil_mode": {"summary": "Keep windows that reach over the edge.", "advanced": True},
    "count_include_pad": {"summary": "Count the added zeros in the mean.", "advanced": True},
    "dilation": {"summary": "Distance between the points read.", "low": 1, "advanced": True},
    "divisor_override": {
        "summary": "Divide by this; empty: by the size of the window.",
        "low": 1,
        "advanced": True,
    },
    "dim_feedforward": {
        "default": 256,
        "summary": "Width between the two linear layers; often four times the features.",
        "low": 1,
        "unit": "features",
        "always": True,
    },
    "dropout": {"summary": "Probability of zeroing a value.", "low": 0.0, "high": 1.0},
    "elementwise_affine": {"summary": "Learn a scale for every feature.", "advanced": True},
    "eps": {
        "summary": "Added to the variance so that nothing is divided by zero.",
        "low": 0.0,
        "advanced": True,
        "on_card": "never",
    },
    "groups": {
        "summary": "Independent groups of channels; as many as channels: depthwise.",
        "low": 1,
        "advanced": True,
    },
    "hidden_size": {"summary": "Features of the state.", "low": 1, "unit": "features"},
    "kernel_size": {
        "summary": "Size of the window.",
        "low": 1,
        "unit": "pixels",
        "on_card": "value",
    },
    "layer_norm_eps": {
        "summary": "Added to the variance so that nothing is divided by zero.",
        "low": 0.0,
        "advanced": True,
        "on_card": "never",
    },
    "momentum": {
        "summary": "Weight of the newest batch in the running statistics; empty: a plain mean.",
        "low": 0.0,
        "high": 1.0,
        "advanced": True,
    },
    "negative_slope": {"summary": "Slope below zero.", "low": 0.0},
    "nhead": {
        "default": 4,
        "summary": "Heads; must divide the number of features.",
        "low": 1,
        "always": True,
        "on_card": "count",
        "short": "heads",
    },
    "nonlinearity": {
        "kind": "choice",
        "choices": ("tanh", "relu"),
        "summary": "What the state goes through.",
        "advanced": True,
    },
    "norm_first": {"summary": "Normalise before each part, as GPT-2 does; else after."},
    "num_layers": {"summary": "Layers stacked on each other.", "low": 1},
    "out_channels": {
        "summary": "Number of filters, and channels that come out.",
        "low": 1,
        "unit": "channels",
        "default": 16,
    },
    "out_features": {
        "summary": "Size of the last dimension that comes out.",
        "low": 1,
        "unit": "features",
        "default": 10,
    },
    "output_padding": {
        "summary": "Added to one side of the output.",
        "low": 0,
        "advanced": True,
    },
    "output_size": {
        "summary": "Height and width that come out.",
        "low": 1,
        "unit": "pixels",
        "axes": 2,
    },
    "p": {"summary": "Probability of zeroing a value.", "low": 0.0, "high": 1.0},
    "padding": {"summary": "Added on every side.", "low": 0, "unit": "pixels"},
    "padding_mode": {"summary": "What is added on every side.", "advanced": True},
    "proj_size": {
        "summary": "Features that the state is projected to; 0: none.",
        "low": 0,
        "advanced": True,
    },
    "return_indices": {
        "summary": "Also give the places of the largest values, for unpooling.",
        "advanced": True,
        "on_card": "never",
    },
    "stride": {"summary": "Steps between positions.", "low": 1, "unit": "pixels"},
    "track_running_stats": {
        "summary": "Keep running statistics for evaluation.",
        "advanced": True,
    },
}

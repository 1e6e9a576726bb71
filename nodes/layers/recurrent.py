"""Recurrent layers: read a sequence step by step."""

from typing import Any

from nodes.declare import Port
from nodes.torch_layers import torch_layer

_OUTPUT = Port("output", summary="State after every step.")
_HIDDEN = Port("hidden", summary="Last state of each layer.")
_SEQUENCE: dict[str, Any] = {
    "inputs": (Port("input", dims="N T C"),),
    "inferred": {"input_size": ("input", -1)},
    "fixed": {"batch_first": True},
    "params": {
        "hidden_size": {"default": 64},
        "dropout": {"summary": "Dropout between stacked layers.", "advanced": True},
        "bias": {"summary": "Learn offsets.", "advanced": True},
    },
    "examples": ({"num_layers": 2, "dropout": 0.25}, {"num_layers": 2, "bidirectional": True}),
    "keywords": "rnn sequence memory",
    "glyph": "↻",
}

LSTM = torch_layer(
    "LSTM",
    "Recurrent",
    "Reads a sequence with a gated memory (Hochreiter & Schmidhuber 1997).",
    outputs=(_OUTPUT, _HIDDEN, Port("cell", summary="Last memory of each layer.")),
    targets="{output}, ({hidden}, {cell})",
    short="lstm",
    **_SEQUENCE,
)

GRU = torch_layer(
    "GRU",
    "Recurrent",
    "Reads a sequence with gates and one state (Cho et al. 2014).",
    outputs=(_OUTPUT, _HIDDEN),
    targets="{output}, {hidden}",
    short="gru",
    **_SEQUENCE,
)

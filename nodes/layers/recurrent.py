"""Recurrent stacks: read a whole sequence step by step."""

from collections.abc import Iterator
from typing import Any

from nodes.checks import all_of
from nodes.declare import Change, Port, Problem, Shapes, Values
from nodes.torch_layers import torch_layer

_LONG = "Stacked: layers × samples × features"
_BEFORE = Port("hidden", dims="K N M", optional=True, summary=f"State to begin with. {_LONG}.")
_MEMORY = Port("cell", dims="K N M", optional=True, summary=f"Memory to begin with. {_LONG}.")
_OUTPUT = Port("output", summary="State after every step.")
_HIDDEN = Port("hidden", summary="Last state of each layer.")


def _begin(values: Values, shapes: Shapes) -> str:
    return "{layer}({input}, {hidden})" if shapes.get("hidden") else "{layer}({input})"


def _begin_both(values: Values, shapes: Shapes) -> str:
    given = [name for name in ("hidden", "cell") if shapes.get(name)]
    if not given:
        return "{layer}({input})"
    if len(given) == 2:
        return "{layer}({input}, ({hidden}, {cell}))"
    pair = {"hidden": "{hidden}", "cell": "{cell}"}
    missing = ({*pair} - {*given}).pop()
    pair[missing] = f"torch.zeros_like({{{given[0]}}})"
    return f"{{layer}}({{input}}, ({pair['hidden']}, {pair['cell']}))"


def _states(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """States to begin with are one for each layer and direction."""
    many = values["num_layers"] * (2 if values["bidirectional"] else 1)
    samples, size = shapes["input"][0][0], values["hidden_size"]
    wide = {"hidden": values.get("proj_size") or size, "cell": size}
    for port, width in wide.items():
        wanted = (many, samples, width)
        if shapes.get(port) and shapes[port][0] != wanted:
            text = f"{{node}}: {port} must be {many}×samples×{width}, one for each layer"
            yield Problem("state", f"{text} and direction, but it is {{shape:{port}}}", port)
            return
    if values.get("proj_size") and bool(shapes.get("hidden")) != bool(shapes.get("cell")):
        missing = "cell" if shapes.get("hidden") else "hidden"
        yield Problem("state", f"{{node}}: with proj_size, wire {missing} too", missing)


def _projected(values: Values, shapes: Shapes) -> Iterator[Problem]:
    if values["proj_size"] >= values["hidden_size"]:
        text = "{node}: proj_size must be smaller than hidden_size"
        fix = ("Set proj_size to 0", (Change("set", "proj_size", 0),))
        yield Problem("proj-size", text, fixes=(fix,))


_SEQUENCE: dict[str, Any] = {
    "inferred": {"input_size": ("input", -1)},
    "fixed": {"batch_first": True},
    "params": {
        "hidden_size": {"default": 64},
        "dropout": {"summary": "Dropout between stacked layers.", "advanced": True},
        "bias": {"summary": "Learn offsets.", "advanced": True},
    },
    "examples": ({"num_layers": 2, "dropout": 0.25}, {"num_layers": 2, "bidirectional": True}),
    "glyph": "↻",
}
_INPUTS = (Port("input", dims="N T C"), _BEFORE)
_WORDS = "recurrent sequence memory time"

LSTM = torch_layer(
    "LSTM",
    "Recurrent",
    "Reads a sequence with a gated memory (Hochreiter & Schmidhuber 1997).",
    inputs=(*_INPUTS, _MEMORY),
    outputs=(_OUTPUT, _HIDDEN, Port("cell", summary="Last memory of each layer.")),
    targets="{output}, ({hidden}, {cell})",
    forward=_begin_both,
    check=all_of(_projected, _states),
    formula=(
        r"i = \sigma(W_i x + U_i h + b_i) \\ f = \sigma(W_f x + U_f h + b_f) \\ o = \sigma(W_o "
        r"x + U_o h + b_o) \\ g = \tanh(W_g x + U_g h + b_g) \\ c' = f \odot c + i \odot g \\ "
        r"h' = o \odot \tanh c'"
    ),
    paper="https://doi.org/10.1162/neco.1997.9.8.1735",
    keywords=f"rnn {_WORDS} long short-term",
    short="lstm",
    **_SEQUENCE,
)

GRU = torch_layer(
    "GRU",
    "Recurrent",
    "Reads a sequence with gates and one state (Cho et al. 2014).",
    inputs=_INPUTS,
    outputs=(_OUTPUT, _HIDDEN),
    targets="{output}, {hidden}",
    forward=_begin,
    check=_states,
    formula=(
        r"r = \sigma(W_r x + U_r h + b_r) \\ z = \sigma(W_z x + U_z h + b_z) \\ n = \tanh(W_n x "
        r"+ r \odot (U_n h + b_n)) \\ h' = (1 - z) \odot n + z \odot h"
    ),
    paper="https://arxiv.org/abs/1406.1078",
    keywords=f"rnn {_WORDS} gated",
    short="gru",
    **_SEQUENCE,
)

RNN = torch_layer(
    "RNN",
    "Recurrent",
    "Reads a sequence with one state and no gates (Elman 1990).",
    inputs=_INPUTS,
    outputs=(_OUTPUT, _HIDDEN),
    targets="{output}, {hidden}",
    forward=_begin,
    check=_states,
    formula=r"h_t = \tanh(W_x x_t + b_x + W_h h_{t-1} + b_h)",
    paper="https://doi.org/10.1207/s15516709cog1402_1",
    keywords=f"{_WORDS} elman simple vanilla",
    short="rnn",
    **_SEQUENCE,
)

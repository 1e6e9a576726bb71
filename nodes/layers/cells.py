"""Recurrent cells: one step of a recurrent layer, for those who draw the loop."""

from collections.abc import Iterator
from typing import Any

from nodes.declare import Change, Port, Problem, Shapes, Values
from nodes.torch_layers import torch_layer

_INPUT = Port("input", dims="N C", summary="What is read in this step.")
_BEFORE = Port("hidden", dims="N M", optional=True, summary="State before; zeros where unwired.")
_MEMORY = Port("cell", dims="N M", optional=True, summary="Memory before; zeros where unwired.")
_AFTER = Port("hidden", summary="State after.")


def _state(values: Values, shapes: Shapes) -> Iterator[Problem]:
    for port in ("hidden", "cell"):
        for _, size in shapes.get(port, ()):
            if size != values["hidden_size"]:
                text = (
                    f"{{node}}: hidden_size ({values['hidden_size']}) must be the {size} features"
                )
                fix = (f"Set hidden_size to {size}", (Change("set", "hidden_size", size),))
                yield Problem("state", f"{text} of {{{port}}}", port, fixes=(fix,))
                return


def _step(values: Values, shapes: Shapes) -> str:
    return "{layer}({input}, {hidden})" if shapes.get("hidden") else "{layer}({input})"


def _step_both(values: Values, shapes: Shapes) -> str:
    hidden, cell = bool(shapes.get("hidden")), bool(shapes.get("cell"))
    if not hidden and not cell:
        return "{layer}({input})"
    first = "{hidden}" if hidden else "torch.zeros_like({cell})"
    second = "{cell}" if cell else "torch.zeros_like({hidden})"
    return f"{{layer}}({{input}}, ({first}, {second}))"


_CELL: dict[str, Any] = {
    "inferred": {"input_size": ("input", -1)},
    "params": {
        "hidden_size": {"default": 64},
        "bias": {"summary": "Learn offsets.", "advanced": True},
    },
    "check": _state,
    "glyph": "↻1",
    "short": "step",
}

RNN_CELL = torch_layer(
    "RNNCell",
    "Recurrent",
    "One step of an RNN: a new state from an input and the state before.",
    inputs=(_INPUT, _BEFORE),
    outputs=(_AFTER,),
    forward=_step,
    formula=r"h' = \tanh(W_x x + b_x + W_h h + b_h)",
    paper="https://doi.org/10.1207/s15516709cog1402_1",
    keywords="recurrent elman step time scan",
    **_CELL,
)

GRU_CELL = torch_layer(
    "GRUCell",
    "Recurrent",
    "One step of a GRU: a new state, as far as its gates let it.",
    inputs=(_INPUT, _BEFORE),
    outputs=(_AFTER,),
    forward=_step,
    formula=(
        r"r = \sigma(W_r x + U_r h + b_r) \\ z = \sigma(W_z x + U_z h + b_z) \\ n = \tanh(W_n x "
        r"+ r \odot (U_n h + b_n)) \\ h' = (1 - z) \odot n + z \odot h"
    ),
    paper="https://arxiv.org/abs/1406.1078",
    keywords="recurrent gated step time scan",
    **_CELL,
)

LSTM_CELL = torch_layer(
    "LSTMCell",
    "Recurrent",
    "One step of an LSTM: a new state and a new memory.",
    inputs=(_INPUT, _BEFORE, _MEMORY),
    outputs=(_AFTER, Port("cell", summary="Memory after.")),
    targets="{hidden}, {cell}",
    forward=_step_both,
    formula=(
        r"i = \sigma(W_i x + U_i h + b_i) \\ f = \sigma(W_f x + U_f h + b_f) \\ o = \sigma(W_o "
        r"x + U_o h + b_o) \\ g = \tanh(W_g x + U_g h + b_g) \\ c' = f \odot c + i \odot g \\ "
        r"h' = o \odot \tanh c'"
    ),
    paper="https://doi.org/10.1162/neco.1997.9.8.1735",
    keywords="recurrent gated memory step time scan",
    **_CELL,
)

"""Recurrent layers: read a sequence step by step."""

from nodes.declare import NodeType, Param, Port

_PARAMS = (
    Param("hidden_size", "int", 64, "Features of the state.", low=1, unit="features"),
    Param("num_layers", "int", 1, "Layers stacked on each other.", low=1),
    Param("bidirectional", "bool", False, "Read backwards too, and join both."),
    Param(
        "dropout", "float", 0.0, "Dropout between stacked layers.", low=0.0, high=1.0, advanced=True
    ),
    Param("bias", "bool", True, "Learn offsets.", advanced=True, on_card="never"),
)
_ARGUMENTS = ("input_size", "hidden_size", "num_layers", "bias", "dropout", "bidirectional")
_SEQUENCE = (Port("input", dims="N T C"),)

LSTM = NodeType(
    "LSTM",
    "Recurrent",
    "Reads a sequence with a gated memory (Hochreiter & Schmidhuber 1997).",
    _SEQUENCE,
    outputs=(
        Port("output", summary="State after every step."),
        Port("hidden", summary="Last state of each layer."),
        Port("cell", summary="Last memory of each layer."),
    ),
    params=_PARAMS,
    layer="torch.nn.LSTM",
    arguments=_ARGUMENTS,
    positional=2,
    fixed={"batch_first": True},
    inferred={"input_size": ("input", -1)},
    targets="{output}, ({hidden}, {cell})",
    keywords="rnn sequence memory",
    glyph="↻",
    short="lstm",
)

GRU = NodeType(
    "GRU",
    "Recurrent",
    "Reads a sequence with gates and one state (Cho et al. 2014).",
    _SEQUENCE,
    outputs=(
        Port("output", summary="State after every step."),
        Port("hidden", summary="Last state of each layer."),
    ),
    params=_PARAMS,
    layer="torch.nn.GRU",
    arguments=_ARGUMENTS,
    positional=2,
    fixed={"batch_first": True},
    inferred={"input_size": ("input", -1)},
    targets="{output}, {hidden}",
    keywords="rnn sequence memory",
    glyph="↻",
    short="gru",
)

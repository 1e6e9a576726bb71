"""Inputs and outputs of a board, and boards used as nodes."""

from nodes.declare import NETWORKS, TRAINING, NodeType, Param, Port

INPUT = NodeType(
    "Input",
    "Structure",
    "What goes in: an argument of forward.",
    params=(
        Param(
            "shape",
            "shape",
            ("N", 1, 28, 28),
            "Sizes, and names of free dimensions: N is the number of samples, T=64 a free length "
            "that is typically 64.",
        ),
        Param(
            "dtype",
            "choice",
            "float32",
            "Element type; int64 for tokens and classes.",
            choices=(
                "float32",
                "float64",
                "float16",
                "bfloat16",
                "int64",
                "int32",
                "uint8",
                "bool",
                "complex64",
            ),
            on_card="changed",
        ),
        Param(
            "next",
            "node",
            "",
            "The Output that it becomes at the next step, where a Scan applies this block along "
            "time; empty: each step gets a new one.",
            advanced=True,
            on_card="never",
        ),
    ),
    boards=NETWORKS,
    role="input",
    forward="",
    keywords="image tokens argument placeholder",
    everyday=True,
    glyph="in",
    short="x",
)

OUTPUT = NodeType(
    "Output",
    "Structure",
    "What comes out: a value that forward returns.",
    inputs=(Port("input", "any"),),
    outputs=(),
    boards=NETWORKS,
    role="output",
    forward="",
    keywords="return result",
    everyday=True,
    glyph="out",
)

BLOCK = NodeType(
    "Block",
    "Structure",
    "Another board used as a layer, once or several times in a row.",
    outputs=(),
    params=(
        Param("block", "board", "", "The block board that it stands for."),
        Param(
            "repeat",
            "int",
            1,
            "Copies in a row; the output must have the shape of the input.",
            low=1,
            high=1000,
            on_card="never",
        ),
        Param("tied", "bool", False, "All copies share one set of weights."),
    ),
    boards=NETWORKS,
    role="block",
    forward="",
    keywords="module subgraph repeat residual stack",
    glyph="▣",
)

SCAN = NodeType(
    "Scan",
    "Structure",
    "A block applied along time, step by step. It carries on the block's Inputs that have a next: "
    "they begin as what is wired to them, or as zeros, and what they end as comes out; all else is "
    "a sequence.",
    outputs=(),
    params=(
        Param("block", "board", "", "The block board that is applied at each step."),
        Param("reverse", "bool", False, "Begin with the last step."),
    ),
    boards=NETWORKS,
    role="block",
    scans=True,
    forward="",
    keywords="recurrent cell recurrence loop time steps state rnn lstm gru unroll",
    glyph="↻",
)

NETWORK = NodeType(
    "Network",
    "Structure",
    "A network of this project, at work on the training board.",
    outputs=(),
    params=(
        Param("network", "board", "", "The network board that it stands for."),
        Param(
            "instance",
            "instance",
            "",
            "Name of its weights: nodes of one name share them, another name has others; empty: "
            "those that are called like the network.",
        ),
        Param(
            "state",
            "choice",
            "live",
            "live: updates train it; frozen: its weights stay.",
            choices=("live", "frozen"),
        ),
        Param(
            "follows",
            "instance",
            "",
            "The network whose weights these follow, instead of being trained; empty: none.",
            advanced=True,
        ),
        Param(
            "decay",
            "float",
            0.99,
            "Share of its own weights that it keeps at each move; 0 copies the other's.",
            low=0.0,
            high=1.0,
            advanced=True,
        ),
        Param(
            "follow_every",
            "int",
            1,
            "Follow after every so many moves of the other.",
            low=1,
            unit="moves",
            advanced=True,
        ),
        Param(
            "buffers",
            "choice",
            "copy",
            "Whether what is counted rather than learned, as in batch normalisation, is copied "
            "or follows too.",
            choices=("copy", "follow"),
            advanced=True,
        ),
        Param(
            "mode",
            "choice",
            "auto",
            "Whether dropout and batch normalisation are as in training; auto: where an update "
            "trains it.",
            choices=("auto", "training", "rest"),
            advanced=True,
        ),
    ),
    boards=TRAINING,
    role="network",
    forward="",
    keywords="model",
    everyday=True,
    glyph="net",
)

STRUCTURE = (INPUT, OUTPUT, BLOCK, SCAN, NETWORK)
"""The words of a project's own language: what a board takes, gives and holds is read by them, also
where the catalogue is not known."""

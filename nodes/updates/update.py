"""The update of weights by an optimiser."""

from nodes.declare import TRAINING, NodeType, Param, Port

UPDATE = NodeType(
    "Update",
    "Update",
    "Follows the loss downhill: optimiser, learning rate, schedule.",
    inputs=(Port("loss", "loss"),),
    outputs=(),
    boards=TRAINING,
    params=(
        Param(
            "optimizer",
            "choice",
            "AdamW",
            "How a step is made from gradients.",
            choices=("SGD", "Adam", "AdamW", "RMSprop"),
        ),
        Param("learning_rate", "float", 1e-3, "Length of the steps.", low=0.0),
        Param(
            "schedule",
            "choice",
            "constant",
            "How the learning rate changes over the run.",
            choices=("constant", "cosine", "linear"),
        ),
        Param(
            "warmup",
            "float",
            0.0,
            "Share of the run in which the rate rises from 0.",
            low=0.0,
            high=1.0,
        ),
        Param("weight_decay", "float", 0.0, "Pull of the weights towards zero.", low=0.0),
        Param(
            "momentum",
            "float",
            0.9,
            "Memory of earlier steps.",
            low=0.0,
            high=1.0,
            when=("optimizer", ("SGD", "RMSprop")),
        ),
        Param(
            "clip_norm",
            "float",
            None,
            "Longest gradient; empty: any.",
            low=0.0,
            optional=True,
            advanced=True,
        ),
        Param(
            "networks",
            "instances",
            (),
            "Weights that it trains, by their names, separated by commas; empty: all live ones "
            "that the loss reaches.",
            advanced=True,
        ),
        Param(
            "every",
            "int",
            1,
            "Make a step only every so many steps of the run.",
            low=1,
            advanced=True,
        ),
    ),
    forward="",
    keywords="optimizer sgd adam adamw learning rate schedule train",
    glyph="∇",
)

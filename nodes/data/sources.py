"""Data sources that come with Netloom, and the reader's own arrays and texts."""

from nodes.declare import TRAINING, NodeType, Param, Port


def sample_shares(validation: float, test: float) -> tuple[Param, ...]:
    """Samples in a step, and the shares that are kept apart: parameters of most data sources."""
    return (
        Param(
            "batch_size",
            "int",
            64,
            "Samples in one step.",
            low=1,
            unit="samples",
            on_card="name",
            short="batch",
            essential=True,
        ),
        Param(
            "validation",
            "float",
            validation,
            "Share kept to choose by.",
            low=0.0,
            high=0.9,
            advanced=True,
        ),
        Param(
            "test",
            "float",
            test,
            "Share kept for the last word, never used for a choice.",
            low=0.0,
            high=0.9,
            advanced=True,
        ),
    )


DIGITS_DATA = NodeType(
    "DigitsData",
    "Data",
    "1,797 handwritten digits, 8×8 pixels, from scikit-learn.",
    outputs=(
        Port("image", dims="N C H W", summary="Grey pictures, 0 to 1."),
        Port("label", "int", summary="0 to 9."),
    ),
    params=(
        Param(
            "size",
            "int",
            8,
            "Height and width the pictures are resized to.",
            low=8,
            high=128,
            unit="pixels",
            always=True,
        ),
        *sample_shares(0.1, 0.2),
    ),
    boards=TRAINING,
    role="data",
    batch="batch_size",
    dataset="nodes.datasets.digits.Digits",
    follows={"size": ("image", -1)},
    arguments=("size", "validation", "test"),
    forward="",
    keywords="data mnist images handwriting classification",
    glyph="7",
    short="digits",
)

TEXT_DATA = NodeType(
    "TextData",
    "Data",
    "Characters of a text, to predict the next one.",
    outputs=(
        Port("tokens", "int", dims="N T", summary="Character numbers."),
        Port("target", "int", summary="The same, one further."),
    ),
    params=(
        Param("path", "path", "", "A text file in UTF-8; empty: Python's own language reference."),
        Param(
            "length", "int", 64, "Characters in one sample.", low=1, unit="characters", always=True
        ),
        *sample_shares(0.1, 0.0),
    ),
    boards=TRAINING,
    role="data",
    batch="batch_size",
    dataset="nodes.datasets.text.Characters",
    follows={"length": ("tokens", -1)},
    arguments=("path", "length", "validation", "test"),
    forward="",
    keywords="data language model gpt characters",
    glyph="Aa",
    short="text_data",
)

ARRAYS_DATA = NodeType(
    "ArraysData",
    "Data",
    "Your own arrays: an .npz file with `x` and `y`, first dimension samples.",
    outputs=(Port("x"), Port("y", "any", summary="Whole numbers are classes.")),
    params=(
        Param("path", "path", "", "The .npz file, as numpy.savez writes it."),
        *sample_shares(0.1, 0.2),
    ),
    boards=TRAINING,
    role="data",
    batch="batch_size",
    dataset="nodes.datasets.arrays.Arrays",
    arguments=("path", "validation", "test"),
    forward="",
    keywords="data numpy npz own csv table",
    glyph="npz",
    short="arrays",
)

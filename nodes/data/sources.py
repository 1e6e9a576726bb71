"""Handwritten digits, and what most data sources have in common."""

from nodes.declare import TRAINING, NodeType, Param, Port, Values
from nodes.described import DataDescription, DataField


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


def check_shares(values: Values) -> None:
    """Raises ValueError where the shares of `sample_shares` leave nothing to train on."""
    if values["validation"] + values["test"] >= 1:
        raise ValueError("validation and test together leave nothing to train on")


def describe_digits(values: Values) -> DataDescription:
    """Pictures and what digit each is. Raises ValueError."""
    check_shares(values)
    size = values["size"]
    fields = {
        "image": DataField(("N", 1, size, size), kind="picture"),
        "label": DataField(("N",), "int64", "class", 10, tuple("0123456789")),
    }
    return DataDescription(fields, 1797, "image")


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
    describe=describe_digits,
    follows={"size": ("image", -1)},
    arguments=("size", "validation", "test"),
    forward="",
    keywords="data mnist images handwriting classification",
    everyday=True,
    glyph="7",
    short="digits",
)

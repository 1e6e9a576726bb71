"""Pairs of samples that belong together."""

from nodes.data.sources import DIGITS_DATA, describe_digits, sample_shares
from nodes.declare import TRAINING, NodeType, Param, Port, Values
from nodes.described import DataDescription


def describe_pairs(values: Values) -> DataDescription:
    """Two pictures, and what digit both are. Raises ValueError."""
    digits = describe_digits(values)
    image, label = digits.fields["image"], digits.fields["label"]
    fields = {"first": image, "second": image, "label": label}
    return DataDescription(fields, digits.samples, digits.takes)


DIGIT_PAIRS = NodeType(
    "DigitPairs",
    "Data",
    "Pairs of handwritten digits: two pictures, 8×8 pixels, of the same one, from scikit-learn.",
    outputs=(
        Port("first", dims="N C H W", summary="Grey pictures, 0 to 1."),
        Port("second", dims="N C H W", summary="Others of the same digits."),
        Port("label", "int", summary="0 to 9."),
    ),
    params=(
        *(param for param in DIGITS_DATA.params if param.name == "size"),
        Param("seed", "int", 0, "Which pictures are partners follows from it.", low=0),
        *sample_shares(0.1, 0.2),
    ),
    boards=TRAINING,
    role="data",
    batch="batch_size",
    dataset="nodes.datasets.pairs.DigitPairs",
    describe=describe_pairs,
    follows={"size": ("first", -1)},
    arguments=("size", "seed", "validation", "test"),
    forward="",
    keywords="data siamese contrastive metric learning retrieval similarity images",
    glyph="77",
    short="pairs",
)

"""A small table: wines and who grew them."""

from nodes.data.sources import check_shares, sample_shares
from nodes.declare import TRAINING, NodeType, Port, Values
from nodes.described import DataDescription, DataField


def describe_wine(values: Values) -> DataDescription:
    """Measurements and who grew the wine. Raises ValueError."""
    check_shares(values)
    growers = ("grower 1", "grower 2", "grower 3")
    fields = {
        "x": DataField(("N", 13)),
        "label": DataField(("N",), "int64", "class", len(growers), growers),
    }
    return DataDescription(fields, 178)


WINE_DATA = NodeType(
    "WineData",
    "Data",
    "178 wines of three growers, 13 measurements each, from scikit-learn.",
    outputs=(
        Port("x", dims="N C", summary="Measurements: alcohol, magnesium, colour, …"),
        Port("label", "int", summary="Which of the three growers."),
    ),
    params=sample_shares(0.1, 0.2),
    boards=TRAINING,
    role="data",
    batch="batch_size",
    dataset="nodes.datasets.wine.Wine",
    describe=describe_wine,
    arguments=("validation", "test"),
    forward="",
    keywords="data table tabular classification csv",
    glyph="13",
    short="wine",
)

"""A small table: wines and who grew them."""

from nodes.data.sources import sample_shares
from nodes.declare import TRAINING, NodeType, Port

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
    arguments=("validation", "test"),
    forward="",
    keywords="data table tabular classification csv",
    glyph="13",
    short="wine",
)

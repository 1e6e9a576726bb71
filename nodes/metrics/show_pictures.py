"""Pictures that are looked at while it trains."""

from nodes.declare import TRAINING, NodeType, Param, Port

SHOW_PICTURES = NodeType(
    "ShowPictures",
    "Metric",
    "Pictures to look at while it trains; some are kept in the run's folder. What is random in "
    "them is drawn the same each time.",
    inputs=(Port("pictures", dims="N C H W"),),
    outputs=(),
    boards=TRAINING,
    role="show",
    params=(Param("count", "int", 64, "How many of a batch.", low=1, high=1024, unit="pictures"),),
    forward="{pictures}[:{count}]",
    keywords="image samples generated figure display look progress",
    glyph="▦",
    short="shown",
)

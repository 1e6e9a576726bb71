"""A small graph: a club and who is friends with whom."""

from nodes.declare import TRAINING, NodeType, Port

KARATE_CLUB = NodeType(
    "KarateClub",
    "Data",
    "34 members of a karate club and their friendships, two of known side, from networkx.",
    outputs=(
        Port("x", dims="V C", summary="A one for each member, at a place of its own."),
        Port("edge_index", "int", dims="2 E", summary="From whom to whom, both ways."),
        Port("mask", "bool", dims="V", summary="Members that the part is about."),
        Port("label", "int", dims="V", summary="Whose side each took: 0 or 1."),
    ),
    boards=TRAINING,
    role="data",
    dataset="nodes.datasets.karate.KarateClub",
    forward="",
    keywords="data graph network zachary social semi-supervised nodes",
    glyph="⚭",
    short="club",
)

"""A small graph: a club and who is friends with whom."""

from nodes.declare import TRAINING, NodeType, Port, Values
from nodes.described import DataDescription, DataField


def describe_club(values: Values) -> DataDescription:
    """One graph: its members, their friendships and sides."""
    sides = ("instructor", "president")
    fields = {
        "x": DataField(("V=34", 34)),
        "edge_index": DataField((2, "E=156"), "int64", "edges", 34),
        "mask": DataField(("V=34",), "bool", "mask"),
        "label": DataField(("V=34",), "int64", "class", len(sides), sides),
    }
    return DataDescription(fields, 1)


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
    describe=describe_club,
    forward="",
    keywords="data graph network zachary social semi-supervised nodes",
    glyph="⚭",
    short="club",
)

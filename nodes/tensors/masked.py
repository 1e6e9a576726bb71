"""What a mask leaves of a tensor."""

from nodes.declare import NodeType, Port

MASKED = NodeType(
    "Masked",
    "Shape",
    "Only the entries that a mask marks, such as those that have a label, in one row.",
    inputs=(
        Port("input", "any"),
        Port("mask", "bool", summary="Has the first dimensions of the input, or all of them."),
    ),
    outputs=(Port("output", "any", summary="As many entries as are marked."),),
    rearranges=True,
    couples=True,
    forward="{input}[{mask}]",
    keywords="mask boolean select filter padding graph semi-supervised",
    glyph="▨",
)

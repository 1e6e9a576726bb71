"""Numbers that follow the training's progress."""

from nodes.declare import TRAINING, NodeType, Param, Port, Shapes, Values


def _ramp(values: Values, shapes: Shapes) -> str:
    share = "at.done / at.total"
    if values["begin"] != 0:
        share = f"({share} - {{begin}})"
    length = values["end"] - values["begin"]
    if length != 1:
        share = f"{share} / {length:.6g}"
    way = f"min(1.0, max(0.0, {share}))"
    if values["first"] == 0:
        return f"torch.tensor({way if values['last'] == 1 else f'{{last}} * {way}'})"
    return f"torch.tensor({{first}} + ({{last}} - {{first}}) * {way})"


RAMP = NodeType(
    "Ramp",
    "Combine",
    "A number that moves from one value to another while it trains, such as a loss's weight.",
    outputs=(Port("output", "any"),),
    params=(
        Param("first", "float", 0.0, "Its value until it begins to move.", essential=True),
        Param("last", "float", 1.0, "Its value from when it has arrived.", essential=True),
        Param("begin", "float", 0.0, "Share of the run after which it moves.", low=0.0, high=0.99),
        Param("end", "float", 1.0, "Share of the run at which it arrives.", low=0.01, high=1.0),
    ),
    boards=TRAINING,
    forward=_ramp,
    keywords="schedule anneal warmup weight kl beta",
    glyph="╱",
    short="ramp",
)

"""The share of answers whose few best hold the right one."""

from collections.abc import Iterator

from nodes.declare import TRAINING, Change, NodeType, Param, Port, Problem, Shapes, Values


def _enough(values: Values, shapes: Shapes) -> Iterator[Problem]:
    classes, k = shapes["logits"][0][-1], values["k"]
    if k > classes:
        fix = (f"Set k to {classes}", (Change("set", "k", classes),))
        text = f"{{node}}: k ({k}) is more than the {classes} classes of {{logits}}"
        yield Problem("k", text, "logits", fixes=(fix,))


TOP_K = NodeType(
    "TopK",
    "Metric",
    "The share of answers whose k highest scores hold the right class.",
    inputs=(
        Port("logits", summary="A score for each class in the last dimension."),
        Port("target", "int"),
    ),
    outputs=(),
    boards=TRAINING,
    role="metric",
    better="higher",
    params=(Param("k", "int", 3, "Answers that may be right.", low=1, always=True),),
    forward="({logits}.topk({k}).indices == {target}[..., None]).any(-1).float().mean()",
    check=_enough,
    formula=r"\frac{1}{n}\,\#\{i : t_i \in \mathrm{top}_k\,z_i\}",
    keywords="top5 accuracy classification rank",
    glyph="k",
    short="top",
)

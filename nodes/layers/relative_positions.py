"""Positions that attention sees as distances."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import NodeType, Param, Port, Problem, Shapes, Values


def _even(values: Values, shapes: Shapes) -> Iterator[Problem]:
    features = shapes["input"][0][-1]
    if features % 2:
        text = f"{{node}} turns pairs of features, but {{input}} has {features}, an odd number"
        yield Problem("features", text, "input")


ROTARY_POSITION = NodeType(
    "RotaryPosition",
    "Embedding",
    "Turns queries or keys by their position, so that attention sees distances (RoPE, 2021).",
    inputs=(Port("input", dims="N * T C", summary="Queries or keys, of one head or of each."),),
    params=(Param("base", "float", 10000.0, "Larger: slower turns, for longer texts.", low=1.0),),
    layer="nodes.modules.relative_positions.RotaryPosition",
    arguments=("base",),
    check=_even,
    examples=({"base": 500.0},),
    formula=r"(y_i, y_{i+d/2}) = R(t\,\theta_i)\,(x_i, x_{i+d/2}), \quad \theta_i = 10000^{-2i/d}",
    paper="https://arxiv.org/abs/2104.09864",
    keywords="rope rotate position transformer llama relative",
    glyph="↻p",
    short="rotary",
)


RELATIVE_POSITION = NodeType(
    "RelativePosition",
    "Embedding",
    "A learned number for each head and distance; wire it to an attention's mask (2019).",
    inputs=(Port("input", dims="N * T C", summary="A sequence, for its length."),),
    params=(
        Param(
            "num_heads",
            "int",
            4,
            "As many as the attention has.",
            low=1,
            always=True,
            on_card="count",
            short="heads",
        ),
        Param("reach", "int", 8, "Distances that differ; all beyond are alike.", low=1),
    ),
    layer="nodes.modules.relative_positions.RelativePosition",
    arguments=("num_heads", "reach"),
    positional=1,
    examples=({"reach": 3},),
    formula=r"B_{h,i,j} = b_{h,\,\min(\max(j - i, -r), r)}",
    paper="https://arxiv.org/abs/1910.10683",
    keywords="bias distance position transformer t5 swin shaw",
    glyph="i−j",
    short="distance",
)

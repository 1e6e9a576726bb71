"""Layers for graphs, from PyTorch Geometric: members have features, edges lead from one to
another."""

from nodes.declare import NETWORKS, NodeType, Param, Port

GCN_CONV = NodeType(
    "GCNConv",
    "Graph",
    "Each member becomes a weighted sum of itself and its neighbours (Kipf & Welling 2017).",
    inputs=(
        Port("x", dims="V C", summary="Features of every member of the graph."),
        Port(
            "edge_index", "int", dims="2 E", summary="From which member to which each edge leads."
        ),
    ),
    boards=NETWORKS,
    params=(
        Param("out_channels", "int", 16, "Features that come out.", low=1),
        Param("improved", "bool", False, "A member counts twice in its own sum.", advanced=True),
        Param(
            "normalize",
            "bool",
            True,
            "Divide by the numbers of neighbours; else the sum has no member itself.",
            advanced=True,
        ),
        Param("bias", "bool", True, "Learn offsets.", advanced=True),
    ),
    layer="torch_geometric.nn.GCNConv",
    library="torch_geometric",
    arguments=("in_channels", "out_channels", "improved", "normalize", "bias"),
    positional=2,
    inferred={"in_channels": ("x", -1)},
    forward="{layer}({x}, {edge_index})",
    formula=r"X' = \hat{D}^{-1/2}\,(A + I)\,\hat{D}^{-1/2}\,X\,W + b",
    paper="https://arxiv.org/abs/1609.02907",
    keywords="graph convolution network gnn message passing nodes edges geometric",
    glyph="⚭",
    short="conv",
)

"""Layouts that families of layers share, by their number of spatial axes."""

from __future__ import annotations

from collections.abc import Mapping

from nodes.declare import Port

SPATIAL: Mapping[int, Port] = {
    1: Port("input", dims="N C L"),
    2: Port("input", dims="N C H W"),
    3: Port("input", dims="N C D H W"),
}
"""What a layer over so many axes takes."""

WINDOW: Mapping[str, str] = {
    "size": "kernel_size",
    "stride": "stride",
    "padding": "padding",
    "dilation": "dilation",
}
"""Which parameters tell of a layer's window, where it has them all."""

THINGS: Mapping[int, str] = {1: "sequences", 2: "images", 3: "volumes"}
"""What that is called."""

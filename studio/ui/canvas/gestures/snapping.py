"""Where a dragged node comes to rest: in line with others near by, otherwise on the grid."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from PySide6.QtCore import QLineF

from studio.model.layout.cards import WIDTH, Box, to_grid
from studio.ui.canvas.scene.scene import Scene

NEAR = 600
"""Only nodes this near are lined up with."""


@dataclass(frozen=True)
class RestingPlace:
    """A place, and the lines that show what it is in line with."""

    x: float
    y: float
    guides: list[QLineF]


def rest(
    scene: Scene, x: float, y: float, height: float, moving: Container[str], reach: float
) -> RestingPlace:
    """Where a node dragged to (x, y) comes to rest."""
    near: Box = (x - NEAR, y - NEAR, x + WIDTH + NEAR, y + height + NEAR)
    others = [scene.cards[id] for id in scene.boxes.touching(near) if id not in moving]
    column = min(
        (c for c in others if abs(c.x - x) <= reach), key=lambda c: abs(c.y - y), default=None
    )
    row = min(
        (c for c in others if abs(c.y - y) <= reach), key=lambda c: abs(c.x - x), default=None
    )
    grid_x, grid_y = to_grid(x, y)
    at_x = column.x if column else grid_x
    at_y = row.y if row else grid_y
    guides = []
    if column:
        top, bottom = min(at_y, column.y), max(at_y + height, column.y + column.height)
        guides.append(QLineF(at_x, top - 16, at_x, bottom + 16))
    if row:
        left, right = min(at_x, row.x), max(at_x, row.x) + WIDTH
        guides.append(QLineF(left - 16, at_y, right + 16, at_y))
    return RestingPlace(at_x, at_y, guides)

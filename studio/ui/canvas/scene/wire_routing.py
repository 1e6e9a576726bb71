"""The course of a wire: straight into the next node, or along a free lane past what is between.

A wire is one bend where nothing lies between its ends. Else it runs level, in a lane: edges of the
cards near by, moved off by a little, are all the lanes there are, since a wire that passes cards
closely is the shortest; the cheapest by way up and down that no card blocks is taken. Wires past
more cards keep further off, so that nested skips do not lie on each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath

from nodes.declare import PortKind
from studio.model.layout.cards import WIDTH, Box
from studio.ui.canvas.scene.box_table import BoxTable

Points = NDArray[np.float64]

TURN = 44
"""Length of the bend between a port and a lane."""
CLEAR = 14
"""Distance of a lane from the cards it passes."""
BACK = 56
"""Reach of a bend that turns back."""
LANES = 60
"""Free lanes are looked for among this many."""


@dataclass(frozen=True)
class Curve:
    """From an output at (x1, y1) to an input at (x2, y2), by way of a lane at height `lane`
    between `left` and `right` where there is one."""

    x1: float
    y1: float
    x2: float
    y2: float
    lane: float | None = None
    left: float = 0.0
    right: float = 0.0
    kind: PortKind = "any"
    """What it carries."""
    broken: bool = False
    """One of its nodes has no such port."""

    @property
    def reach(self) -> float:
        """How far the curve goes straight on from its ports."""
        ahead = self.x2 - self.x1
        if ahead >= 0:
            return min(max(ahead / 2, 12.0), 160.0)
        return min(60.0 - ahead / 4, 240.0)

    @property
    def bends(self) -> tuple[float, float]:
        """Where the bends to and from the lane stand upright."""
        if self.right < self.left:
            return self.x1 + BACK, self.x2 - BACK
        return (self.x1 + self.left) / 2, (self.right + self.x2) / 2

    @property
    def box(self) -> Box:
        xs = [self.x1, self.x2]
        ys = [self.y1, self.y2]
        if self.lane is not None:
            ys.append(self.lane)
            xs += self.bends
        elif self.x2 < self.x1:
            xs += [self.x1 + self.reach, self.x2 - self.reach]
        return min(xs) - 4, min(ys) - 4, max(xs) + 4, max(ys) + 4

    @cached_property
    def path(self) -> QPainterPath:
        """The curve to be stroked."""
        path = QPainterPath(QPointF(self.x1, self.y1))
        if self.lane is None:
            c = self.reach
            path.cubicTo(self.x1 + c, self.y1, self.x2 - c, self.y2, self.x2, self.y2)
            return path
        first, last = self.bends
        path.cubicTo(first, self.y1, first, self.lane, self.left, self.lane)
        path.lineTo(self.right, self.lane)
        path.cubicTo(last, self.lane, last, self.y2, self.x2, self.y2)
        return path

    @cached_property
    def points(self) -> Points:
        """Points along the curve."""
        share = np.linspace(0.0, 1.0, 17)[:, None]

        def bend(x1: float, y1: float, x2: float, y2: float, c1: float, c2: float) -> Points:
            a, b = np.array([x1, y1]), np.array([c1, y1])
            c, d = np.array([c2, y2]), np.array([x2, y2])
            rest = 1 - share
            points: Points = (
                rest**3 * a + 3 * rest**2 * share * b + 3 * rest * share**2 * c + share**3 * d
            )
            return points

        if self.lane is None:
            c = self.reach
            return bend(self.x1, self.y1, self.x2, self.y2, self.x1 + c, self.x2 - c)
        first, last = self.bends
        return np.concatenate(
            [
                bend(self.x1, self.y1, self.left, self.lane, first, first),
                bend(self.right, self.lane, self.x2, self.y2, last, last),
            ]
        )

    @property
    def middle(self) -> QPointF:
        """Where the shape is written."""
        if self.lane is not None:
            return QPointF((self.left + self.right) / 2, self.lane)
        return QPointF((self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2)

    @property
    def room(self) -> float:
        """Width that a label has on it."""
        return abs(self.right - self.left if self.lane is not None else self.x2 - self.x1)

    @cached_property
    def lines(self) -> list[QLineF]:
        """Straight lines in its place, for far out."""
        if self.lane is None:
            return [QLineF(self.x1, self.y1, self.x2, self.y2)]
        return [
            QLineF(self.x1, self.y1, self.left, self.lane),
            QLineF(self.left, self.lane, self.right, self.lane),
            QLineF(self.right, self.lane, self.x2, self.y2),
        ]

    def distance(self, x: float, y: float) -> float:
        """How far a point is from the curve."""
        points = self.points
        start, step = points[:-1], np.diff(points, axis=0)
        length = np.maximum((step**2).sum(axis=1), 1e-9)
        along = np.clip((((x, y) - start) * step).sum(axis=1) / length, 0.0, 1.0)
        gap = start + along[:, None] * step - (x, y)
        return float(np.sqrt((gap**2).sum(axis=1).min()))


def route(direct: Curve, cards: BoxTable[str]) -> Curve:
    """The course of a direct curve past the cards between its ends."""
    x1, y1, x2, y2 = direct.x1, direct.y1, direct.x2, direct.y2
    if x2 < x1:
        return _by_lane(direct, x1, x2, CLEAR, cards)
    if x2 - x1 < WIDTH:
        return direct
    between = (x1 + 6, min(y1, y2), x2 - 6, max(y1, y2))
    blockers = cards.table(between)
    if not len(blockers) or not _crosses(direct, blockers):
        return direct
    left = max(min(x1 + TURN, float(blockers[:, 0].min()) - 4), x1 + 12)
    right = min(max(x2 - TURN, float(blockers[:, 2].max()) + 4), x2 - 12)
    if right <= left:
        return direct
    # Wires past more cards keep a little further off, so that nested ones do not lie on each other.
    clear = CLEAR + 4 * min(len(blockers) - 1, 20)
    return _by_lane(direct, left, right, clear, cards)


def _crosses(curve: Curve, boxes: Points) -> bool:
    points = curve.points[1:-1, None, :]
    inside = (points >= boxes[None, :, :2] - 2) & (points <= boxes[None, :, 2:] + 2)
    return bool(inside.all(axis=2).any()) or _swept(curve, boxes)


def _swept(curve: Curve, boxes: Points) -> bool:
    """Whether a box lies between two sample points of the curve."""
    points = curve.points
    low = np.minimum(points[:-1], points[1:])[:, None, :]
    high = np.maximum(points[:-1], points[1:])[:, None, :]
    return bool(((low <= boxes[None, :, 2:]) & (high >= boxes[None, :, :2])).all(axis=2).any())


def _by_lane(direct: Curve, left: float, right: float, clear: float, cards: BoxTable[str]) -> Curve:
    """The course along the nearest free lane, or the direct one where there is none."""
    y1, y2 = direct.y1, direct.y2
    near = cards.table((min(left, right), min(y1, y2) - 700, max(left, right), max(y1, y2) + 700))
    lanes = np.concatenate([near[:, 1] - clear, near[:, 3] + clear])
    cost = np.abs(lanes - y1) + np.abs(lanes - y2) + np.where(lanes > max(y1, y2), 30, 0)
    for lane in lanes[np.argsort(cost, kind="stable")[:LANES]]:
        if not ((near[:, 1] - 5 < lane) & (lane < near[:, 3] + 5)).any():
            return replace(direct, lane=float(lane), left=left, right=right)
    return direct

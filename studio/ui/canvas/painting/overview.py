"""Painting far out: all cards or wires of a colour in one call, from lists kept between frames."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.model.layout.cards import WIDTH
from studio.ui.appearance.heat_colours import heat_colour
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.detail import PaintContext, wire_colour
from studio.ui.canvas.scene.scene import Scene, rect_of

EDGED = 0.16
"""Above this scale cards have an edge."""


class Overview:
    """Lists of rectangles and lines by colour, made anew when the scene changes."""

    def __init__(self) -> None:
        self._made: tuple[int, str] | None = None
        self._bodies: dict[str, list[QRectF]] = {}
        self._stripes: dict[str, list[QRectF]] = {}
        self._lines: dict[str, list[QLineF]] = {}

    def paint(self, painter: QPainter, context: PaintContext) -> None:
        """Paint the whole board."""
        if self._made != (context.scene.version, context.theme.name):
            self._make(context.scene, context.theme)
            self._made = (context.scene.version, context.theme.name)
        painter.save()
        painter.setTransform(context.view.transform(), True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, lines in self._lines.items():
            painter.setPen(QPen(QColor(colour), 0))
            painter.drawLines(lines)
        edge = QPen(QColor(context.theme.node_border), 0)
        for colours, pen in (
            (self._bodies, edge if context.view.scale > EDGED else QPen(Qt.PenStyle.NoPen)),
            (self._stripes, QPen(Qt.PenStyle.NoPen)),
        ):
            painter.setPen(pen)
            for colour, rects in colours.items():
                painter.setBrush(QColor(colour))
                painter.drawRects(rects)
        self._selected(painter, context)
        painter.restore()

    def _make(self, scene: Scene, theme: Theme) -> None:
        self._bodies, self._stripes, self._lines = {}, {}, {}
        for id, card in scene.cards.items():
            severe = any(issue.severity == "error" for issue in scene.issues.get(id, ()))
            share = scene.heat.shares.get(id) if scene.heat else None
            plain = theme.node if share is None else heat_colour(share, theme)
            body = theme.error if severe else plain
            self._bodies.setdefault(body, []).append(rect_of(card))
            accent = theme.category(card.type.category) if card.type else theme.error
            stripe = QRectF(card.x, card.y, WIDTH * 0.3, card.height)
            self._stripes.setdefault(accent, []).append(stripe)
        for curve in scene.curves.values():
            self._lines.setdefault(wire_colour(theme, curve.kind), []).extend(curve.lines)

    def _selected(self, painter: QPainter, context: PaintContext) -> None:
        emphasis, scene = context.emphasis, context.scene
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(context.theme.accent), 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        rects = [rect_of(scene.cards[id]) for id in emphasis.nodes if id in scene.cards]
        if rects:
            painter.drawRects(rects)
        for wire in emphasis.wires | ({emphasis.lit} if emphasis.lit else set()):
            if wire in scene.curves:
                painter.drawLines(scene.curves[wire].lines)

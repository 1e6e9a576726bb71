"""Painting far out: all cards or wires of a colour in one call, from lists kept between frames."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui.canvas.geometry import WIDTH
from studio.ui.canvas.near import Look, wire_colour
from studio.ui.canvas.scene import Scene
from studio.ui.theme import Theme

EDGED = 0.16
"""Above this scale cards have an edge."""


class Far:
    """Lists of rectangles and lines by colour, made anew when the scene changes."""

    def __init__(self) -> None:
        self._made: tuple[int, str] | None = None
        self._bodies: dict[str, list[QRectF]] = {}
        self._stripes: dict[str, list[QRectF]] = {}
        self._lines: dict[str, list[QLineF]] = {}

    def paint(self, painter: QPainter, look: Look) -> None:
        """Paint the whole board."""
        if self._made != (look.scene.version, look.theme.name):
            self._make(look.scene, look.theme)
            self._made = (look.scene.version, look.theme.name)
        painter.save()
        painter.setTransform(look.view.transform(), True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, lines in self._lines.items():
            painter.setPen(QPen(QColor(colour), 0))
            painter.drawLines(lines)
        edge = QPen(QColor(look.theme.node_border), 0)
        for colours, pen in (
            (self._bodies, edge if look.view.scale > EDGED else QPen(Qt.PenStyle.NoPen)),
            (self._stripes, QPen(Qt.PenStyle.NoPen)),
        ):
            painter.setPen(pen)
            for colour, rects in colours.items():
                painter.setBrush(QColor(colour))
                painter.drawRects(rects)
        self._selected(painter, look)
        painter.restore()

    def _make(self, scene: Scene, theme: Theme) -> None:
        self._bodies, self._stripes, self._lines = {}, {}, {}
        for id, card in scene.cards.items():
            severe = any(issue.severity == "error" for issue in scene.issues.get(id, ()))
            body = theme.error if severe else theme.node
            self._bodies.setdefault(body, []).append(card.rect)
            accent = theme.category(card.type.category) if card.type else theme.error
            stripe = QRectF(card.x, card.y, WIDTH * 0.3, card.height)
            self._stripes.setdefault(accent, []).append(stripe)
        for curve in scene.curves.values():
            self._lines.setdefault(wire_colour(theme, curve.kind), []).extend(curve.lines)

    def _selected(self, painter: QPainter, look: Look) -> None:
        marks, scene = look.marks, look.scene
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(look.theme.accent), 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        rects = [scene.cards[id].rect for id in marks.nodes if id in scene.cards]
        if rects:
            painter.drawRects(rects)
        for wire in marks.wires | ({marks.lit} if marks.lit else set()):
            if wire in scene.curves:
                painter.drawLines(scene.curves[wire].lines)

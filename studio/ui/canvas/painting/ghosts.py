"""A board as a fix would make it: what would come and what would go, before it is taken."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from studio.model.layout.cards import Box, NodeCard
from studio.model.operations.preview import BoardChanges, Preview
from studio.model.project import Wire
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.card_face import CardFaces
from studio.ui.canvas.painting.card_painter import ROUND
from studio.ui.canvas.painting.detail import LABELLED, PaintContext, paint_labels
from studio.ui.canvas.painting.overview import Overview
from studio.ui.canvas.painting.picture_cache import MARGIN
from studio.ui.canvas.painting.text import sized
from studio.ui.canvas.scene.emphasis import Emphasis
from studio.ui.canvas.scene.scene import Scene, rect_of
from studio.ui.canvas.scene.viewport import Viewport
from studio.ui.canvas.scene.wire_routing import Curve

SOON, LATE = 0.8, 0.6
"""How strongly cards are painted that would come, and that would go."""

EDGE = 24
"""Of the widget, that changes are kept off."""


class Ghosts:
    """What would come is in its place, with all that makes room for it; what would go stands where
    it is, struck through."""

    def __init__(self, now: Scene, preview: Preview) -> None:
        """Lays the board out anew: it is done once for each fix that is pointed at."""
        self.effect = preview.effect
        self.changes = preview.boards.get(now.name, BoardChanges())
        self.scene = Scene(now.name, now.types)
        self.scene.show(preview.project)
        self.scene.reports = now.reports
        self.scene.warm(now.heat)
        self.scene.issues = {
            id: [issue for issue in issues if preview.fix not in issue.fixes]
            for id, issues in now.issues.items()
        }
        self.overview = Overview()
        self._faces, self._old_faces = CardFaces(self.scene), CardFaces(now)
        self._gone = [now.cards[id] for id in self.changes.removed if id in now.cards]
        self._cut = [now.curves[wire] for wire in self._torn() if wire in now.curves]
        self._new = [self.scene.curves[w] for w in self.changes.wired if w in self.scene.curves]

    def context(self, now: PaintContext) -> PaintContext:
        """What painting needs to know instead; where the change lies outside of what is shown, it
        is looked at from there."""
        view = self._view(now.view, now.size)
        shown = (self.scene, view, Emphasis(), now.theme, now.pictures, self._faces)
        return PaintContext(*shown, now.size, now.ratio)

    def paint(self, painter: QPainter, context: PaintContext, rect: QRect) -> None:
        """Mark what comes, goes and changes, over the painted board."""
        theme = context.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for card in self._gone:
            self._strike(painter, context, card)
        for curve in self._cut:
            _trace(painter, context, curve, theme.error, Qt.PenStyle.DashLine)
        for curve in self._new:
            _trace(painter, context, curve, theme.good, Qt.PenStyle.SolidLine)
        if context.view.scale >= LABELLED:
            paint_labels(painter, context, self.changes.wired)
        for id in self.changes.added & self.scene.cards.keys():
            card = self.scene.cards[id]
            self._fade(painter, context, card, SOON)
            _frame(painter, context, card, theme.good)
        for id, words in self.changes.said.items():
            if id in self.scene.cards:
                _frame(painter, context, self.scene.cards[id], theme.good)
                _say(painter, context, self.scene.cards[id], words)
        _caption(painter, self.effect, rect, theme)
        painter.restore()

    def _torn(self) -> Iterator[Wire]:
        """Wires that go, but for those that only get a node between."""
        new, wired = self.changes.added, self.changes.wired
        starts = {(wire.source, wire.source_port) for wire in wired if wire.target in new}
        goals = {(wire.target, wire.target_port) for wire in wired if wire.source in new}
        for wire in self.changes.unwired:
            begun = (wire.source, wire.source_port) in starts
            if not (begun and (wire.target, wire.target_port) in goals):
                yield wire

    def _fade(
        self, painter: QPainter, context: PaintContext, card: NodeCard, strength: float
    ) -> None:
        """Let the canvas shine through a card that was painted."""
        veil = QColor(context.theme.canvas)
        veil.setAlphaF(1 - strength)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRect(context.view.rect_to_widget(rect_of(card).adjusted(-4, -4, 4, 4)))

    def _strike(self, painter: QPainter, context: PaintContext, card: NodeCard) -> None:
        view = context.view
        picture, _ = context.pictures.card(
            self._old_faces.of(card), view.scale, context.ratio, context.theme, True
        )
        if picture is not None:
            painter.setOpacity(LATE)
            corner = view.to_widget(QPointF(card.x - MARGIN, card.y - MARGIN))
            painter.drawPixmap(corner, picture)
            painter.setOpacity(1.0)
        _frame(painter, context, card, context.theme.error)
        rect = view.rect_to_widget(rect_of(card))
        painter.drawLine(rect.bottomLeft(), rect.topRight())

    def _view(self, now: Viewport, size: QSizeF) -> Viewport:
        box = self._box()
        if box is None or _inside(box, now.visible(size), EDGE / now.scale):
            return now
        view = Viewport()
        view.frame(box, size)
        return view

    def _box(self) -> Box | None:
        """Around all that changes."""
        boxes = [card.box for card in self._gone]
        ids = self.changes.added | self.changes.said.keys()
        boxes += [self.scene.cards[id].box for id in ids if id in self.scene.cards]
        boxes += [curve.box for curve in (*self._cut, *self._new)]
        if not boxes:
            return None
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)


def _inside(box: Box, room: Box, edge: float) -> bool:
    return (
        box[0] >= room[0] + edge
        and box[1] >= room[1] + edge
        and box[2] <= room[2] - edge
        and box[3] <= room[3] - edge
    )


def _trace(
    painter: QPainter, context: PaintContext, curve: Curve, colour: str, style: Qt.PenStyle
) -> None:
    painter.save()
    painter.setTransform(context.view.transform(), True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    glow = QColor(colour)
    glow.setAlpha(60)
    thinnest = 1.2 / context.view.scale
    painter.setPen(QPen(glow, max(9.0, 5 * thinnest)))
    painter.drawPath(curve.path)
    painter.setPen(QPen(QColor(colour), max(2.4, thinnest), style))
    painter.drawPath(curve.path)
    painter.restore()


def _frame(painter: QPainter, context: PaintContext, card: NodeCard, colour: str) -> None:
    scale = context.view.scale
    painter.setPen(QPen(QColor(colour), max(2.2 * scale, 1.6), Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    rect = context.view.rect_to_widget(rect_of(card).adjusted(-2, -2, 2, 2))
    painter.drawRoundedRect(rect, (ROUND + 2) * scale, (ROUND + 2) * scale)


def _say(painter: QPainter, context: PaintContext, card: NodeCard, words: tuple[str, ...]) -> None:
    """What changes about a node, below it."""
    place = context.view.rect_to_widget(rect_of(card)).bottomLeft() + QPointF(0, 6)
    for word in words:
        shown = max(context.view.scale, 1.0)
        pill = context.pictures.pill(word, shown, context.ratio, context.theme, True)
        painter.drawPixmap(place, pill)
        place += QPointF(0, pill.deviceIndependentSize().height() + 2)


def _caption(painter: QPainter, text: str, rect: QRect, theme: Theme) -> None:
    """What the fix does, in words, at the top of the canvas."""
    font = sized(12.5, bold=True)
    room = rect.width() - 64.0
    text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
    width = QFontMetricsF(font).horizontalAdvance(text) + 28
    box = QRectF(rect.center().x() - width / 2, 12, width, 30)
    painter.setPen(QPen(QColor(theme.good), 1.2))
    painter.setBrush(QColor(theme.pill))
    painter.drawRoundedRect(box, 15, 15)
    painter.setPen(QColor(theme.pill_text))
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

"""Painting near enough to read: pictures of cards, curves, labels."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nodes.declare import PortKind
from studio.model.layout.cards import WIDTH, Box, NodeCard, PortAt
from studio.model.project import Wire
from studio.ui.appearance.heat_colours import heat_colour
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.card_face import CardFaces
from studio.ui.canvas.painting.card_painter import ROUND
from studio.ui.canvas.painting.picture_cache import MARGIN, PictureCache
from studio.ui.canvas.painting.shapes import draw_port
from studio.ui.canvas.scene.emphasis import Emphasis
from studio.ui.canvas.scene.scene import Scene, port_point, rect_of
from studio.ui.canvas.scene.viewport import Viewport
from studio.ui.canvas.scene.wire_routing import Curve

BUDGET = 0.002
"""Seconds of a frame spent on drawing new pictures; the rest follow in the next frames."""
LABELLED = 0.4
"""From this scale on labels are shown, where they fit."""
READABLE = 0.66
"""Labels are not drawn smaller than at this scale."""


@dataclass
class PaintContext:
    """What painting needs to know."""

    scene: Scene
    view: Viewport
    emphasis: Emphasis
    theme: Theme
    pictures: PictureCache
    faces: CardFaces
    size: QSizeF
    ratio: float


def paint_detail(painter: QPainter, context: PaintContext, box: Box) -> bool:
    """Paint what lies in the box; True where something is still to be drawn sharp."""
    left, top, right, bottom = box
    wide = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    wires = context.scene.wire_boxes.touching(wide)
    _wires(painter, context, wires)
    coarse = _cards(painter, context, context.scene.boxes.touching(wide))
    if context.view.scale >= LABELLED:
        paint_labels(painter, context, wires)
    _ports(painter, context)
    if context.emphasis.lit in context.scene.curves:
        _lit(painter, context, context.emphasis.lit)
    return coarse


def _lit(painter: QPainter, context: PaintContext, wire: Wire) -> None:
    """The wire that a node would go on, above everything."""
    painter.save()
    painter.setTransform(context.view.transform(), True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, alpha in ((11.0, 70), (3.6, 255)):
        colour = QColor(context.theme.good)
        colour.setAlpha(alpha)
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(context.scene.curves[wire].path)
    painter.restore()


def _pen(context: PaintContext, wire: Wire, curve: Curve) -> tuple[str, float, Qt.PenStyle]:
    theme, emphasis = context.theme, context.emphasis
    if emphasis.wires and wire in emphasis.wires:
        return theme.wire_selected, 3.0, Qt.PenStyle.SolidLine
    if curve.broken:
        return theme.error, 1.8, Qt.PenStyle.DashLine
    if emphasis.nodes and (wire.source in emphasis.nodes or wire.target in emphasis.nodes):
        return theme.wire_selected, 2.0, Qt.PenStyle.SolidLine
    return wire_colour(theme, curve.kind), 2.0, Qt.PenStyle.SolidLine


def wire_colour(theme: Theme, kind: PortKind) -> str:
    """Numbers run on grey wires; what must not be mixed up with them has its port's colour."""
    return theme.wire if kind in ("float", "any") else theme.ports[kind]


def _wires(painter: QPainter, context: PaintContext, wires: list[Wire]) -> None:
    scale = context.view.scale
    groups: dict[tuple[str, float, Qt.PenStyle], list[Curve]] = {}
    for wire in wires:
        if wire != context.emphasis.hidden:
            curve = context.scene.curves[wire]
            groups.setdefault(_pen(context, wire, curve), []).append(curve)
    painter.save()
    painter.setTransform(context.view.transform(), True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (colour, width, style), group in groups.items():
        pen = QPen(QColor(colour), max(width, 1.2 / scale), style)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for curve in group:
            painter.drawPath(curve.path)
    painter.restore()


def _cards(painter: QPainter, context: PaintContext, ids: list[str]) -> bool:
    start = time.perf_counter()
    scale, ratio = context.view.scale, context.ratio
    drawing, coarse = True, False
    for id in ids:
        card = context.scene.cards[id]
        picture, sharp = context.pictures.card(
            context.faces.of(card), scale, ratio, context.theme, drawing
        )
        if drawing and time.perf_counter() - start > BUDGET:
            drawing = False
        coarse |= not sharp
        corner = context.view.to_widget(QPointF(card.x - MARGIN, card.y - MARGIN))
        if picture is None:
            _plain(painter, context, card)
        elif sharp:
            at = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
            painter.drawPixmap(at, picture)
        else:
            size = QSizeF(WIDTH + 2 * MARGIN, card.height + 2 * MARGIN) * scale
            painter.drawPixmap(QRectF(corner, size), picture, QRectF(picture.rect()))
        if id in context.emphasis.nodes:
            _outline(painter, context, card, 255)
        elif id == context.emphasis.node:
            _outline(painter, context, card, 90)
    return coarse


def _plain(painter: QPainter, context: PaintContext, card: NodeCard) -> None:
    """What stands for a card until its picture is drawn."""
    rect = context.view.rect_to_widget(rect_of(card))
    heat = context.scene.heat
    share = heat.shares.get(card.node.id) if heat else None
    colour = context.theme.node if share is None else heat_colour(share, context.theme)
    painter.fillRect(rect, QColor(colour))
    rect.setWidth(15 * context.view.scale)
    category = card.type.category if card.type else ""
    painter.fillRect(rect, QColor(context.theme.category(category)))


def _outline(painter: QPainter, context: PaintContext, card: NodeCard, alpha: int) -> None:
    scale = context.view.scale
    colour = QColor(context.theme.accent)
    colour.setAlpha(alpha)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(colour, max(2.2 * scale, 1.6)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    rect = context.view.rect_to_widget(rect_of(card).adjusted(-1.5, -1.5, 1.5, 1.5))
    painter.drawRoundedRect(rect, (ROUND + 1) * scale, (ROUND + 1) * scale)


def paint_labels(painter: QPainter, context: PaintContext, wires: Iterable[Wire]) -> None:
    """What wires carry, where there is room."""
    scale, ratio = context.view.scale, context.ratio
    shown = max(scale, READABLE)
    for wire in wires:
        signal = context.scene.signal(wire)
        if signal is None or wire == context.emphasis.hidden:
            continue
        strong = wire in context.emphasis.wires
        picture = context.pictures.pill(str(signal), shown, ratio, context.theme, strong)
        curve = context.scene.curves[wire]
        size = picture.deviceIndependentSize()
        middle = context.view.to_widget(curve.middle)
        if curve.room * scale < size.width() + 2:
            # It would lie on the ports: just below the wire it can still be read.
            if scale < READABLE:
                continue
            middle += QPointF(0, 20 * scale)
        x, y = middle.x() - size.width() / 2, middle.y() - size.height() / 2
        painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), picture)


def _ports(painter: QPainter, context: PaintContext) -> None:
    """Ports that are emphasised: where the wire in hand fits, and the one under the pointer."""
    emphasis, scene = context.emphasis, context.scene
    special = set(emphasis.fitting)
    if emphasis.port:
        special.add(emphasis.port)
    if not special:
        return
    painter.save()
    painter.setTransform(context.view.transform(), True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for at in special:
        card = scene.cards.get(at.node)
        port = card.port(at.port, at.output) if card else None
        if card is None or port is None:
            continue
        point = port_point(card, at.port, at.output)
        barred = emphasis.dragging and at not in emphasis.fitting
        shade = context.theme.error if barred else context.theme.ports[port.kind]
        glow = QColor(context.theme.good if at in emphasis.fitting else shade)
        glow.setAlpha(110 if at == emphasis.port else 70)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(point, 12.0, 12.0)
        draw_port(
            painter, port.kind, point, context.theme, True, 6.5 if at == emphasis.port else 5.5
        )
    painter.restore()
    if emphasis.port and not emphasis.dragging and emphasis.port.node in scene.cards:
        _port_name(painter, context, emphasis.port)


def _port_name(painter: QPainter, context: PaintContext, at: PortAt) -> None:
    """The name of the port under the pointer, beside it and off its card."""
    scale, ratio = max(context.view.scale, 0.8), context.ratio
    point = context.view.to_widget(port_point(context.scene.cards[at.node], at.port, at.output))
    picture = context.pictures.pill(at.port, scale, ratio, context.theme, True)
    size = picture.deviceIndependentSize()
    x = point.x() + 10 if at.output else point.x() - 10 - size.width()
    y = point.y() - 12 * context.view.scale - size.height()
    painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), picture)

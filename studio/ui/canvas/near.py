"""Painting near enough to read: pictures of cards, curves, labels."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nodes.declare import PortKind
from studio.model.project import Wire
from studio.ui.canvas.drawing import ROUND
from studio.ui.canvas.faces import Face, face_of
from studio.ui.canvas.geometry import WIDTH, Box, Card, PortAt
from studio.ui.canvas.marks import Marks
from studio.ui.canvas.pictures import MARGIN, Pictures
from studio.ui.canvas.scene import Scene
from studio.ui.canvas.shapes import draw_port
from studio.ui.canvas.viewport import Viewport
from studio.ui.canvas.wires import Curve
from studio.ui.theme import Theme

BUDGET = 0.002
"""Seconds of a frame spent on drawing new pictures; the rest follow in the next frames."""
LABELLED = 0.4
"""From this scale on labels are shown, where they fit."""
READABLE = 0.66
"""Labels are not drawn smaller than at this scale."""


@dataclass
class Look:
    """What painting needs to know."""

    scene: Scene
    view: Viewport
    marks: Marks
    theme: Theme
    pictures: Pictures
    size: QSizeF
    ratio: float


def paint_near(painter: QPainter, look: Look, box: Box) -> bool:
    """Paint what lies in the box; True where something is still to be drawn sharp."""
    left, top, right, bottom = box
    wide = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    wires = look.scene.wire_boxes.touching(wide)
    _wires(painter, look, wires)
    coarse = _cards(painter, look, look.scene.boxes.touching(wide))
    if look.view.scale >= LABELLED:
        _labels(painter, look, wires)
    _ports(painter, look)
    if look.marks.lit in look.scene.curves:
        _lit(painter, look, look.marks.lit)
    return coarse


def _lit(painter: QPainter, look: Look, wire: Wire) -> None:
    """The wire that a node would go on, above everything."""
    painter.save()
    painter.setTransform(look.view.transform(), True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, alpha in ((11.0, 70), (3.6, 255)):
        colour = QColor(look.theme.good)
        colour.setAlpha(alpha)
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(look.scene.curves[wire].path)
    painter.restore()


def _pen(look: Look, wire: Wire, curve: Curve) -> tuple[str, float, Qt.PenStyle]:
    theme, marks = look.theme, look.marks
    if marks.wires and wire in marks.wires:
        return theme.wire_selected, 3.0, Qt.PenStyle.SolidLine
    if curve.broken:
        return theme.error, 1.8, Qt.PenStyle.DashLine
    if marks.nodes and (wire.source in marks.nodes or wire.target in marks.nodes):
        return theme.wire_selected, 2.0, Qt.PenStyle.SolidLine
    return wire_colour(theme, curve.kind), 2.0, Qt.PenStyle.SolidLine


def wire_colour(theme: Theme, kind: PortKind) -> str:
    """Numbers run on grey wires; what must not be mixed up with them has its port's colour."""
    return theme.wire if kind in ("float", "any") else theme.ports[kind]


def _wires(painter: QPainter, look: Look, wires: list[Wire]) -> None:
    scale = look.view.scale
    groups: dict[tuple[str, float, Qt.PenStyle], list[Curve]] = {}
    for wire in wires:
        if wire != look.marks.hidden:
            curve = look.scene.curves[wire]
            groups.setdefault(_pen(look, wire, curve), []).append(curve)
    painter.save()
    painter.setTransform(look.view.transform(), True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (colour, width, style), group in groups.items():
        pen = QPen(QColor(colour), max(width, 1.2 / scale), style)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for curve in group:
            painter.drawPath(curve.path)
    painter.restore()


def _cards(painter: QPainter, look: Look, ids: list[str]) -> bool:
    start = time.perf_counter()
    scale, ratio = look.view.scale, look.ratio
    drawing, coarse = True, False
    for id in ids:
        card = look.scene.cards[id]
        picture, sharp = look.pictures.card(_face(look, card), scale, ratio, look.theme, drawing)
        if drawing and time.perf_counter() - start > BUDGET:
            drawing = False
        coarse |= not sharp
        corner = look.view.to_widget(QPointF(card.x - MARGIN, card.y - MARGIN))
        if picture is None:
            _plain(painter, look, card)
        elif sharp:
            at = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
            painter.drawPixmap(at, picture)
        else:
            size = QSizeF(WIDTH + 2 * MARGIN, card.height + 2 * MARGIN) * scale
            painter.drawPixmap(QRectF(corner, size), picture, QRectF(picture.rect()))
        if id in look.marks.nodes:
            _outline(painter, look, card, 255)
        elif id == look.marks.node:
            _outline(painter, look, card, 90)
    return coarse


def _plain(painter: QPainter, look: Look, card: Card) -> None:
    """What stands for a card until its picture is drawn."""
    rect = look.view.rect_to_widget(card.rect)
    painter.fillRect(rect, QColor(look.theme.node))
    rect.setWidth(15 * look.view.scale)
    category = card.type.category if card.type else ""
    painter.fillRect(rect, QColor(look.theme.category(category)))


def _face(look: Look, card: Card) -> Face:
    if not isinstance(card.face, Face):
        id, scene = card.node.id, look.scene
        issues = scene.issues.get(id, [])
        card.face = face_of(card, scene.reports.get(id), issues, scene.wired(id))
    return card.face


def _outline(painter: QPainter, look: Look, card: Card, alpha: int) -> None:
    scale = look.view.scale
    colour = QColor(look.theme.accent)
    colour.setAlpha(alpha)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(colour, max(2.2 * scale, 1.6)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    rect = look.view.rect_to_widget(card.rect.adjusted(-1.5, -1.5, 1.5, 1.5))
    painter.drawRoundedRect(rect, (ROUND + 1) * scale, (ROUND + 1) * scale)


def _labels(painter: QPainter, look: Look, wires: list[Wire]) -> None:
    scale, ratio = look.view.scale, look.ratio
    shown = max(scale, READABLE)
    for wire in wires:
        signal = look.scene.signal(wire)
        if signal is None or wire == look.marks.hidden:
            continue
        strong = wire in look.marks.wires
        picture = look.pictures.pill(str(signal), shown, ratio, look.theme, strong)
        curve = look.scene.curves[wire]
        size = picture.deviceIndependentSize()
        middle = look.view.to_widget(curve.middle)
        if curve.room * scale < size.width() + 2:
            # It would lie on the ports: just below the wire it can still be read.
            if scale < READABLE:
                continue
            middle += QPointF(0, 20 * scale)
        x, y = middle.x() - size.width() / 2, middle.y() - size.height() / 2
        painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), picture)


def _ports(painter: QPainter, look: Look) -> None:
    """Ports that are emphasised: where the wire in hand fits, and the one under the pointer."""
    marks, scene = look.marks, look.scene
    special = set(marks.fitting)
    if marks.port:
        special.add(marks.port)
    if not special:
        return
    painter.save()
    painter.setTransform(look.view.transform(), True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for at in special:
        card = scene.cards.get(at.node)
        port = card.port(at.port, at.output) if card else None
        if card is None or port is None:
            continue
        point = card.point(at.port, at.output)
        barred = marks.dragging and at not in marks.fitting
        shade = look.theme.error if barred else look.theme.ports[port.kind]
        glow = QColor(look.theme.good if at in marks.fitting else shade)
        glow.setAlpha(110 if at == marks.port else 70)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(point, 12.0, 12.0)
        draw_port(painter, port.kind, point, look.theme, True, 6.5 if at == marks.port else 5.5)
    painter.restore()
    if marks.port and not marks.dragging and marks.port.node in scene.cards:
        _port_name(painter, look, marks.port)


def _port_name(painter: QPainter, look: Look, at: PortAt) -> None:
    """The name of the port under the pointer, beside it and off its card."""
    scale, ratio = max(look.view.scale, 0.8), look.ratio
    point = look.view.to_widget(look.scene.cards[at.node].point(at.port, at.output))
    picture = look.pictures.pill(at.port, scale, ratio, look.theme, True)
    size = picture.deviceIndependentSize()
    x = point.x() + 10 if at.output else point.x() - 10 - size.width()
    y = point.y() - 12 * look.view.scale - size.height()
    painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), picture)

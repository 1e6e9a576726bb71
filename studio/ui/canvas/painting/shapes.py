"""Shapes of ports, so that kinds differ by more than colour, and small signs."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from nodes.declare import PortKind
from studio.ui.appearance.theme import Theme

SIZE = 5.0


def port_outline(kind: PortKind, at: QPointF, size: float = SIZE) -> QPainterPath:
    """Circle: numbers, mostly real ones, square: whole numbers, triangle that stands: true or
    false, diamond: loss, triangle that points on: metric, any: ring."""
    path = QPainterPath()
    x, y, s = at.x(), at.y(), size
    if kind == "int":
        path.addRect(QRectF(x - s * 0.9, y - s * 0.9, s * 1.8, s * 1.8))
    elif kind == "bool":
        path.addPolygon(_polygon((x - s * 1.1, y + s), (x, y - s * 1.2), (x + s * 1.1, y + s)))
        path.closeSubpath()
    elif kind == "loss":
        path.addPolygon(
            _polygon((x, y - s * 1.3), (x + s * 1.3, y), (x, y + s * 1.3), (x - s * 1.3, y))
        )
        path.closeSubpath()
    elif kind == "metric":
        path.addPolygon(_polygon((x - s, y - s * 1.2), (x + s * 1.3, y), (x - s, y + s * 1.2)))
        path.closeSubpath()
    else:
        path.addEllipse(at, s, s)
    return path


def draw_port(
    painter: QPainter, kind: PortKind, at: QPointF, theme: Theme, wired: bool, size: float = SIZE
) -> None:
    """A port: filled where a wire holds it; `any` is a ring with a point."""
    colour = QColor(theme.ports[kind])
    painter.setPen(QPen(colour, 1.8))
    painter.setBrush(colour if wired and kind != "any" else QColor(theme.node))
    painter.drawPath(port_outline(kind, at, size))
    if kind == "any" and wired:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(at, size * 0.45, size * 0.45)


def draw_badge(painter: QPainter, severity: str, centre: QPointF, theme: Theme) -> None:
    """Sign of an issue: a disc for an error, a triangle for a warning."""
    x, y = centre.x(), centre.y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.error if severity == "error" else theme.warning))
    if severity == "error":
        painter.drawEllipse(centre, 8.0, 8.0)
    else:
        painter.drawPolygon(_polygon((x, y - 9), (x + 9.5, y + 7), (x - 9.5, y + 7)))
    painter.setBrush(QColor(theme.node))
    painter.drawRoundedRect(QRectF(x - 1.1, y - 4.6, 2.2, 5.6), 1.1, 1.1)
    painter.drawEllipse(QPointF(x, y + 3.9), 1.3, 1.3)


def draw_link(painter: QPainter, place: QRectF, colour: str) -> None:
    """Two rings through each other: weights that are shared."""
    painter.setPen(QPen(QColor(colour), 1.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = place.width() * 0.62
    top = place.center().y() - ring / 2
    for left in (place.left() + 0.5, place.right() - ring - 0.5):
        painter.drawEllipse(QRectF(left, top, ring, ring))


def _polygon(*points: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(*point) for point in points])

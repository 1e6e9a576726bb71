"""A plot drawn line by line with any painter: for files that hold lines, not pixels."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTextDocument

from studio.ui.figures.plot import Plot

LEFT, TOP, RIGHT, BOTTOM = 48.0, 20.0, 8.0, 20.0
"""Room around the curves for heading and axes."""


def draw(painter: QPainter, plot: Plot, place: QRectF) -> None:
    """Draw heading, axes and curves as they stand into a rectangle."""
    _heading(painter, plot, place)
    area = place.adjusted(LEFT, TOP, -RIGHT, -BOTTOM)
    painter.setFont(plot.font())
    _axes(painter, plot, area)
    painter.save()
    painter.setClipRect(area)
    for colour, width, x, y in plot.strokes():
        points = [_point(plot, area, *pair) for pair in zip(x.tolist(), y.tolist(), strict=True)]
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
    painter.restore()


def _heading(painter: QPainter, plot: Plot, place: QRectF) -> None:
    heading = QTextDocument()
    heading.setDefaultFont(plot.header.font())
    heading.setDocumentMargin(0)
    heading.setHtml(plot.header.text())
    painter.save()
    painter.translate(place.topLeft())
    heading.drawContents(painter)
    painter.restore()


def _axes(painter: QPainter, plot: Plot, area: QRectF) -> None:
    lines, words = QPen(QColor(plot.theme.border), 1), QPen(QColor(plot.theme.muted), 1)
    for value, text in plot.ticks("left", area.height()):
        y = _point(plot, area, 0.0, value).y()
        painter.setPen(lines)
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(words)
        place = QRectF(area.left() - LEFT, y - 8, LEFT - 5, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    for value, text in plot.ticks("bottom", area.width()):
        x = _point(plot, area, value, 0.0).x()
        place = QRectF(x - 40, area.bottom() + 2, 80, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(lines)
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    painter.drawLine(area.bottomLeft(), area.topLeft())


def _point(plot: Plot, area: QRectF, x: float, y: float) -> QPointF:
    (left, right), (low, high) = plot.box.viewRange()
    return QPointF(
        area.left() + (x - left) / (right - left) * area.width(),
        area.bottom() - (y - low) / (high - low) * area.height(),
    )

"""A matrix in colours, with names of rows and columns and the value under the pointer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from studio.model.figures import Figure, Heatmap
from studio.ui.figures import colour_maps
from studio.ui.figures.figure_view import FigureView

SCALE = 12
"""Width of the strip that explains the colours."""

LARGEST = 38.0
"""Cells grow no larger."""

NARROWEST = 14
"""Cells below this size have no names and no numbers."""


class HeatmapView(FigureView):
    """Renders `Heatmap`: cells, names of rows and columns, a strip that explains the colours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure = Heatmap("", np.zeros((1, 1)))
        self._lookup = colour_maps.sequential()
        self._image = QImage()
        self._span = (0.0, 1.0)

    def show_figure(self, figure: Figure) -> None:
        """Draw this matrix."""
        assert isinstance(figure, Heatmap)
        self._figure = figure
        self._span = colour_maps.span(figure.values)
        self._image = colour_maps.picture(
            self._lookup[colour_maps.indices(figure.values, *self._span)]
        )
        rows, columns = figure.values.shape
        self.setAccessibleName(f"{figure.title}: {rows} rows, {columns} columns")
        self.updateGeometry()
        self.update()

    # ---- layout --------------------------------------------------------------------------------

    def area(self) -> QRectF:
        """Where the cells are."""
        left, top, right, bottom = self._margins()
        rows, columns = self._figure.values.shape
        wide, tall = self.width() - left - right, self.height() - top - bottom
        cell = max(min(wide / columns, tall / rows, LARGEST), 1.0)
        if rows > 4 * columns or columns > 4 * rows:
            return QRectF(left, top, max(wide, 1), max(min(tall, 40 * rows), 1))
        return QRectF(left, top, cell * columns, cell * rows)

    def _margins(self) -> tuple[int, int, int, int]:
        figure = self._figure
        names = max((self.text_width(name) for name in figure.rows), default=0)
        left = min(names, 110) + 8 + (self.line + 2 if figure.y_label else 0)
        bottom = (
            4 + (self.line + 2 if figure.columns else 0) + (self.line + 2 if figure.x_label else 0)
        )
        return left, 4, SCALE + 14 + self.text_width("-0.00e-00"), bottom

    def height_for(self, width: int) -> int:
        """Square cells, within reason."""
        left, top, right, bottom = self._margins()
        rows, columns = self._figure.values.shape
        cell = min(max(width - left - right, 20) / columns, LARGEST)
        return int(min(max(cell * rows, 60), 520)) + top + bottom

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column at a point."""
        area = self.area()
        if not area.contains(point):
            return None
        rows, columns = self._figure.values.shape
        row = int((point.y() - area.top()) / area.height() * rows)
        column = int((point.x() - area.left()) / area.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def describe(self, row: int, column: int) -> str:
        """A cell in words."""
        figure = self._figure
        value = figure.values[row, column]
        first = figure.rows[row] if row < len(figure.rows) else str(row)
        second = figure.columns[column] if column < len(figure.columns) else str(column)
        return (
            f"{figure.y_label or 'row'} {first}, {figure.x_label or 'column'} {second}: {value:.4g}"
        )

    # ---- events --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw cells, names and scale."""
        painter = self.painter()
        area = self.area()
        painter.drawImage(area, self._image, QRectF(self._image.rect()))
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.drawRect(area)
        rows, columns = self._figure.values.shape
        cell = (area.width() / columns, area.height() / rows)
        if self._figure.counts and cell[1] >= NARROWEST:
            self._numbers(painter, area, cell)
        painter.setPen(QColor(self.theme.muted))
        self._names(painter, area, cell)
        self._scale(painter, area)
        painter.end()

    def _numbers(self, painter: QPainter, area: QRectF, cell: tuple[float, float]) -> None:
        shades = colour_maps.indices(self._figure.values, *self._span)
        for (row, column), value in np.ndenumerate(self._figure.values):
            words = _count(float(value))
            if self.text_width(words) > cell[0] - 2:
                continue
            red, green, blue = (int(v) for v in self._lookup[shades[row, column]])
            painter.setPen(colour_maps.readable_on(QColor(red, green, blue)))
            place = QRectF(
                area.left() + column * cell[0], area.top() + row * cell[1], cell[0], cell[1]
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _names(self, painter: QPainter, area: QRectF, cell: tuple[float, float]) -> None:
        figure = self._figure
        every = max(1, int(np.ceil(self.line / cell[1])))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, name in list(enumerate(figure.rows))[::every]:
            middle = area.top() + (row + 0.5) * cell[1]
            place = QRectF(0, middle - self.line / 2, area.left() - 5, self.line)
            painter.drawText(place, right, self.elided(name, min(place.width(), 110)))
        widest = max((self.text_width(name) for name in figure.columns), default=0)
        every = max(1, int(np.ceil(min(widest + 4, 60) / cell[0])))
        centre = Qt.AlignmentFlag.AlignCenter
        for column, name in list(enumerate(figure.columns))[::every]:
            wide = cell[0] * every
            middle = area.left() + (column + 0.5) * cell[0]
            place = QRectF(middle - wide / 2, area.bottom() + 2, wide, self.line)
            painter.drawText(place, centre, self.elided(name, wide))
        if figure.x_label:
            top = area.bottom() + 2 + (self.line + 2 if figure.columns else 0)
            painter.drawText(
                QRectF(area.left(), top, area.width(), self.line), centre, figure.x_label
            )
        if figure.y_label:
            painter.save()
            painter.translate(0, area.center().y())
            painter.rotate(-90)
            place = QRectF(-area.height() / 2, 0, area.height(), self.line)
            painter.drawText(place, centre, self.elided(figure.y_label, area.height()))
            painter.restore()

    def _scale(self, painter: QPainter, area: QRectF) -> None:
        strip = colour_maps.picture(self._lookup[::-1].reshape(256, 1, 3))
        place = QRectF(area.right() + 10, area.top(), SCALE, area.height())
        painter.drawImage(place, strip, QRectF(strip.rect()))
        left = place.right() + 4
        for value, y in ((self._span[1], area.top()), (self._span[0], area.bottom() - self.line)):
            painter.drawText(QPointF(left, y + self.line * 0.8), f"{value:.3g}")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        cell = self.cell_at(event.position())
        if cell is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.describe(*cell), self)


def _count(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2g}"

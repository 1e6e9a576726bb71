"""Bars and histograms."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from studio.model.figures import Bars, Figure, Histogram
from studio.ui.figures.figure_view import FigureView


class BarsView(FigureView):
    """Renders `Bars`: names on the left, a bar and its value for each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure = Bars("", (), np.zeros(0))

    def show_figure(self, figure: Figure) -> None:
        """Draw these bars."""
        assert isinstance(figure, Bars)
        self._figure = figure
        said = ", ".join(
            f"{n} {v:.3g}" for n, v in zip(figure.names[:20], figure.values, strict=False)
        )
        self.setAccessibleName(f"{figure.title}: {said}")
        self.updateGeometry()
        self.update()

    @property
    def _row(self) -> int:
        return self.line + 4

    def height_for(self, width: int) -> int:
        """A line for each bar."""
        lines = len(self._figure.names) + (1 if self._figure.x_label else 0)
        return max(lines * self._row, 24)

    def lengths(self) -> list[float]:
        """Length of each bar as a share of the longest possible one, with its sign."""
        values = np.nan_to_num(np.asarray(self._figure.values, np.float64))
        if not len(values):
            return []
        if self._figure.log_x:
            kept = values[values > 0]
            if not len(kept):
                return [0.0] * len(values)
            low, high = np.log10(kept.min()) - 0.3, np.log10(kept.max())
            scaled = (np.log10(np.maximum(values, kept.min() / 2)) - low) / max(high - low, 1e-9)
            return [float(v) for v in np.clip(scaled, 0, 1)]
        top = 1.0 if self._shares() else max(float(np.abs(values).max()), 1e-12)
        return [float(v) / top for v in values]

    def _shares(self) -> bool:
        """Whether the values are shares of a whole."""
        values = np.asarray(self._figure.values, np.float64)
        return bool(len(values) > 1 and values.min() >= 0 and abs(values.sum() - 1) < 1e-3)

    def words(self, index: int) -> str:
        """A value as it stands beside its bar."""
        value = float(self._figure.values[index])
        if not self._shares():
            return f"{value:.3g}"
        return f"{value:.1%}" if value >= 0.0005 or value == 0 else "< 0.1%"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names, bars and values."""
        painter = self.painter()
        names = self._figure.names
        left = self._names_width()
        room = max(self.width() - left - self.text_width("-0.0000e-00") - 10, 10)
        middle = Qt.AlignmentFlag.AlignVCenter
        lengths = self.lengths()
        low, high = (
            min(0.0, *lengths, 0.0),
            max(1.0 if min(lengths, default=0) >= 0 else 0.0, *lengths, 0.0),
        )
        unit = room / ((high - low) or 1.0)
        for i, (name, length) in enumerate(zip(names, lengths, strict=True)):
            marked = i in self._figure.marked
            top = i * self._row
            painter.setPen(QColor(self.theme.text if marked else self.theme.muted))
            place = QRectF(0, top, left - 8, self._row)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | middle, self.elided(name, left - 8)
            )
            track = QRectF(left, top + 3, room, self._row - 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.hover))
            painter.drawRoundedRect(track, 2, 2)
            colour = QColor(self.theme.accent)
            if self._figure.marked and not marked:
                colour.setAlphaF(0.4)
            painter.setBrush(colour)
            start = left + (min(length, 0.0) - low) * unit
            bar = QRectF(start, track.top(), max(abs(length) * unit, 1.0), track.height())
            painter.drawRoundedRect(bar, 2, 2)
            painter.setPen(QColor(self.theme.text))
            value = QRectF(left + room + 6, top, self.width() - left - room - 6, self._row)
            painter.drawText(value, Qt.AlignmentFlag.AlignLeft | middle, self.words(i))
        if self._figure.x_label:
            painter.setPen(QColor(self.theme.muted))
            place = QRectF(left, len(names) * self._row, room, self._row)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._figure.x_label)
        painter.end()

    def _names_width(self) -> int:
        widest = max((self.text_width(name) for name in self._figure.names), default=0)
        return min(widest + 10, max(int(self.width() * 0.42), 40))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say the whole name and value of the bar under the pointer."""
        index = int(event.position().y() // self._row)
        if 0 <= index < len(self._figure.names):
            words = f"{self._figure.names[index]}: {self._figure.values[index]:.6g}"
            QToolTip.showText(event.globalPosition().toPoint(), words, self)
        else:
            QToolTip.hideText()


class HistogramView(FigureView):
    """Renders `Histogram`: a bar for each bin, ends of the axis and a note below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure = Histogram("", np.array([0.0, 1.0]), np.zeros(1))

    def show_figure(self, figure: Figure) -> None:
        """Draw this histogram."""
        assert isinstance(figure, Histogram)
        self._figure = figure
        self.setAccessibleName(f"{figure.title}: histogram. {figure.note}")
        self.updateGeometry()
        self.update()

    def height_for(self, width: int) -> int:
        """Flat."""
        return 150 + (self.line + 2 if self._figure.note else 0)

    def area(self) -> QRectF:
        """Where the bars are."""
        below = self.line + 6 + (self.line + 2 if self._figure.note else 0)
        return QRectF(2, 4, max(self.width() - 4, 1), max(self.height() - 4 - below, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars, zero line, ends of the axis and the note."""
        painter = self.painter()
        area, counts, edges = self.area(), self._figure.counts, self._figure.edges
        top = max(float(np.max(counts, initial=0)), 1e-12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        for i, count in enumerate(counts):
            left, right = self._x(float(edges[i])), self._x(float(edges[i + 1]))
            tall = float(count) / top * area.height()
            painter.drawRect(
                QRectF(left + 0.5, area.bottom() - tall, max(right - left - 1, 0.5), tall)
            )
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(self.theme.muted))
        for value, align in self._labels(edges[0], edges[-1], area):
            at = self._x(value)
            place = QRectF(at - 60, area.bottom() + 2, 120, self.line)
            if align == Qt.AlignmentFlag.AlignLeft:
                place.moveLeft(area.left())
            elif align == Qt.AlignmentFlag.AlignRight:
                place.moveRight(area.right())
            painter.drawText(place, align, f"{value:.3g}")
        if self._figure.note:
            place = QRectF(area.left(), area.bottom() + 4 + self.line, area.width(), self.line)
            words = self.elided(self._figure.note, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
            self.setToolTip(self._figure.note if words != self._figure.note else "")
        painter.end()

    def _labels(
        self, low: float, high: float, area: QRectF
    ) -> list[tuple[float, Qt.AlignmentFlag]]:
        low, high = float(low), float(high)
        found = [(low, Qt.AlignmentFlag.AlignLeft), (high, Qt.AlignmentFlag.AlignRight)]
        if low < 0 < high and min(self._x(0) - area.left(), area.right() - self._x(0)) > 80:
            found.append((0.0, Qt.AlignmentFlag.AlignHCenter))
        return found

    def _x(self, value: float) -> float:
        area = self.area()
        low, high = float(self._figure.edges[0]), float(self._figure.edges[-1])
        return float(area.left() + (value - low) / ((high - low) or 1.0) * area.width())

    def bin_at(self, point: QPointF) -> int | None:
        """The bar at a point."""
        for i in range(len(self._figure.counts)):
            if (
                self._x(float(self._figure.edges[i]))
                <= point.x()
                < self._x(float(self._figure.edges[i + 1]))
            ):
                return i
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the bar under the pointer counts."""
        i = self.bin_at(event.position())
        if i is None:
            QToolTip.hideText()
            return
        edges, counts = self._figure.edges, self._figure.counts
        words = f"{edges[i]:.4g} to {edges[i + 1]:.4g}: {counts[i]:,.0f}"
        QToolTip.showText(event.globalPosition().toPoint(), words, self)

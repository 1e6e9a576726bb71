"""Pictures in a grid, each pixel crisp; a click shows one of them large."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QToolTip, QVBoxLayout, QWidget

from studio.model.figures import Figure, Images
from studio.ui.appearance.theme import Theme
from studio.ui.figures import colour_maps
from studio.ui.figures.figure_view import FigureView

GAP = 6
"""Pixels between pictures."""

SMALLEST, LARGEST = 52, 168
"""Widths of a picture in the grid."""

ALONE = 480
"""Width of a picture that is the only one, at most."""


class ImagesView(FigureView):
    """Renders `Images`: as many columns as there is room for, captions below."""

    chosen = Signal(int)
    """The picture that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure = Images("", np.zeros((0, 1, 1)))
        self._pictures: list[QImage] = []
        self._current = -1
        self._widest = 0
        """Width of the widest caption."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.chosen.connect(self._enlarge)

    def show_figure(self, figure: Figure) -> None:
        """Draw these pictures."""
        assert isinstance(figure, Images)
        self._figure = figure
        self._widest = max((self.text_width(words) for words in figure.captions), default=0)
        self._colour()
        self.setAccessibleName(f"{figure.title}: {len(self._pictures)} pictures")
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        if self._figure.signed:
            self._colour()

    def _colour(self) -> None:
        values = self._figure.values
        if values.ndim == 4:
            rgb = (np.clip(values, 0, 1) * 255).round().astype(np.uint8)
        else:
            signed = self._figure.signed
            lookup = colour_maps.diverging(self.theme) if signed else colour_maps.grey()
            rgb = lookup[colour_maps.indices(values, *colour_maps.span(values, signed))]
        self._pictures = [colour_maps.picture(one) for one in rgb]

    # ---- layout --------------------------------------------------------------------------------

    def _grid(self, width: int) -> tuple[int, int, int]:
        """Columns, and the width and height of a picture."""
        count = max(len(self._pictures), 1)
        tall, wide = self._figure.values.shape[1:3]
        least = max(SMALLEST, min(self._widest + 4, 96))
        most = max(1, (width + GAP) // (least + GAP))
        columns = min(count, most, max(1, math.ceil(math.sqrt(count * 2))))
        even = (n for n in range(columns, int(columns * 0.6), -1) if count % n == 0)
        columns = next(even, columns)
        while (
            columns < min(count, most)
            and self._tall(width, columns) > self.room > 0
            and self._cell(width, columns + 1) >= least
        ):
            columns += 1
        cell = self._cell(width, columns)
        return columns, cell, max(1, round(cell * tall / wide))

    def _cell(self, width: int, columns: int) -> int:
        """Width of a picture: a multiple of its pixels, where it is enlarged."""
        wide = self._figure.values.shape[2]
        largest = LARGEST
        if len(self._pictures) == 1:
            tall = self._figure.values.shape[1]
            fits = (self.room or LARGEST) * wide // tall
            largest = min(max(LARGEST, fits), ALONE)
        cell = min((width + GAP) // columns - GAP, largest)
        return int(cell // wide * wide if wide <= cell else cell)

    def _tall(self, width: int, columns: int) -> int:
        """Height of all pictures in so many columns."""
        tall, wide = self._figure.values.shape[1:3]
        rows = math.ceil(len(self._pictures) / columns)
        return int(rows * (self._cell(width, columns) * tall / wide + self._caption() + GAP))

    def height_for(self, width: int) -> int:
        """As many rows as there are."""
        columns, _, tall = self._grid(width)
        rows = math.ceil(len(self._pictures) / columns)
        return max(rows * (tall + self._caption() + GAP) - GAP, 20)

    def _caption(self) -> int:
        return self.line + 1 if self._figure.captions else 0

    def place(self, index: int) -> QRect:
        """Where a picture is."""
        columns, wide, tall = self._grid(self.width())
        row, column = divmod(index, columns)
        return QRect(column * (wide + GAP), row * (tall + self._caption() + GAP), wide, tall)

    def index_at(self, point: QPointF) -> int:
        """The picture at a point, or -1."""
        inside = (i for i in range(len(self._pictures)) if self.place(i).contains(point.toPoint()))
        return next(inside, -1)

    # ---- events --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures that are in view."""
        painter = self.painter()
        captions = self._figure.captions
        for index, picture in enumerate(self._pictures):
            place = self.place(index)
            if not place.adjusted(0, 0, 0, self._caption()).intersects(event.rect()):
                continue
            painter.drawImage(place, picture)
            edge = self.theme.accent if index == self._current else self.theme.border
            painter.setPen(QPen(QColor(edge), 2 if index == self._current else 1))
            painter.drawRect(QRectF(place).adjusted(-0.5, -0.5, 0.5, 0.5))
            if index < len(captions):
                painter.setPen(QColor(self.theme.muted))
                below = QRect(place.left(), place.bottom() + 2, place.width(), self.line)
                words = self.elided(captions[index], place.width())
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Enlarge the picture that is clicked."""
        index = self.index_at(event.position())
        if index >= 0:
            self._current = index
            self.chosen.emit(index)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the picture under the pointer is, and the value there."""
        index = self.index_at(event.position())
        if index < 0:
            QToolTip.hideText()
            return
        place = self.place(index)
        tall, wide = self._figure.values.shape[1:3]
        column = min(int((event.position().x() - place.left()) / place.width() * wide), wide - 1)
        row = min(int((event.position().y() - place.top()) / place.height() * tall), tall - 1)
        value = self._figure.values[index, max(row, 0), max(column, 0)]
        words = " ".join(f"{v:.4g}" for v in np.atleast_1d(value))
        name = f"{self.caption(index)}: " if self.caption(index) else ""
        QToolTip.showText(
            event.globalPosition().toPoint(), f"{name}row {row}, column {column}: {words}", self
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose a picture, Enter enlarges it."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if key in steps and self._pictures:
            self._current = (self._current + steps[key]) % len(self._pictures)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.chosen.emit(self._current)
        else:
            super().keyPressEvent(event)

    def caption(self, index: int) -> str:
        """The words under a picture."""
        captions = self._figure.captions
        return captions[index] if index < len(captions) else ""

    def _enlarge(self, index: int) -> None:
        dialog = Enlarged(self._pictures[index], self.caption(index) or self._figure.title, self)
        dialog.show()


class Enlarged(QDialog):
    """One picture, large; any click or key closes it."""

    def __init__(self, picture: QImage, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("enlarged")
        self.setAccessibleName(f"{title}, enlarged")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._picture = picture
        QVBoxLayout(self)
        ratio = picture.width() / picture.height()
        self.resize(*((480, round(480 / ratio)) if ratio >= 1 else (round(480 * ratio), 480)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture as large as its proportions allow."""
        painter = QPainter(self)
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter.drawImage(place, self._picture)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close."""
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close."""
        self.close()

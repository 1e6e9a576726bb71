"""An area to draw in with the mouse, and what the network gets of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.appearance.theme import LIGHT, Theme

SIDE = 224
"""Pixels of the drawing itself, whatever its size on the screen."""

BRUSH = 0.105
"""Width of the brush as a share of the side."""

LARGEST = 260
"""Its height on the screen, at most."""

Values = NDArray[np.float32]
Stroke = list[QPointF]


class DrawArea(QWidget):
    """White on black: strokes of a thick soft brush over a picture that was dropped, if any."""

    drawn = Signal()
    refused = Signal(str)
    """Why something that was dropped cannot be used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("draw_area")
        self.setAccessibleName("Drawing area")
        self.setAccessibleDescription("Draw with the mouse, or drop a picture")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.limit = LARGEST
        """The tallest it gets, so that what is below it can be seen."""
        self.strokes: list[Stroke] = []
        self._ground: QImage | None = None
        self._image = self._paint()
        self._theme = LIGHT

    # ---- what it holds -------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn."""
        return not self.strokes and self._ground is None

    def clear(self) -> None:
        """Wipe everything away."""
        self.strokes.clear()
        self._ground = None
        self._renew()

    def undo(self) -> None:
        """Take the last stroke back, or the picture where there is none."""
        if self.strokes:
            self.strokes.pop()
        else:
            self._ground = None
        self._renew()

    def load(self, image: QImage) -> None:
        """Start from a picture: grey, white on black, as large as fits."""
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        grey = grey.scaled(
            SIDE,
            SIDE,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        values = _array(grey)
        edges = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
        if edges.mean() > 0.5:
            grey.invertPixels()
        self.strokes.clear()
        self._ground = grey
        self._renew()

    def values(self, height: int, width: int, fit: bool) -> Values:
        """What the network gets: (height, width), 0 to 1. With `fit`, what is drawn is centred
        and as large as the digits it knows."""
        image = _fitted(self._image, height, width) if fit and self.strokes else self._image
        scaled = image.scaled(
            width,
            height,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        return _array(scaled)

    def _renew(self) -> None:
        self._image = self._paint()
        self.update()
        self.drawn.emit()

    def _paint(self) -> QImage:
        image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ground is not None:
            place = self._ground.rect()
            place.moveCenter(image.rect().center())
            painter.drawImage(place, self._ground)
        for stroke in self.strokes:
            _brush(painter, stroke)
        painter.end()
        return image

    # ---- events --------------------------------------------------------------------------------

    def area(self) -> QRect:
        """The square on the screen."""
        side = min(self.width(), self.height())
        square = QRect(0, 0, side, side)
        square.moveCenter(self.rect().center())
        return square

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(200, 200)

    def minimumSizeHint(self) -> QSize:
        """A small square."""
        return QSize(110, 110)

    def heightForWidth(self, width: int) -> int:
        """As tall as wide."""
        return min(width, self.limit)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what the person drew, and a hint while there is nothing."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        square = self.area()
        painter.drawImage(square, self._image)
        edge = self._theme.accent if self.hasFocus() else self._theme.border
        painter.setPen(QPen(QColor(edge), 1))
        painter.drawRect(QRectF(square).adjusted(0.5, 0.5, -0.5, -0.5))
        if self.is_empty:
            painter.setPen(QColor("#8a8f98"))
            words = "Draw here,\nor drop a picture"
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.strokes.append([self._inside(event.position())])
            self._renew()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        if event.buttons() & Qt.MouseButton.LeftButton and self.strokes:
            self.strokes[-1].append(self._inside(event.position()))
            self._renew()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace takes a stroke back, Delete clears."""
        if event.key() == Qt.Key.Key_Backspace:
            self.undo()
        elif event.key() == Qt.Key.Key_Delete:
            self.clear()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures and files of pictures."""
        if event.mimeData().hasImage() or event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Start from the picture that is dropped."""
        data = event.mimeData()
        name = data.urls()[0].toLocalFile() if data.hasUrls() else ""
        found = QImage(name) if name else data.imageData()
        if isinstance(found, QImage) and not found.isNull():
            self.load(found)
            event.acceptProposedAction()
        else:
            what = Path(name).name or "What was dropped"
            self.refused.emit(f"{what} is not a picture that can be read; try a PNG or JPEG file.")

    def _inside(self, point: QPointF) -> QPointF:
        square = self.area()
        scale = SIDE / max(square.width(), 1)
        return QPointF((point.x() - square.left()) * scale, (point.y() - square.top()) * scale)


def _brush(painter: QPainter, stroke: Stroke) -> None:
    """One stroke, softer towards its edge."""
    for width, shade in ((1.25, 110), (1.0, 190), (0.8, 255)):
        colour = QColor(255, 255, 255, shade)
        pen = QPen(colour, BRUSH * SIDE * width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        if len(stroke) == 1:
            painter.drawPoint(stroke[0])
        else:
            painter.drawPolyline(stroke)


def _fitted(image: QImage, height: int, width: int) -> QImage:
    """The drawing cut to what is drawn, then centred and scaled to fill the height."""
    values = _array(image)
    rows, columns = np.flatnonzero(values.max(1) > 0.1), np.flatnonzero(values.max(0) > 0.1)
    if not len(rows):
        return image
    left, top = int(columns[0]), int(rows[0])
    part = image.copy(left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
    result = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
    result.fill(0)
    size = part.size().scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, min(size.width(), SIDE), size.height())
    place.moveCenter(result.rect().center())
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, part)
    painter.end()
    return result


def _array(image: QImage) -> Values:
    """Grey values of an image, 0 to 1."""
    height, width = image.height(), image.width()
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    data = np.frombuffer(image.constBits(), np.uint8, count=image.bytesPerLine() * height)
    return (data.reshape(height, -1)[:, :width] / 255).astype(np.float32)

"""From a figure to the widget that draws it, and to a picture in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.model.figures import (
    Bars,
    Curves,
    Figure,
    Heatmap,
    Histogram,
    Images,
    Table,
    Text,
)
from studio.model.files import write_atomically
from studio.ui.appearance.theme import Theme
from studio.ui.figures.bars_view import BarsView, HistogramView
from studio.ui.figures.figure_view import FigureView
from studio.ui.figures.heatmap_view import HeatmapView
from studio.ui.figures.images_view import ImagesView
from studio.ui.figures.wrapped_views import CurvesView, TableView, TextView

RENDERERS: Mapping[type[Figure], type[FigureView]] = {
    Curves: CurvesView,
    Images: ImagesView,
    Heatmap: HeatmapView,
    Histogram: HistogramView,
    Bars: BarsView,
    Table: TableView,
    Text: TextView,
}
"""A new kind of figure needs a line here."""


class Elided(QLabel):
    """A label that cuts its text to its width, and says all of it in a tool tip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self._cut()

    def _cut(self) -> None:
        width = max(self.width(), 20)
        words = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, width)
        self.setText(words)
        self.setToolTip(self._whole if words != self._whole else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut to the new width."""
        super().resizeEvent(event)
        self._cut()


class FigureCard(QFrame):
    """A figure under its title."""

    def __init__(self, figure: Figure, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure = figure
        self.title = Elided(figure.title, self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.view = RENDERERS[type(figure)](self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 10)
        layout.setSpacing(6)
        layout.addWidget(self.title)
        layout.addWidget(self.view)
        self.setObjectName("figure")
        self.setAutoFillBackground(True)
        self.show_figure(figure)
        self.set_theme(theme)

    def show_figure(self, figure: Figure) -> None:
        """Draw another figure of the same kind."""
        self.figure = figure
        self.title.set_text(figure.title)
        self.setAccessibleName(figure.title)
        self.view.show_figure(figure)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.base))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.text))
        self.setPalette(palette)
        self.view.set_theme(theme)

    def height_for(self, width: int) -> int:
        """The height of title and figure at this width."""
        return self.title.sizeHint().height() + 24 + self.view.height_for(width - 20)


def image_of(widget: QWidget, scale: float = 2.0) -> QImage:
    """What a widget shows, sharp at twice its size."""
    size = QSize(round(widget.width() * scale), round(widget.height() * scale))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(widget.palette().color(QPalette.ColorRole.Window))
    widget.render(image)
    return image


def png_of(image: QImage) -> bytes:
    """A picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def render_png(figure: Figure, path: Path, theme: Theme, width: int = 640) -> None:
    """Draw a figure into a PNG file. Raises FileError."""
    card = FigureCard(figure, theme)
    card.resize(width, card.height_for(width))
    card.ensurePolished()
    write_atomically(path, png_of(image_of(card)))
    card.deleteLater()

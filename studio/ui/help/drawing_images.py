"""Drawings in a theme's colours, sharp at the screen's scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from studio.model.type_help import TINTS, Illustration
from studio.ui.appearance.theme import Theme


@lru_cache(64)
def _image(svg: str, colours: tuple[str, ...], width: float, height: float, ratio: float) -> QImage:
    for tint, colour in zip(TINTS, colours, strict=True):
        svg = svg.replace(tint, colour)
    image = QImage(
        QSize(round(width * ratio), round(height * ratio)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def drawn(drawing: Illustration, theme: Theme, ratio: float, share: float = 1.0) -> QImage:
    """A drawing as a picture; `share` of its size, where there is not room for all of it."""
    colours = (theme.text, theme.muted, theme.accent, theme.warning, theme.hover)
    return _image(drawing.svg, colours, drawing.width * share, drawing.height * share, ratio)

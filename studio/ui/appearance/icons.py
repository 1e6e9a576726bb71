"""Line icons of `assets/icons`, in the colours of a theme and sharp at 1× and 2×."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.ui.appearance.theme import Theme

SIZE = 20
TEXT_BESIDE = Qt.ToolButtonStyle.ToolButtonTextBesideIcon


@cache
def _drawing(name: str) -> str:
    return (files("assets") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, colour: str, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """One icon in one colour, `size` device-independent pixels wide."""
    drawing = _drawing(name).replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@cache
def _icon(name: str, colour: str, disabled: str, ratio: float) -> QIcon:
    icon = QIcon()
    icon.addPixmap(pixmap(name, colour, SIZE, ratio), QIcon.Mode.Normal)
    icon.addPixmap(pixmap(name, disabled, SIZE, ratio), QIcon.Mode.Disabled)
    return icon


def icon(name: str, theme: Theme, colour: str = "", ratio: float = 2.0) -> QIcon:
    """An icon for buttons, menus and tabs; `colour` defaults to the theme's text."""
    return _icon(name, colour or theme.text, theme.disabled, ratio)

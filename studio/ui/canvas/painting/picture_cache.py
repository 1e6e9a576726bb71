"""Pictures of cards and labels, drawn once for each content and scale and then only copied."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from studio.model.layout.cards import WIDTH
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.card_face import CardFace
from studio.ui.canvas.painting.card_painter import draw_card
from studio.ui.canvas.painting.text import sized

MARGIN = 14
"""Around a card, for its ports, badge and shadow."""
LONGEST = 1.2 * WIDTH
"""How long a wire's label may be; the tip over the wire tells all of it."""
BYTES = 96 * 1024 * 1024
"""Kept at most."""


class PictureCache:
    """Least recently used pictures go when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._latest: dict[CardFace, QPixmap] = {}
        self._bytes = 0

    def clear(self) -> None:
        """Forget everything, as after a change of theme."""
        self._kept.clear()
        self._latest.clear()
        self._bytes = 0

    def card(
        self, face: CardFace, scale: float, ratio: float, theme: Theme, draw: bool
    ) -> tuple[QPixmap | None, bool]:
        """The picture of a face, and whether it is sharp. Without `draw`, one of another scale may
        come instead, or none."""
        key = (face, scale, ratio)
        found = self._find(key)
        if found is not None:
            return found, True
        if not draw:
            return self._latest.get(face), False
        picture = _canvas(WIDTH + 2 * MARGIN, face.height + 2 * MARGIN, scale, ratio)
        painter = _painter(picture, scale)
        painter.translate(MARGIN, MARGIN)
        draw_card(painter, face, theme, scale)
        painter.end()
        self._keep(key, picture)
        self._latest[face] = picture
        return picture, True

    def pill(self, text: str, scale: float, ratio: float, theme: Theme, strong: bool) -> QPixmap:
        """The picture of a wire's label."""
        key = (text, scale, ratio, strong)
        found = self._find(key)
        if found is not None:
            return found
        font = sized(10.5)
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, LONGEST)
        width = metrics.horizontalAdvance(text) + 12
        picture = _canvas(width, 17, scale, ratio)
        painter = _painter(picture, scale)
        painter.setPen(QPen(QColor(theme.wire_selected if strong else theme.node_border), 1))
        painter.setBrush(QColor(theme.pill))
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, 16), 8, 8)
        painter.setPen(QColor(theme.pill_text))
        painter.setFont(font)
        painter.drawText(QRectF(0, 0, width, 16.5), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        self._keep(key, picture)
        return picture

    def _find(self, key: Hashable) -> QPixmap | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def _keep(self, key: Hashable, picture: QPixmap) -> None:
        self._kept[key] = picture
        self._bytes += picture.width() * picture.height() * 4
        while self._bytes > BYTES and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.width() * gone.height() * 4
        if len(self._latest) > 20_000:
            self._latest.clear()


def _canvas(width: float, height: float, scale: float, ratio: float) -> QPixmap:
    picture = QPixmap(
        max(round(width * scale * ratio), 1) + 1, max(round(height * scale * ratio), 1) + 1
    )
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def _painter(picture: QPixmap, scale: float) -> QPainter:
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.scale(scale, scale)
    return painter

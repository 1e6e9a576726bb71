"""Pictures of cards and labels, drawn once for each content and scale and then only copied."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from nodes.declare import PortKind
from studio.model.ports import USES_BOARD
from studio.model.report import Issue, NodeReport
from studio.ui.canvas.face import count
from studio.ui.canvas.geometry import FOOT, HEADER, WIDTH, Card
from studio.ui.canvas.shapes import draw_badge, draw_port
from studio.ui.theme import Theme

MARGIN = 14
"""Around a card, for its ports, badge and shadow."""
ROUND = 7.0
SKETCH = 0.46
"""Below this scale a card shows only its name, large."""
BYTES = 96 * 1024 * 1024
"""Kept at most."""


@dataclass(frozen=True, slots=True)
class PortFace:
    """How one port looks."""

    name: str
    kind: PortKind
    x: float
    y: float
    wired: bool
    named: bool
    output: bool


@dataclass(frozen=True, slots=True)
class Face:
    """All that a card's picture shows."""

    title: str
    subtitle: str
    detail: str
    count: str
    glyph: str
    category: str
    severity: str
    repeat: int
    unknown: bool
    footed: bool
    height: float
    ports: tuple[PortFace, ...]


def face_of(
    card: Card, report: NodeReport | None, issues: list[Issue], wired: frozenset[tuple[str, bool]]
) -> Face:
    """What a card shows now."""
    node, found = card.node, card.type
    severities = {issue.severity for issue in issues}
    used = str(node.params.get(USES_BOARD.get(node.type, ""), ""))
    repeat = node.params.get("repeat", 1) if node.type == "Block" else 1
    ports = []
    for output, offsets in ((False, card.inputs), (True, card.outputs)):
        for name, (x, y) in offsets.items():
            port = card.port(name, output)
            kind: PortKind = port.kind if port else "any"
            named = len(offsets) > 1
            ports.append(PortFace(name, kind, x, y, (name, output) in wired, named, output))
    rows = max(len(card.inputs), len(card.outputs), 1)
    return Face(
        node.id,
        f"{node.type} · {used}" if used else node.type,
        card.detail,
        count(report.parameters) if report and report.parameters else "",
        found.glyph if found else "?",
        found.category if found else "",
        "error" if "error" in severities else "warning" if severities else "",
        repeat if isinstance(repeat, int) and not isinstance(repeat, bool) else 1,
        found is None,
        card.height > HEADER + (20 * rows if rows > 1 else 0),
        card.height,
        tuple(ports),
    )


class Pictures:
    """Least recently used pictures go when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._latest: dict[Face, QPixmap] = {}
        self._bytes = 0

    def clear(self) -> None:
        """Forget everything, as after a change of theme."""
        self._kept.clear()
        self._latest.clear()
        self._bytes = 0

    def card(
        self, face: Face, scale: float, ratio: float, theme: Theme, draw: bool
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
        width = QFontMetricsF(font).horizontalAdvance(text) + 12
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


def sized(pixels: float, bold: bool = False) -> QFont:
    """The window's font at a size in scene units."""
    font = QFont()
    font.setPixelSize(max(round(pixels), 1))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


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


def draw_card(painter: QPainter, face: Face, theme: Theme, scale: float) -> None:
    """Draw a card with its top left corner at the origin."""
    accent = QColor(theme.error if face.unknown else theme.category(face.category))
    body = QRectF(0.5, 0.5, WIDTH - 1, face.height - 1)
    _back(painter, face, theme, body)
    _stripe(painter, body, accent, 5 if scale >= SKETCH else 15)
    if scale >= SKETCH:
        _texts(painter, face, theme, accent)
    else:
        _sketch(painter, face, theme)
    for port in face.ports:
        draw_port(painter, port.kind, QPointF(port.x, port.y), theme, port.wired)
    if face.severity:
        draw_badge(painter, face.severity, QPointF(WIDTH - 4, 2), theme)


def _back(painter: QPainter, face: Face, theme: Theme, body: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    shadow = QColor(theme.shadow)
    shadow.setAlpha(shadow.alpha() // 2)
    painter.setBrush(shadow)
    for spread in (0.0, 1.5):
        painter.drawRoundedRect(body.adjusted(-spread, 1, spread, 2 + spread), ROUND, ROUND)
    border = QPen(QColor(theme.node_border), 1)
    if face.unknown:
        border = QPen(QColor(theme.node_muted), 1.4, Qt.PenStyle.DashLine)
    elif face.severity == "error":
        border = QPen(QColor(theme.error), 1.4)
    painter.setPen(border)
    painter.setBrush(QColor(theme.node))
    for behind in (6, 3) if face.repeat > 1 else ():
        painter.drawRoundedRect(body.translated(behind, -behind), ROUND, ROUND)
    painter.drawRoundedRect(body, ROUND, ROUND)


def _stripe(painter: QPainter, body: QRectF, accent: QColor, width: float) -> None:
    painter.save()
    painter.setClipRect(QRectF(0, 0, width, body.height() + 1))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    painter.drawRoundedRect(body, ROUND, ROUND)
    painter.restore()


def _sketch(painter: QPainter, face: Face, theme: Theme) -> None:
    """Only the name, in large letters."""
    room = QRectF(24, 0, WIDTH - 30, min(face.height, 72))
    _text(painter, face.title, sized(25, bold=True), QColor(theme.node_text), room)


def _texts(painter: QPainter, face: Face, theme: Theme, accent: QColor) -> None:
    badge = QRectF(13, 11, 28, 26)
    soft = QColor(accent)
    soft.setAlpha(48 if theme.dark else 32)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(soft)
    painter.drawRoundedRect(badge, 6, 6)
    painter.setPen(accent)
    painter.setFont(sized(13 if len(face.glyph) < 3 else 10.5, bold=True))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, face.glyph)
    times = f"× {face.repeat}" if face.repeat > 1 else ""
    right = WIDTH - 12
    if times:
        font = sized(13, bold=True)
        width = QFontMetricsF(font).horizontalAdvance(times)
        _text(painter, times, font, accent, QRectF(right - width, 8, width + 1, 18))
        right -= round(width) + 6
    title = QRectF(49, 8, right - 49, 18)
    _text(painter, face.title, sized(13, bold=True), QColor(theme.node_text), title)
    muted = QColor(theme.node_muted)
    _text(painter, face.subtitle, sized(11), muted, QRectF(49, 25, WIDTH - 49 - 12, 15))
    for port in face.ports:
        if port.named:
            _port_name(painter, port, muted)
    if face.footed:
        _foot(painter, face, theme)


def _port_name(painter: QPainter, port: PortFace, colour: QColor) -> None:
    room = QRectF(12, port.y - 8, WIDTH / 2 - 16, 16)
    align = Qt.AlignmentFlag.AlignLeft
    if port.output:
        room.moveLeft(WIDTH / 2 + 4)
        align = Qt.AlignmentFlag.AlignRight
    _text(painter, port.name, sized(11), colour, room, align)


def _foot(painter: QPainter, face: Face, theme: Theme) -> None:
    top = face.height - FOOT
    line = QColor(theme.node_border)
    line.setAlpha(120)
    painter.setPen(QPen(line, 1))
    painter.drawLine(QPointF(13, top), QPointF(WIDTH - 12, top))
    right = WIDTH - 12.0
    font = sized(11)
    if face.count:
        width = QFontMetricsF(font).horizontalAdvance(face.count) + 1
        room = QRectF(right - width, top + 3, width, 16)
        _text(painter, face.count, font, QColor(theme.node_muted), room)
        right -= width + 8
    _text(painter, face.detail, font, QColor(theme.node_text), QRectF(13, top + 3, right - 13, 16))


def _text(
    painter: QPainter,
    text: str,
    font: QFont,
    colour: QColor,
    room: QRectF,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    fitted = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
    painter.setFont(font)
    painter.setPen(colour)
    flags = align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    painter.drawText(room, int(flags), fitted)

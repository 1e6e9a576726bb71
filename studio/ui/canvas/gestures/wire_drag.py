"""Dragging a wire from a port: what fits lights up, and what does not says why."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QApplication

from studio.model.layout.cards import PortAt
from studio.model.operations.wiring import (
    connect,
    disconnect,
    first_fit,
    fitting_ports,
    why_not,
    wire_between,
)
from studio.model.project import Wire
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.painting.text import sized
from studio.ui.canvas.scene.wire_routing import Curve

REACH = 20
"""How near, on the screen, a wire let go is caught by a port."""


class WireDrag:
    """A wire in hand: new from a port, or one that was picked up at an input."""

    def __init__(self, editor: BoardEditor, port: PortAt, point: QPointF) -> None:
        self._editor, self._press, self._point = editor, point, point
        held = editor.scene.board.into(port.node, port.port) if not port.output else []
        self._held: Wire | None = held[-1] if held else None
        self._anchor = port
        if self._held:
            self._anchor = PortAt(self._held.source, self._held.source_port, True)
        self._drawn = editor.drawn
        """The board less the wire in hand."""
        self._over: PortAt | None = None
        self._reason = ""
        self._moving = False

    def drag(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Follow the pointer, and see what is under it."""
        gap = (point - self._press).manhattanLength()
        if not self._moving and gap < QApplication.startDragDistance():
            return
        editor, emphasis = self._editor, self._editor.emphasis
        if not self._moving:
            self._moving = True
            self._drawn = editor.drawn if not self._held else editor.drawn.without(self._held)
            emphasis.fitting = fitting_ports(self._drawn, self._anchor)
            emphasis.hidden, emphasis.dragging = self._held, True
        self._point = point
        self._over, reason = self._under(point)
        if reason and reason != self._reason:
            editor.say(reason)
        self._reason = reason
        emphasis.port = self._over
        editor.update()

    def release(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Wire, disconnect, or search for what fits here."""
        editor, moving, held, over = self._editor, self._moving, self._held, self._over
        self.cancel()
        if not moving:
            return
        if over is not None and not self._reason:
            if wire_between(self._anchor, over) != held:
                editor.attempt(lambda drawn: connect(drawn, self._anchor, over, held))
        elif self._reason:
            editor.say(self._reason)
        elif held is not None:
            editor.attempt(lambda drawn: disconnect(drawn, frozenset({held})))
        else:
            editor.open_search(point.toPoint(), self._anchor)

    def cancel(self) -> None:
        """Let the wire go where it was."""
        emphasis = self._editor.emphasis
        emphasis.fitting, emphasis.hidden, emphasis.dragging, emphasis.port = (
            frozenset(),
            None,
            False,
            None,
        )
        self._editor.update()

    def paint(self, painter: QPainter) -> None:
        """Draw the wire in hand, and the reason of a refusal at the pointer."""
        if not self._moving:
            return
        editor, theme = self._editor, self._editor.theme
        view, scene = editor.view, editor.scene
        start = scene.cards[self._anchor.node].place(self._anchor.port, self._anchor.output)
        hand = view.to_scene(self._point)
        end = (hand.x(), hand.y())
        if self._over and not self._reason:
            end = scene.cards[self._over.node].place(self._over.port, self._over.output)
        ends = (*start, *end) if self._anchor.output else (*end, *start)
        colour = theme.error if self._reason else theme.good if self._over else theme.accent
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(view.transform(), True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.DashLine if self._reason else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(colour), max(2.4, 1.6 / view.scale), style))
        painter.drawPath(Curve(*ends).path)
        painter.restore()
        if self._reason:
            _bubble(painter, editor, self._reason, self._point)

    def _under(self, point: QPointF) -> tuple[PortAt | None, str]:
        """The port that would take the wire, or why the one there would not."""
        scene, view = self._editor.scene, self._editor.view
        at = view.to_scene(point)
        port = scene.port_at(at, max(REACH / view.scale, 11))
        if port == self._anchor:
            return None, ""
        card = scene.card_at(at)
        if port is None and card is not None:
            own = scene.cards[self._anchor.node].port(self._anchor.port, self._anchor.output)
            fit = first_fit(card.ports, own, self._anchor.output) if own else None
            side = card.ports.inputs if self._anchor.output else card.ports.outputs
            name = fit.name if fit else side[0].name if side else ""
            if not name:
                what = "inputs" if self._anchor.output else "outputs"
                return None, f"{card.node.id} has no {what}."
            port = PortAt(card.node.id, name, not self._anchor.output)
        if port is None:
            return None, ""
        if port in self._editor.emphasis.fitting:
            return port, ""
        return port, why_not(self._drawn, self._anchor, port) or ""


def _bubble(painter: QPainter, editor: BoardEditor, text: str, point: QPointF) -> None:
    """A message beside the pointer, inside the widget."""
    theme, font = editor.theme, sized(12)
    width = QFontMetricsF(font).horizontalAdvance(text) + 20
    x = max(4.0, min(point.x() + 14, editor.rect().width() - width - 4))
    y = max(4.0, min(point.y() + 18, editor.rect().height() - 30.0))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.error), 1))
    painter.setBrush(QColor(theme.error_back))
    rect = QRectF(x + 0.5, y + 0.5, width, 26)
    painter.drawRoundedRect(rect, 6, 6)
    painter.setPen(QColor(theme.text))
    painter.setFont(font)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()

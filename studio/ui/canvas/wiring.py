"""Dragging a wire from a port: what fits lights up, and what does not says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QApplication

from studio.model.project import Wire
from studio.ui.canvas import editing
from studio.ui.canvas.fitting import first_fit, fitting_ports, why_not, wire_between
from studio.ui.canvas.geometry import PortAt
from studio.ui.canvas.lettering import sized
from studio.ui.canvas.wires import Curve

if TYPE_CHECKING:
    from studio.ui.canvas.canvas import Canvas

REACH = 20
"""How near, on the screen, a wire let go is caught by a port."""


class WireDrag:
    """A wire in hand: new from a port, or one that was picked up at an input."""

    def __init__(self, canvas: Canvas, port: PortAt, point: QPointF) -> None:
        self._canvas, self._press, self._point = canvas, point, point
        held = canvas.scene.board.into(port.node, port.port) if not port.output else []
        self._held: Wire | None = held[-1] if held else None
        self._anchor = port
        if self._held:
            self._anchor = PortAt(self._held.source, self._held.source_port, True)
        self._over: PortAt | None = None
        self._reason = ""
        self._moving = False

    def drag(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Follow the pointer, and see what is under it."""
        gap = (point - self._press).manhattanLength()
        if not self._moving and gap < QApplication.startDragDistance():
            return
        canvas, marks = self._canvas, self._canvas.marks
        if not self._moving:
            self._moving = True
            marks.fitting = fitting_ports(canvas.scene, self._anchor, self._held)
            marks.hidden, marks.dragging = self._held, True
        self._point = point
        self._over, reason = self._under(point)
        if reason and reason != self._reason:
            canvas.message.emit(reason)
        self._reason = reason
        marks.port = self._over
        canvas.update()

    def release(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Wire, disconnect, or search for what fits here."""
        canvas, moving, held, over = self._canvas, self._moving, self._held, self._over
        self.cancel()
        if not moving:
            return
        project, board = canvas.document.project, canvas.board
        if over is not None and not self._reason:
            wire = wire_between(self._anchor, over)
            if wire != held:
                canvas.edit(editing.connect(project, board, wire, canvas.types, held))
        elif self._reason:
            canvas.message.emit(self._reason)
        elif held is not None:
            canvas.edit(editing.disconnect(project, board, frozenset({held})))
        else:
            canvas.open_search(point.toPoint(), self._anchor)

    def cancel(self) -> None:
        """Let the wire go where it was."""
        marks = self._canvas.marks
        marks.fitting, marks.hidden, marks.dragging, marks.port = frozenset(), None, False, None
        self._canvas.update()

    def paint(self, painter: QPainter) -> None:
        """Draw the wire in hand, and the reason of a refusal at the pointer."""
        if not self._moving:
            return
        canvas, theme = self._canvas, self._canvas.theme
        view, scene = canvas.view, canvas.scene
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
            _bubble(painter, canvas, self._reason, self._point)

    def _under(self, point: QPointF) -> tuple[PortAt | None, str]:
        """The port that would take the wire, or why the one there would not."""
        scene, view = self._canvas.scene, self._canvas.view
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
        return port, why_not(scene, self._anchor, port, self._held) or ""


def _bubble(painter: QPainter, canvas: Canvas, text: str, point: QPointF) -> None:
    """A message beside the pointer, inside the widget."""
    theme, font = canvas.theme, sized(12)
    width = QFontMetricsF(font).horizontalAdvance(text) + 20
    x = max(4.0, min(point.x() + 14, canvas.width() - width - 4))
    y = max(4.0, min(point.y() + 18, canvas.height() - 30.0))
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

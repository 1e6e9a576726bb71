"""Dragging nodes: with snap, guides, and insertion into a wire underneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication

from studio.model.edits import MoveNodes
from studio.ui.canvas import editing
from studio.ui.canvas.editing import Edited
from studio.ui.canvas.fitting import insertion, wire_below
from studio.ui.canvas.room import room_for
from studio.ui.canvas.snap import rest

if TYPE_CHECKING:
    from studio.ui.canvas.canvas import Canvas


class Move:
    """Moves the selected nodes; the edit is made at the end, so that it is one step."""

    def __init__(self, canvas: Canvas, node: str, start: QPointF) -> None:
        self._canvas, self._node, self._press = canvas, node, start
        self._start = canvas.view.to_scene(start)
        cards = canvas.scene.cards
        self._from = {id: (cards[id].x, cards[id].y) for id in canvas.selection | {node}}
        self._moving = False
        wired = canvas.scene.wired(node)
        self._insertable = len(self._from) == 1 and not wired

    def drag(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Put the nodes where the pointer takes them."""
        gap = (point - self._press).manhattanLength()
        if not self._moving and gap < QApplication.startDragDistance():
            return
        self._moving = True
        canvas, scene, marks = self._canvas, self._canvas.scene, self._canvas.marks
        step = canvas.view.to_scene(point) - self._start
        x, y = self._from[self._node]
        to_x, to_y = x + step.x(), y + step.y()
        marks.guides = []
        if not keys & Qt.KeyboardModifier.AltModifier:
            height = scene.cards[self._node].height
            place = rest(scene, to_x, to_y, height, self._from, 6 / canvas.view.scale)
            to_x, to_y, marks.guides = place.x, place.y, place.guides
        dx, dy = to_x - x, to_y - y
        scene.move({id: (at[0] + dx, at[1] + dy) for id, at in self._from.items()})
        if self._insertable:
            card = scene.cards[self._node]
            marks.lit = wire_below(scene, card, card.ports)
        canvas.update()

    def release(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Make the edit."""
        canvas, marks = self._canvas, self._canvas.marks
        lit, marks.lit, marks.guides = marks.lit, None, []
        if not self._moving:
            return
        cards = canvas.scene.cards
        places = {id: (cards[id].x, cards[id].y) for id in self._from if id in cards}
        project, board = canvas.document.project, canvas.board
        edited = editing.move(project, board, places)
        ends = insertion(canvas.scene, lit, cards[self._node].ports) if lit else None
        if lit and ends:
            node = edited.project.boards[board].nodes[self._node]
            label = f"Insert {self._node}"
            edited = editing.insert(edited.project, board, node, lit, ends, label)
            room = room_for(canvas.scene, cards[self._node], ends)
            edited = Edited(label, MoveNodes(board, room).apply(edited.project))
        canvas.edit(edited)
        canvas.update()

    def cancel(self) -> None:
        """Put everything back."""
        canvas = self._canvas
        canvas.marks.lit, canvas.marks.guides = None, []
        canvas.scene.move({id: at for id, at in self._from.items() if id in canvas.scene.cards})
        canvas.update()

    def paint(self, painter: QPainter) -> None:
        """Draw the guides."""
        painter.setPen(QPen(QColor(self._canvas.theme.guide), 1, Qt.PenStyle.DashLine))
        transform = self._canvas.view.transform()
        for line in self._canvas.marks.guides:
            painter.drawLine(transform.map(line))

"""Dragging nodes: with snap, guides, and insertion into a wire underneath."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication

from studio.model.layout.spacing import Places
from studio.model.operations import nodes
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited
from studio.model.operations.insertion import insert
from studio.model.project import Wire
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.gestures.insertion_target import wire_below
from studio.ui.canvas.gestures.snapping import rest


class NodeMove:
    """Moves the selected nodes; the edit is made at the end, so that it is one step."""

    def __init__(self, editor: BoardEditor, node: str, start: QPointF) -> None:
        self._editor, self._node, self._press = editor, node, start
        self._start = editor.view.to_scene(start)
        cards = editor.scene.cards
        self._from = {id: (cards[id].x, cards[id].y) for id in editor.selection | {node}}
        self._moving = False
        wired = editor.scene.wired(node)
        self._insertable = len(self._from) == 1 and not wired

    def drag(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Put the nodes where the pointer takes them."""
        gap = (point - self._press).manhattanLength()
        if not self._moving and gap < QApplication.startDragDistance():
            return
        self._moving = True
        editor, scene, emphasis = self._editor, self._editor.scene, self._editor.emphasis
        step = editor.view.to_scene(point) - self._start
        x, y = self._from[self._node]
        to_x, to_y = x + step.x(), y + step.y()
        emphasis.guides = []
        if not keys & Qt.KeyboardModifier.AltModifier:
            height = scene.cards[self._node].height
            place = rest(scene, to_x, to_y, height, self._from, 6 / editor.view.scale)
            to_x, to_y, emphasis.guides = place.x, place.y, place.guides
        dx, dy = to_x - x, to_y - y
        scene.move({id: (at[0] + dx, at[1] + dy) for id, at in self._from.items()})
        if self._insertable:
            emphasis.lit = wire_below(scene, editor.drawn, scene.cards[self._node])
        editor.update()

    def release(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """Make one edit of the whole way; into the lit wire, where one is."""
        editor, emphasis = self._editor, self._editor.emphasis
        lit, emphasis.lit, emphasis.guides = emphasis.lit, None, []
        if not self._moving:
            return
        cards = editor.scene.cards
        places = {id: (cards[id].x, cards[id].y) for id in self._from if id in cards}
        editor.attempt(lambda drawn: self._edited(drawn, places, lit))
        editor.update()

    def _edited(self, drawn: DrawnBoard, places: Places, lit: Wire | None) -> Edited:
        moved = nodes.move(drawn.project, drawn.name, places)
        if lit is None:
            return moved
        after = replace(drawn, project=moved.project)
        return insert(after, after.board.nodes[self._node], lit, f"Insert {self._node}")

    def cancel(self) -> None:
        """Put the nodes back to where the press found them."""
        editor = self._editor
        editor.emphasis.lit, editor.emphasis.guides = None, []
        editor.scene.move({id: at for id, at in self._from.items() if id in editor.scene.cards})
        editor.update()

    def paint(self, painter: QPainter) -> None:
        """Draw the lines along which the node is aligned with others."""
        painter.setPen(QPen(QColor(self._editor.theme.guide), 1, Qt.PenStyle.DashLine))
        transform = self._editor.view.transform()
        for line in self._editor.emphasis.guides:
            painter.drawLine(transform.map(line))

"""What a press, a move or a double-click begins, by what is under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from studio.model.ports import USES_BOARD
from studio.ui.canvas.box_select import BoxSelect
from studio.ui.canvas.gesture import Gesture
from studio.ui.canvas.move import Move
from studio.ui.canvas.pan import Pan
from studio.ui.canvas.surface import FAR
from studio.ui.canvas.wiring import WireDrag

if TYPE_CHECKING:
    from studio.ui.canvas.canvas import Canvas

ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
WIRE_REACH = 7


class Pointer:
    """Turns events of the mouse into gestures."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.gesture: Gesture | None = None
        self.place = QPointF(-1, -1)
        """Where the pointer was last."""
        self.space = False
        """Space is held: a drag pans."""
        canvas.overlay = self._paint

    def press(self, event: QEvent) -> bool:
        """Begin a gesture."""
        if not isinstance(event, QMouseEvent) or self.gesture is not None:
            return isinstance(event, QMouseEvent)
        canvas, at = self._canvas, event.position()
        canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self.space
        ):
            self.gesture = Pan(canvas, at)
        elif button == Qt.MouseButton.LeftButton:
            self.gesture = self._begin(at, event.modifiers())
        return True

    def move(self, event: QEvent) -> bool:
        """Go on with the gesture, or see what the pointer is over."""
        if not isinstance(event, QMouseEvent):
            return False
        self.place = event.position()
        if self.gesture is not None:
            self.gesture.drag(self.place, event.modifiers())
        else:
            self._hover()
        return True

    def release(self, event: QEvent) -> bool:
        """End the gesture."""
        if not isinstance(event, QMouseEvent):
            return False
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.release(event.position(), event.modifiers())
            self._hover()
        self._canvas.update()
        return True

    def double(self, event: QEvent) -> bool:
        """Open a node's board, or the search on the empty canvas."""
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        canvas, scene = self._canvas, self._canvas.scene
        at = canvas.view.to_scene(event.position())
        card = scene.card_at(at)
        if card is not None:
            name = card.node.params.get(USES_BOARD.get(card.node.type, ""))
            if isinstance(name, str) and name in canvas.document.project.boards:
                canvas.open_board.emit(name)
        elif scene.wire_at(at, WIRE_REACH / canvas.view.scale) is None:
            canvas.open_search(event.position().toPoint())
        return True

    def leave(self, event: QEvent) -> bool:
        """The pointer left the canvas."""
        self.place = QPointF(-1, -1)
        if self.gesture is None:
            self._canvas.marks.port = None
            self._mark("", False)
            self._canvas.update()
        return False

    def unfocused(self, event: QEvent) -> bool:
        """Space may be let go elsewhere."""
        self.space = False
        return False

    def cancel(self) -> bool:
        """Give up the gesture; False where there was none."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    def _begin(self, at: QPointF, keys: Qt.KeyboardModifier) -> Gesture | None:
        canvas, scene = self._canvas, self._canvas.scene
        point = canvas.view.to_scene(at)
        port = scene.port_at(point) if canvas.view.scale >= FAR else None
        if port is not None:
            return WireDrag(canvas, port, at)
        card = scene.card_at(point)
        if card is not None:
            return self._press_node(card.node.id, at, keys)
        wire = scene.wire_at(point, WIRE_REACH / canvas.view.scale)
        if wire is not None:
            kept = canvas.marks.wires if keys & ADDING else frozenset()
            canvas.select((), kept ^ {wire})
            return None
        return BoxSelect(canvas, at, keys)

    def _press_node(self, id: str, at: QPointF, keys: Qt.KeyboardModifier) -> Gesture | None:
        canvas = self._canvas
        if keys & ADDING:
            canvas.select(canvas.selection ^ {id})
            return None
        if id not in canvas.selection:
            canvas.select({id})
        return Move(canvas, id, at)

    def _hover(self) -> None:
        canvas, scene, marks = self._canvas, self._canvas.scene, self._canvas.marks
        point = canvas.view.to_scene(self.place)
        port = scene.port_at(point) if canvas.view.scale >= FAR else None
        if port != marks.port:
            marks.port = port
            canvas.update()
        card = scene.card_at(point)
        self._mark(card.node.id if card else "", port is not None)

    def _mark(self, id: str, on_port: bool) -> None:
        canvas, marks = self._canvas, self._canvas.marks
        shape = Qt.CursorShape.OpenHandCursor if self.space else Qt.CursorShape.ArrowCursor
        canvas.setCursor(Qt.CursorShape.CrossCursor if on_port else shape)
        if id != marks.node:
            marks.node = id
            canvas.update()
            canvas.hovered.emit(id)

    def _paint(self, painter: QPainter) -> None:
        if self.gesture is not None:
            self.gesture.paint(painter)

"""What a press, a move or a double-click begins, by what is under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.gestures.box_select import BoxSelect
from studio.ui.canvas.gestures.gesture import Gesture
from studio.ui.canvas.gestures.node_move import NodeMove
from studio.ui.canvas.gestures.panning import Pan
from studio.ui.canvas.gestures.wire_drag import WireDrag
from studio.ui.canvas.scene.viewport import FAR

ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
WIRE_REACH = 7


class Pointer:
    """Turns events of the mouse into gestures."""

    def __init__(self, editor: BoardEditor) -> None:
        self._editor = editor
        self.gesture: Gesture | None = None
        self.place = QPointF(-1, -1)
        """Where the pointer was last."""
        self.space = False
        """Space is held: a drag pans."""

    def press(self, event: QEvent) -> bool:
        """Begin the gesture that fits button, keys and what is under the pointer."""
        if not isinstance(event, QMouseEvent) or self.gesture is not None:
            return isinstance(event, QMouseEvent)
        editor, at = self._editor, event.position()
        editor.take_focus()
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self.space
        ):
            self.gesture = Pan(editor, at)
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
        """Let the gesture make its edit, and see what the pointer is over now."""
        if not isinstance(event, QMouseEvent):
            return False
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.release(event.position(), event.modifiers())
            self._hover()
        self._editor.update()
        return True

    def double(self, event: QEvent) -> bool:
        """Open a node's board, or the search on the empty canvas."""
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        editor, scene = self._editor, self._editor.scene
        at = editor.view.to_scene(event.position())
        card = scene.card_at(at)
        if card is not None:
            editor.enter(card.node.id)
        elif scene.wire_at(at, WIRE_REACH / editor.view.scale) is None:
            editor.open_search(event.position().toPoint())
        return True

    def leave(self, event: QEvent) -> bool:
        """The pointer left the canvas."""
        self.place = QPointF(-1, -1)
        if self.gesture is None:
            self._editor.emphasis.port = None
            self._mark("", False)
            self._editor.update()
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
        editor, scene = self._editor, self._editor.scene
        point = editor.view.to_scene(at)
        port = scene.port_at(point) if editor.view.scale >= FAR else None
        if port is not None:
            return WireDrag(editor, port, at)
        card = scene.card_at(point)
        if card is not None:
            return self._press_node(card.node.id, at, keys)
        wire = scene.wire_at(point, WIRE_REACH / editor.view.scale)
        if wire is not None:
            kept = editor.emphasis.wires if keys & ADDING else frozenset()
            editor.select((), kept ^ {wire})
            return None
        return BoxSelect(editor, at, keys)

    def _press_node(self, id: str, at: QPointF, keys: Qt.KeyboardModifier) -> Gesture | None:
        editor = self._editor
        if keys & ADDING:
            editor.select(editor.selection ^ {id})
            return None
        if id not in editor.selection:
            editor.select({id})
        return NodeMove(editor, id, at)

    def _hover(self) -> None:
        editor, scene, emphasis = self._editor, self._editor.scene, self._editor.emphasis
        point = editor.view.to_scene(self.place)
        port = scene.port_at(point) if editor.view.scale >= FAR else None
        if port != emphasis.port:
            emphasis.port = port
            editor.update()
        card = scene.card_at(point)
        self._mark(card.node.id if card else "", port is not None)

    def _mark(self, id: str, on_port: bool) -> None:
        editor, emphasis = self._editor, self._editor.emphasis
        shape = Qt.CursorShape.OpenHandCursor if self.space else Qt.CursorShape.ArrowCursor
        editor.setCursor(Qt.CursorShape.CrossCursor if on_port else shape)
        if id != emphasis.node:
            emphasis.node = id
            editor.update()
            editor.hovered.emit(id)

    def paint(self, painter: QPainter) -> None:
        """Draw what the gesture shows on top of the board."""
        if self.gesture is not None:
            self.gesture.paint(painter)

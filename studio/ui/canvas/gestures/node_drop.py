"""Nodes dropped from the palette, on the canvas or on a wire."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPointF
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from studio.model.layout.cards import LINE, WIDTH, card_of
from studio.model.operations.adding import NewNode, add, brought, why_not_here
from studio.model.project import Node
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.gestures.insertion_target import wire_below

NODE_MIME = "application/x-netloom-node-type"
"""A node type's name in UTF-8."""


class CarriedNode(QMimeData):
    """What a drag of a node to be made carries; it never leaves the window."""

    def __init__(self, new: NewNode) -> None:
        super().__init__()
        self.new = new
        self.setData(NODE_MIME, new.type.encode())


def _new(event: QDropEvent) -> NewNode | None:
    """The node that is dragged; None where it is something else."""
    data = event.mimeData()
    return data.new if isinstance(data, CarriedNode) else None


def enter(editor: BoardEditor, event: QEvent) -> bool:
    """Take drags of node types that belong on this board; say of others why not."""
    if not isinstance(event, QDragEnterEvent):
        return False
    new = _new(event)
    problem = why_not_here(editor.drawn, new) if new else None
    if problem is not None:
        editor.say(problem)
    if new is None or problem is not None:
        event.ignore()
        return False
    event.acceptProposedAction()
    return True


def over(editor: BoardEditor, event: QEvent) -> bool:
    """Light up the wire that the node would be inserted into."""
    if not isinstance(event, QDragMoveEvent):
        return False
    new, drawn = _new(event), editor.drawn
    if new is None or why_not_here(drawn, new) is not None:
        event.ignore()
        return False
    drawn, new = brought(drawn, new)
    node = Node("", new.type, new.params, _corner(editor, event.position()))
    card = card_of(drawn.project, drawn.board, node, drawn.types)
    editor.emphasis.lit = wire_below(editor.scene, drawn, card)
    editor.update()
    event.acceptProposedAction()
    return True


def leave(editor: BoardEditor, event: QEvent) -> bool:
    """The drag went elsewhere."""
    editor.emphasis.lit = None
    editor.update()
    return True


def drop(editor: BoardEditor, event: QEvent) -> bool:
    """Add the node, into the lit wire where there is one."""
    if not isinstance(event, QDropEvent):
        return False
    new, place = _new(event), _corner(editor, event.position())
    lit, editor.emphasis.lit = editor.emphasis.lit, None
    if new is None or why_not_here(editor.drawn, new) is not None:
        return False
    editor.attempt(lambda drawn: add(drawn, new, place, lit))
    editor.take_focus()
    event.acceptProposedAction()
    return True


def _corner(editor: BoardEditor, point: QPointF) -> tuple[float, float]:
    at = editor.view.to_scene(point)
    return at.x() - WIDTH / 2, at.y() - LINE

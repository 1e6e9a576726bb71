"""Nodes dropped from the palette, on the canvas or on a wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from nodes.declare import NodeType
from studio.model.ports import USES_BOARD, ports_of
from studio.model.project import Node
from studio.ui.canvas.editing import New
from studio.ui.canvas.fitting import wire_below
from studio.ui.canvas.geometry import LINE, WIDTH, card_of

if TYPE_CHECKING:
    from studio.ui.canvas.canvas import Canvas

NODE_MIME = "application/x-netloom-node-type"
"""A node type's name in UTF-8; `Block:NAME` and `Network:NAME` stand for that board."""


def enter(canvas: Canvas, event: QEvent) -> bool:
    """Take drags of node types that belong on this board; say of others why not."""
    if not isinstance(event, QDragEnterEvent):
        return False
    found, reason = _type(canvas, event)
    if found is None:
        if reason:
            canvas.message.emit(reason)
        event.ignore()
        return False
    event.acceptProposedAction()
    return True


def over(canvas: Canvas, event: QEvent) -> bool:
    """Light up the wire that the node would be inserted into."""
    if not isinstance(event, QDragMoveEvent):
        return False
    found, _ = _type(canvas, event)
    if found is None:
        event.ignore()
        return False
    x, y = _corner(canvas, event.position())
    project, board = canvas.document.project, canvas.scene.board
    node = Node("", found.name, _new(event).params, (x, y))
    card = card_of(project, board, node, canvas.types)
    ports = ports_of(project, board, node, canvas.types)
    canvas.marks.lit = wire_below(canvas.scene, card, ports)
    canvas.update()
    event.acceptProposedAction()
    return True


def leave(canvas: Canvas, event: QEvent) -> bool:
    """The drag went elsewhere."""
    canvas.marks.lit = None
    canvas.update()
    return True


def drop(canvas: Canvas, event: QEvent) -> bool:
    """Add the node, into the lit wire where there is one."""
    if not isinstance(event, QDropEvent):
        return False
    found, _ = _type(canvas, event)
    lit, canvas.marks.lit = canvas.marks.lit, None
    if found is None:
        return False
    canvas.add_node(found.name, _corner(canvas, event.position()), lit, new=_new(event))
    canvas.setFocus()
    event.acceptProposedAction()
    return True


def _corner(canvas: Canvas, point: QPointF) -> tuple[float, float]:
    at = canvas.view.to_scene(point)
    return at.x() - WIDTH / 2, at.y() - LINE


def _new(event: QDropEvent) -> New:
    """What is dragged: a type, with the board that it stands for where one is named."""
    text = bytes(event.mimeData().data(NODE_MIME).data()).decode("utf-8", "replace")
    name, _, board = text.partition(":")
    return New(name, {USES_BOARD[name]: board} if board and name in USES_BOARD else {})


def _type(canvas: Canvas, event: QDropEvent) -> tuple[NodeType | None, str]:
    mime = event.mimeData()
    if not mime.hasFormat(NODE_MIME):
        return None, ""
    name = _new(event).type
    found = canvas.types.get(name)
    if found is None:
        return None, f"There is no node type '{name[:40]}'."
    if canvas.scene.board.kind not in found.boards:
        return None, f"{name} does not belong on a {canvas.scene.board.kind} board."
    return found, ""

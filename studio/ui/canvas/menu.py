"""The context menu of nodes, wires and the empty canvas."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu

from studio.model.ports import USES_BOARD
from studio.ui.canvas.block import make_block
from studio.ui.canvas.pointer import WIRE_REACH
from studio.ui.canvas.rename import start_rename

if TYPE_CHECKING:
    from studio.ui.canvas.canvas import Canvas


def show(canvas: Canvas, event: QEvent) -> bool:
    """Open the menu for what is under the pointer."""
    if not isinstance(event, QContextMenuEvent):
        return False
    point = canvas.view.to_scene(QPointF(event.pos()))
    card = canvas.scene.card_at(point)
    wire = None if card else canvas.scene.wire_at(point, WIRE_REACH / canvas.view.scale)
    menu = QMenu(canvas)
    menu.setObjectName("canvas-menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if card is not None:
        if card.node.id not in canvas.selection:
            canvas.select({card.node.id})
        _node_menu(canvas, menu, card.node.id)
    elif wire is not None:
        canvas.select((), {wire})
        menu.addAction("Remove wire", canvas.delete_selection)
    else:
        _empty_menu(canvas, menu, event.pos())
    menu.popup(event.globalPos())
    return True


def _node_menu(canvas: Canvas, menu: QMenu, id: str) -> None:
    node = canvas.scene.cards[id].node
    for issue in canvas.scene.issues.get(id, ()):
        for fix in issue.fixes:
            menu.addAction(fix.label, partial(canvas.fix_chosen.emit, fix))
    if not menu.isEmpty():
        menu.addSeparator()
    used = node.params.get(USES_BOARD.get(node.type, ""))
    if isinstance(used, str) and used in canvas.document.project.boards:
        menu.addAction(f"Open {node.type.lower()} {used}", lambda: canvas.open_board.emit(used))
    if len(canvas.selection) == 1:
        menu.addAction("Rename\tF2", lambda: start_rename(canvas, id))
    menu.addAction("Duplicate\tCtrl+D", canvas.duplicate)
    menu.addAction("Copy\tCtrl+C", canvas.copy)
    menu.addAction("Cut\tCtrl+X", canvas.cut)
    menu.addAction("Delete\tDel", canvas.delete_selection)
    if canvas.scene.board.kind != "training":
        menu.addSeparator()
        menu.addAction("Make a block of these", lambda: _make_block(canvas))


def _empty_menu(canvas: Canvas, menu: QMenu, at: QPoint) -> None:
    menu.addAction("Add a node…\tTab", lambda: canvas.open_search(at))
    menu.addAction("Paste\tCtrl+V", canvas.paste)
    menu.addAction("Select all\tCtrl+A", canvas.select_all)
    menu.addSeparator()
    menu.addAction("Arrange", canvas.arrange)
    menu.addAction("Show all\tA", canvas.frame_all)


def _make_block(canvas: Canvas) -> None:
    made = make_block(canvas.scene, canvas.document.project, canvas.selection)
    if isinstance(made, str):
        canvas.message.emit(made)
    else:
        canvas.edit(made[0], select={made[1]})

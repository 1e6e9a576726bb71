"""The context menu of nodes, wires and the empty canvas."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QMenu, QWidget

from studio.model.operations.block_node import times_used
from studio.model.operations.silencing import words
from studio.model.report import Fix
from studio.ui.canvas.commands import BoardCommands
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.gestures.pointer import WIRE_REACH


class ContextMenu(QMenu):
    """What can be done to what is under the pointer; deletes itself when it closes."""

    def __init__(
        self, parent: QWidget, editor: BoardEditor, commands: BoardCommands, at: QPoint
    ) -> None:
        super().__init__(parent)
        self.setObjectName("canvas-menu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._editor, self._commands = editor, commands
        self._fixes: dict[QAction, Fix] = {}
        self.hovered.connect(self._point)
        self.aboutToHide.connect(lambda: editor.fix_offered.emit(None))
        point = editor.view.to_scene(QPointF(at))
        card = editor.scene.card_at(point)
        wire = None if card else editor.scene.wire_at(point, WIRE_REACH / editor.view.scale)
        if card is not None:
            self._for_node(card.node.id)
        elif wire is not None:
            editor.select((), {wire})
            self.addAction("Remove wire", commands.delete)
        else:
            self._for_canvas(at)

    def _for_node(self, id: str) -> None:
        editor, commands = self._editor, self._commands
        if id not in editor.selection:
            editor.select({id})
        node = editor.scene.cards[id].node
        self._for_issues(id)
        if not self.isEmpty():
            self.addSeparator()
        used = node.stands_for
        if used in editor.drawn.project.boards:
            self.addAction(f"Open {node.type.lower()} {used}\tEnter", partial(editor.enter, id))
        if len(editor.selection) == 1:
            self.addAction("Rename\tF2", editor.start_rename)
            self.addAction("Help\tF1", lambda: editor.help_wanted.emit(""))
        self.addAction("Duplicate\tCtrl+D", commands.duplicate)
        self.addAction("Copy\tCtrl+C", commands.copy)
        self.addAction("Cut\tCtrl+X", commands.cut)
        self.addAction("Delete\tDel", commands.delete)
        if editor.scene.board.kind != "training":
            self.addSeparator()
            self.addAction("Make a block of these…\tCtrl+G", editor.start_block)
        if node.role == "block" and used in editor.drawn.project.boards:
            self.addAction(f"Unpack {used}\tCtrl+Shift+G", partial(commands.unpack, id))
            if times_used(editor.drawn.project, used) > 1:
                self.addAction("Make independent", partial(commands.make_independent, id))

    def _for_issues(self, id: str) -> None:
        """Fixes, and what is not to be told of the node any more or again."""
        editor, commands, node = self._editor, self._commands, self._editor.scene.cards[id].node
        issues = editor.scene.issues.get(id, ())
        for issue in issues:
            for fix in issue.fixes:
                action = self.addAction(fix.label, partial(editor.fix_chosen.emit, fix))
                self._fixes[action] = fix
        for code in dict.fromkeys(i.code for i in issues if i.severity == "warning"):
            self.addAction(f"Silence “{words(code)}” here", partial(commands.silence, id, code))
        for code in node.silent:
            self.addAction(f"Tell “{words(code)}” again", partial(commands.tell_again, id, code))

    def _point(self, action: QAction) -> None:
        self._editor.fix_offered.emit(self._fixes.get(action))

    def _for_canvas(self, at: QPoint) -> None:
        editor, commands = self._editor, self._commands
        self.addAction("Add a node…\tTab", lambda: editor.open_search(at))
        self.addAction("Paste\tCtrl+V", commands.paste)
        self.addAction("Select all\tCtrl+A", commands.select_all)
        self.addSeparator()
        self.addAction("Arrange", commands.arrange)
        self.addAction("Show all\tA", editor.frame_all)


def show(parent: QWidget, editor: BoardEditor, commands: BoardCommands, event: QEvent) -> bool:
    """Open the menu for what is under the pointer."""
    if not isinstance(event, QContextMenuEvent):
        return False
    ContextMenu(parent, editor, commands, event.pos()).popup(event.globalPos())
    return True

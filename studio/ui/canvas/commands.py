"""What menus, keys and buttons do to the board that is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from studio.model.layout.cards import GRID
from studio.model.operations import nodes
from studio.model.operations.block_node import make_independent, unpack_block
from studio.model.operations.clipboard import duplicate, from_clipboard, paste, to_clipboard
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited
from studio.model.operations.silencing import silence, tell_again
from studio.model.operations.wiring import disconnect
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.keyboard_navigation import next_node


class BoardCommands:
    """Each is one step to undo; what cannot be done is said."""

    def __init__(self, editor: BoardEditor) -> None:
        self._editor = editor

    def select_all(self) -> None:
        """Select every node."""
        self._editor.select(self._editor.scene.cards)

    def delete(self) -> None:
        """Delete the selected nodes, keeping the flow where that is possible, or wires."""
        editor = self._editor
        chosen, wires = editor.selection, editor.emphasis.wires
        if chosen:
            editor.attempt(lambda drawn: nodes.delete(drawn, chosen))
        elif wires:
            editor.attempt(lambda drawn: disconnect(drawn, wires))

    def copy(self) -> None:
        """Put the selected nodes on the clipboard."""
        editor = self._editor
        if editor.selection:
            text = to_clipboard(editor.scene.board, editor.selection)
            QGuiApplication.clipboard().setText(text)

    def cut(self) -> None:
        """Copy the selected nodes and delete them."""
        chosen = self._editor.selection
        if chosen:
            self.copy()
            self._editor.attempt(lambda drawn: nodes.delete(drawn, chosen, "Cut"))

    def paste(self) -> None:
        """Add the nodes on the clipboard, at the pointer."""
        text, at = QGuiApplication.clipboard().text(), self._editor.target
        self._editor.attempt(lambda drawn: paste(drawn, from_clipboard(text), (at.x(), at.y())))

    def duplicate(self) -> None:
        """Add copies of the selected nodes beside them."""
        chosen = self._editor.selection
        if chosen:
            self._editor.attempt(lambda drawn: duplicate(drawn, chosen))

    def enter(self) -> None:
        """Go to the board that the selected node stands for."""
        editor = self._editor
        if len(editor.selection) == 1:
            editor.enter(*editor.selection)

    def unpack(self, id: str = "") -> None:
        """Put what is in a block in the place of its node: the one named or selected."""
        self._to_block(unpack_block, id, "unpack it")

    def make_independent(self, id: str = "") -> None:
        """Let a node, the one named or selected, stand for a copy of its block."""
        self._to_block(make_independent, id, "give it a block of its own")

    def _to_block(self, operation: Callable[[DrawnBoard, str], Edited], id: str, what: str) -> None:
        editor = self._editor
        if id or len(editor.selection) == 1:
            chosen = id or next(iter(editor.selection))
            editor.attempt(lambda drawn: operation(drawn, chosen))
        else:
            editor.say(f"Select one node that stands for a block to {what}.")

    def silence(self, id: str, code: str) -> None:
        """Tell a warning of a node no more."""
        self._editor.attempt(lambda drawn: silence(drawn.project, drawn.name, id, [code]))

    def tell_again(self, id: str, code: str) -> None:
        """Tell a silenced warning of a node again."""
        self._editor.attempt(lambda drawn: tell_again(drawn.project, drawn.name, id, [code]))

    def arrange(self) -> None:
        """Lay out the selected nodes, or all, by columns from left to right."""
        editor, chosen = self._editor, self._editor.selection
        editor.attempt(lambda drawn: nodes.arrange(drawn, chosen))
        if len(chosen) < 2 or len(chosen) == len(editor.scene.cards):
            editor.frame_all()

    def nudge(self, across: int, down: int, far: bool) -> None:
        """Move the selected nodes by a step of the grid, or by four."""
        editor, step = self._editor, GRID * (4 if far else 1)
        cards = [editor.scene.cards[id] for id in editor.selection]
        places = {c.node.id: (c.x + across * step, c.y + down * step) for c in cards}
        merge = ("nudge", editor.scene.name, editor.selection)
        editor.attempt(lambda drawn: nodes.move(drawn.project, drawn.name, places), merge)

    def walk(self, across: int, down: int) -> None:
        """Select the next node in a direction, and show it."""
        editor = self._editor
        found = next_node(editor.scene, editor.selection, across, down)
        if found is not None:
            editor.select({found})
            editor.reveal(found)

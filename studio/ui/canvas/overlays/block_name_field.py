"""Naming a block as it is made."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.model.operations.block import make_block
from studio.model.operations.edited import Refusal
from studio.model.project import Node
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.overlays.name_field import NameField


class BlockNameField(NameField):
    """A field where the block's node will stand. Enter, and a click elsewhere, make the block of
    what is selected; Escape makes none."""

    def __init__(self, parent: QWidget, editor: BoardEditor, proposed: Node) -> None:
        """`proposed` is the node as it would be without a word from the person."""
        super().__init__(parent, editor, proposed.stands_for, *proposed.at)
        self._ids = editor.selection
        self.setObjectName("canvas-block-name")
        self.setAccessibleName("Name of the new block")

    def take(self, name: str) -> None:
        edited = make_block(self._editor.drawn, self._ids, name)
        self._editor.attempt(lambda drawn: edited)

    def leave(self) -> None:
        try:
            self.take(self.text().strip())
        except Refusal as refusal:
            self._editor.say(f"No block was made. {refusal}")
        self.finish()

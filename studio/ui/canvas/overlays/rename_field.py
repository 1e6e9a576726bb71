"""Renaming a node in its place."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.model.operations.nodes import rename
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.overlays.name_field import NameField


class RenameField(NameField):
    """A field over the node's title. Enter renames; Escape, and a click elsewhere, leave the name
    as it was."""

    def __init__(self, parent: QWidget, editor: BoardEditor, id: str) -> None:
        card = editor.scene.cards[id]
        super().__init__(parent, editor, id, card.x, card.y)
        self._id = id
        self.setObjectName("canvas-rename")
        self.setAccessibleName(f"New name of {id}")

    def take(self, name: str) -> None:
        editor = self._editor
        if self._id in editor.scene.cards and name != self._id:
            edited = rename(editor.drawn.project, editor.scene.name, self._id, name)
            editor.attempt(lambda drawn: edited)

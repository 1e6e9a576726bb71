"""What is done about issues: fixes shown and taken, warnings silenced and told again."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.operations.edited import Refusal
from studio.model.operations.fixes import apply_fix
from studio.model.operations.preview import effect_of, preview
from studio.model.operations.silencing import silence, tell_all_again
from studio.model.report import Fix, Issue
from studio.ui.window.board_tabs import BoardTabs


class IssueFixes(QObject):
    """Hears of fixes from all panels that list issues."""

    message = Signal(str)

    def __init__(self, document: Document, types: Mapping[str, NodeType], tabs: BoardTabs) -> None:
        super().__init__(tabs)
        self._document, self._types, self._tabs = document, types, tabs

    def take(self, fix: Fix) -> None:
        """Carry out a fix of an issue."""
        canvas = self._tabs.canvas
        drawn = canvas.drawn if canvas is not None else None
        try:
            self._document.accept(apply_fix(self._document.project, fix, drawn))
        except Refusal as refusal:
            self.message.emit(str(refusal))

    def show(self, fix: Fix | None) -> None:
        """Show on the canvas what a fix would do, until None comes."""
        canvas = self._tabs.canvas
        if canvas is None:
            return
        shown = None
        if fix is not None:
            try:
                shown = preview(self._document.project, fix, self._types, canvas.drawn)
            except Refusal as refusal:
                self.message.emit(str(refusal))
        canvas.show_preview(shown)

    def silence(self, issue: Issue, silent: bool) -> None:
        """Tell a warning no more, or again."""
        project = self._document.project
        try:
            if silent:
                self._document.accept(silence(project, issue.board, issue.node, [issue.code]))
            else:
                self._document.accept(tell_all_again(project, [issue]))
        except Refusal as refusal:
            self.message.emit(str(refusal))

    def effect(self, fix: Fix) -> str:
        """What a fix would do, in a sentence."""
        return effect_of(self._document.project, fix, self._types)

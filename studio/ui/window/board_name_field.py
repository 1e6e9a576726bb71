"""A field in which a board's name is typed in its place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLineEdit, QWidget


class BoardNameField(QLineEdit):
    """Tells `done` what was typed, once, and goes."""

    def __init__(
        self, parent: QWidget, place: QRect, name: str, done: Callable[[str], object]
    ) -> None:
        super().__init__(name, parent)
        self._done: Callable[[str], object] | None = done
        self.setObjectName("board_name")
        self.setAccessibleName("Name of the board")
        self.setGeometry(place)
        self.selectAll()
        self.show()
        self.setFocus()
        self.editingFinished.connect(self._end)

    def _end(self) -> None:
        done, self._done = self._done, None
        if done is not None:
            self.deleteLater()
            done(self.text().strip())

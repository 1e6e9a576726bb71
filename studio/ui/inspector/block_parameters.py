"""A block's own parameters: add, rename, give defaults, remove."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from studio.model.document import Document
from studio.model.operations.block_parameters import (
    add_block_parameter,
    read_default,
    remove_block_parameter,
    rename_block_parameter,
    set_block_default,
)
from studio.model.operations.edited import Edited, Refusal
from studio.model.parameters import text_of
from studio.model.project import Project
from studio.model.values import Value
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, empty, label


class ParamRow(QWidget):
    """One parameter of the block."""

    def __init__(self, view: BlockParams, name: str, value: Value, theme: Theme) -> None:
        super().__init__()
        self.name = QLineEdit(name)
        self.name.setObjectName(f"block_param_{name}")
        self.name.setAccessibleName(f"Name of parameter {name}")
        self.name.editingFinished.connect(lambda: view.rename(name, self.name.text().strip()))
        self.value = QLineEdit(text_of(value))
        self.value.setObjectName(f"block_default_{name}")
        self.value.setAccessibleName(f"Default of {name}")
        self.value.editingFinished.connect(lambda: view.set_default(name, self.value.text()))
        remove = QToolButton()
        remove.setObjectName(f"block_remove_{name}")
        remove.setAccessibleName(f"Remove {name}")
        remove.setToolTip(f"Remove {name}")
        remove.setIcon(icons.icon("close", theme, theme.muted))
        remove.setIconSize(QSize(13, 13))
        remove.clicked.connect(lambda: view.remove(name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.name, 3)
        layout.addWidget(self.value, 2)
        layout.addWidget(remove)


class BlockParams(QWidget):
    """The table of a block's parameters."""

    def __init__(self, document: Document, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("block_params")
        self.setAccessibleName("Parameters of the block")
        self._document, self._theme, self._board = document, theme, ""
        self._shown: tuple[tuple[str, Value], ...] | None = None
        self._rows = QWidget()
        self._place = column(self._rows, 4)
        self.problem = label("", "problem", "problem_block_params")
        self.problem.hide()
        add = QPushButton("Add a parameter")
        add.setObjectName("block_add_param")
        add.setAccessibleName("Add a parameter to the block")
        add.clicked.connect(self.add)
        layout = column(self)
        layout.addWidget(label("Parameters of this block", "heading"))
        layout.addWidget(
            label("Nodes in it may use them: type =4 * dim into a field of theirs.", "muted")
        )
        layout.addWidget(self._rows)
        layout.addWidget(self.problem)
        layout.addWidget(add)

    def show_board(self, name: str) -> None:
        """Show the parameters of a board."""
        self._board = name
        self._say("")
        self.refresh()

    def refresh(self) -> None:
        """Show what the project holds now."""
        shown = tuple(self._params().items())
        if shown == self._shown:
            return
        self._shown = shown
        empty(self._place)
        for name, value in shown:
            self._place.addWidget(ParamRow(self, name, value, self._theme))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme, self._shown = theme, None
        self.refresh()

    def add(self) -> None:
        """Add a parameter."""
        self._attempt(lambda project: add_block_parameter(project, self._board))

    def remove(self, name: str) -> None:
        """Take a parameter away."""
        self._attempt(lambda project: remove_block_parameter(project, self._board, name))

    def set_default(self, name: str, text: str) -> None:
        """Give a parameter another default."""
        value = read_default(name, text.strip())
        if name in self._params() and self._params()[name] != value:
            self._attempt(lambda project: set_block_default(project, self._board, name, value))

    def rename(self, old: str, new: str) -> None:
        """Give a parameter another name; expressions follow."""
        if new != old and old in self._params():
            self._attempt(lambda project: rename_block_parameter(project, self._board, old, new))

    def _params(self) -> dict[str, Value]:
        board = self._document.project.boards.get(self._board)
        return dict(board.params) if board else {}

    def _attempt(self, operation: Callable[[Project], Edited]) -> None:
        try:
            self._document.accept(operation(self._document.project))
        except Refusal as refusal:
            self._say(str(refusal))
        else:
            self._say("")

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

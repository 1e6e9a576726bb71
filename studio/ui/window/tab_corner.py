"""Beside the tabs: a new board, and the blocks of the project, which have no tabs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from nodes.declare import BoardKind
from studio.model.document import Document
from studio.model.operations.block_node import times_used
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.window.breadcrumb import times

KINDS: tuple[tuple[BoardKind, str], ...] = (
    ("network", "New network"),
    ("block", "New block"),
    ("training", "New training board"),
)


class TabCorner(QWidget):
    """Two buttons with menus."""

    board_added = Signal(str)
    """The kind of the board that is to be added."""
    board_wanted = Signal(str)
    listing = Signal(object)
    """The menu of the blocks, which somebody may add to."""

    def __init__(self, document: Document, theme: Theme) -> None:
        super().__init__()
        self._document, self._theme = document, theme
        self.blocks = self._button("blocks", "Blocks of this project")
        self.blocks.setText("Blocks")
        self.blocks.setToolButtonStyle(icons.TEXT_BESIDE)
        listed = self._menu(self.blocks)
        listed.aboutToShow.connect(lambda: self._list(listed))
        self.plus = self._button("add_board", "Add a board")
        menu = self._menu(self.plus)
        for kind, text in KINDS:
            action = menu.addAction(text)
            action.setObjectName(f"action_new_{kind}")
            action.setProperty("sign", kind)
            action.triggered.connect(lambda _=False, kind=kind: self.board_added.emit(kind))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(2)
        layout.addWidget(self.blocks)
        layout.addWidget(self.plus)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.plus.setIcon(icons.icon("add", theme))
        self.blocks.setIcon(icons.icon("block", theme, theme.muted))
        for action in self.plus.menu().actions():
            action.setIcon(icons.icon(str(action.property("sign")), theme))

    def _list(self, menu: QMenu) -> None:
        project = self._document.project
        menu.clear()
        for board in project.of_kind("block"):
            told = times(times_used(project, board.name))
            sign = icons.icon("block", self._theme, self._theme.muted)
            action = menu.addAction(sign, f"{board.name}\t{told}")
            action.setObjectName(f"action_block_{board.name}")
            action.triggered.connect(lambda _=False, name=board.name: self.board_wanted.emit(name))

        self.listing.emit(menu)

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _menu(self, button: QToolButton) -> QMenu:
        menu = QMenu(button)
        menu.setObjectName(f"menu_{button.objectName()}")
        button.setMenu(menu)
        return menu

"""The palette: every node type that the current board takes, to search, drag and add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.habits import KeptHabits, added_type
from studio.model.library import Library
from studio.model.offers import Offer, found_by, offers
from studio.model.project import Board, Project
from studio.ui.appearance.theme import Theme
from studio.ui.panels.palette_list import ADD, MOVES, PaletteList
from studio.ui.panels.palette_rows import OfferRow, listed, searched


class Palette(QWidget):
    """Search field and list. `chosen` gives the node that is to be added."""

    chosen = Signal(object)
    help_wanted = Signal(str)

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        habits: KeptHabits,
        library: Library,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("palette")
        self.setAccessibleName("Palette")
        self._document, self._types, self._habits = document, types, habits
        self._library = library
        self._board = ""
        self._offers: list[Offer] = []
        self.search = QLineEdit()
        self.search.setObjectName("palette_search")
        self.search.setAccessibleName("Search node types")
        self.search.setPlaceholderText("Search layers…")
        self.search.setToolTip("A name, or what it does: downsample, skip, normalise")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.list = PaletteList(theme)
        self.list.chosen.connect(self.chosen)
        self.list.help_wanted.connect(self.help_wanted)
        self.list.starred.connect(self._star)
        self.list.turned.connect(self._turn)
        self.list.typed.connect(self._type)
        self._nothing = QLabel()
        self._nothing.setObjectName("palette_nothing")
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.search)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list, 1)
        habits.subscribe(self._show)
        library.subscribe(self.refresh)
        document.subscribe(self._changed)

    @property
    def offered(self) -> list[Offer]:
        """All that the board takes, in order."""
        return list(self._offers)

    @property
    def shown(self) -> list[Offer]:
        """What is listed now, in order: the best first where somebody searches."""
        return [row.offer for row in self.list.rows.rows if isinstance(row, OfferRow)]

    def show_board(self, name: str) -> None:
        """Offer what this board takes."""
        self._board = name
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.list.painter.theme = theme
        self.list.viewport().update()

    def refresh(self) -> None:
        """Find again what is offered."""
        project = self._document.project
        board = project.boards.get(self._board) or Board("", "network")
        self._offers = offers(project, board, self._types, self._library.blocks)
        self._show()

    def _show(self) -> None:
        query, habits = self.search.text().strip(), self._habits.now
        found = searched(self._offers, habits, query) if query else listed(self._offers, habits)
        rows = list(found)
        self.list.show_rows(rows)
        self._nothing.setVisible(not rows)
        if not rows:
            self._nothing.setText(self._elsewhere(query))

    def _elsewhere(self, query: str) -> str:
        """What to say where this board takes nothing of that name: which board would."""
        for kind in ("training", "network"):
            found = found_by(offers(Project(), Board("", kind), self._types), query)[0]
            if found:
                return f"{found[0].name} goes on a {kind} board."
        return "Nothing is called that, or does it."

    def _searched(self) -> None:
        self.list.clearSelection()
        self._show()
        if self.search.text().strip():
            self.list.choose_first()
        else:
            self.list.scrollToTop()

    def _star(self, offer: Offer) -> None:
        self._habits.change(self._habits.now.star(offer.key, offer.type))

    def _turn(self, titles: Iterable[str]) -> None:
        self._habits.change(self._habits.now.turn(titles))

    def _type(self, letter: str) -> None:
        self.search.setFocus()
        self.search.insert(letter)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the search field's keys reach the list where they have a meaning there."""
        if watched is self.search and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self.list.claims(event):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                if event.key() in ADD | MOVES or self.list.claims(event):
                    self.list.keyPressEvent(event)
                    return True
                if event.key() == Qt.Key.Key_Escape and self.search.text():
                    self.search.clear()
                    return True
        return super().eventFilter(watched, event)

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.search.clear()
        if (
            before is None
            or before.boards.keys() != after.boards.keys()
            or self._board not in before.boards
        ):
            self.refresh()
        used = self._types.get(added_type(before, after))
        if used is not None and used.role not in ("block", "network"):
            self._habits.change(self._habits.now.use(used.name))

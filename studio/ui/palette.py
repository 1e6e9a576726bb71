"""The palette: every node type that the current board takes, to search, drag and add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nodes.catalogue import CATEGORIES
from nodes.declare import BoardKind, NodeType
from studio.model.document import Document
from studio.model.project import Project
from studio.ui.badge import COLOUR, DARK, GLYPH, Rows, draw_badge
from studio.ui.canvas.drop import NODE_MIME
from studio.ui.dragging import Dragging
from studio.ui.theme import Theme

ENTRY = Qt.ItemDataRole.UserRole
OWN = "This project"
"""Heading of the project's own boards."""


@dataclass(frozen=True)
class Entry:
    """One row: `dropped` is what the canvas gets, a type or `Type:board`."""

    label: str
    dropped: str
    category: str
    heading: str
    glyph: str
    summary: str


def entries(
    project: Project, kind: BoardKind, board: str, types: Mapping[str, NodeType], query: str
) -> Iterator[Entry]:
    """What a board of that kind takes and a search finds, in the palette's order."""
    order = {name: place for place, name in enumerate(CATEGORIES)}
    found = [t for t in types.values() if kind in t.boards and t.matches(query)]
    for t in sorted(found, key=lambda t: order.get(t.category, len(order))):
        yield Entry(t.name, t.name, t.category, t.category, t.glyph or t.name[:2], t.summary)
    used, type_name = ("network", "Network") if kind == "training" else ("block", "Block")
    for other in project.boards.values():
        words = f"{other.name} {used} own board".lower()
        if other.kind == used and other.name != board and all(w in words for w in query.split()):
            yield Entry(
                other.name,
                f"{type_name}:{other.name}",
                "Structure",
                OWN,
                types[type_name].glyph,
                f"The {used} {other.name} of this project.",
            )


def _distance(label: str, query: str) -> int:
    """How far a name is from what was typed: it, its start, its inside, something else."""
    if label == query:
        return 0
    return 1 if label.startswith(query) else 2 if query in label else 3


class Tree(QTreeWidget):
    """The list itself: drags start here."""

    chosen = Signal(str)
    """Something is to be added to the board."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.setObjectName("palette_list")
        self.setAccessibleName("Node types")
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setDragEnabled(True)
        self.setUniformRowHeights(False)
        self.setItemDelegate(Rows(self))
        self.itemClicked.connect(self._fold)
        self.itemDoubleClicked.connect(self._choose)

    def entry(self, item: QTreeWidgetItem | None) -> Entry | None:
        """What a row stands for; None for a heading."""
        found = item.data(0, ENTRY) if item else None
        return found if isinstance(found, Entry) else None

    def startDrag(self, actions: Qt.DropAction) -> None:
        entry = self.entry(self.currentItem())
        if entry is None:
            return
        Dragging(self, self.dragged(entry), self.ghost(entry))

    @staticmethod
    def dragged(entry: Entry) -> QMimeData:
        """What a drag of a row carries."""
        data = QMimeData()
        data.setData(NODE_MIME, entry.dropped.encode())
        return data

    def ghost(self, entry: Entry) -> QPixmap:
        """What hangs on the pointer while a row is dragged."""
        ratio = self.devicePixelRatioF()
        width = self.fontMetrics().horizontalAdvance(entry.label) + 52
        picture = QPixmap(round(width * ratio), round(36 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.92)
        painter.setPen(self.theme.node_border)
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, 35), 7, 7)
        colour = self.theme.category(entry.category)
        draw_badge(painter, QRectF(8, 8, 20, 20), colour, entry.glyph, self.theme.dark)
        painter.setFont(self.font())
        painter.setPen(self.theme.node_text)
        place = QRectF(36, 0, width - 36, 36)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, entry.label)
        painter.end()
        return picture

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentItem())
        else:
            super().keyPressEvent(event)

    def _fold(self, item: QTreeWidgetItem) -> None:
        if self.entry(item) is None:
            item.setExpanded(not item.isExpanded())

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if entry := self.entry(item):
            self.chosen.emit(entry.dropped)


class Palette(QWidget):
    """Search field and list. `chosen` says what is to be added: a type, or `Block:NAME`."""

    chosen = Signal(str)

    def __init__(self, document: Document, types: Mapping[str, NodeType], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("palette")
        self.setAccessibleName("Palette")
        self._document, self._types = document, types
        self._board = ""
        self._shown: list[Entry] | None = None
        self.search = QLineEdit()
        self.search.setObjectName("palette_search")
        self.search.setAccessibleName("Search node types")
        self.search.setPlaceholderText("Search layers…")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.refresh)
        self.search.installEventFilter(self)
        self.tree = Tree(theme)
        self.tree.chosen.connect(self.chosen)
        self._nothing = QLabel("Nothing here is called that.")
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.search)
        layout.addWidget(self._nothing)
        layout.addWidget(self.tree, 1)
        document.subscribe(self._changed)

    @property
    def offered(self) -> list[Entry]:
        """All rows, in order."""
        return list(self._shown or ())

    def show_board(self, name: str) -> None:
        """Offer what this board takes."""
        self._board = name
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.tree.theme = theme
        self._shown = None
        self.refresh()

    def refresh(self) -> None:
        """Find again what is offered."""
        project = self._document.project
        board = project.boards.get(self._board)
        kind: BoardKind = board.kind if board else "network"
        query = self.search.text().strip().lower()
        found = list(entries(project, kind, self._board, self._types, query))
        if found != self._shown:
            self._shown = found
            self._fill(found, bool(query))
        self._nothing.setVisible(not found)

    def _fill(self, found: list[Entry], searching: bool) -> None:
        closed = {
            item.text(0)
            for i in range(self.tree.topLevelItemCount())
            if (item := self.tree.topLevelItem(i)) and not item.isExpanded()
        }
        self.tree.clear()
        headings: dict[str, QTreeWidgetItem] = {}
        rows: list[tuple[Entry, QTreeWidgetItem]] = []
        for entry in found:
            if entry.heading not in headings:
                heading = QTreeWidgetItem(self.tree, [entry.heading])
                heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
                heading.setExpanded(searching or entry.heading not in closed)
                headings[entry.heading] = heading
            rows.append((entry, self._row(entry, headings[entry.heading])))
        if searching and rows:
            query = self.search.text().strip().lower()
            best = min(rows, key=lambda row: _distance(row[0].label.lower(), query))
            self.tree.setCurrentItem(best[1])

    def _row(self, entry: Entry, heading: QTreeWidgetItem) -> QTreeWidgetItem:
        theme = self.tree.theme
        item = QTreeWidgetItem(heading, [entry.label])
        item.setData(0, ENTRY, entry)
        item.setData(0, COLOUR, theme.category(entry.category))
        item.setData(0, GLYPH, entry.glyph)
        item.setData(0, DARK, theme.dark)
        item.setToolTip(0, f"{entry.label}: {entry.summary}")
        return item

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows and Enter in the search field go to the list."""
        keys = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if (
            watched is self.search
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in keys
        ):
            self.tree.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _changed(self, before: Project, after: Project) -> None:
        if before.boards.keys() != after.boards.keys() or self._board not in before.boards:
            self.refresh()

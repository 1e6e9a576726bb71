"""The palette: every node type that the current board takes, to search, drag and add."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.offers import Offer, offers, ranked
from studio.model.project import Board, Project
from studio.ui.appearance.theme import Theme
from studio.ui.appearance.type_badge import COLOUR, DARK, GLYPH, Rows, draw_badge
from studio.ui.canvas.gestures.node_drop import carried
from studio.ui.panels.dragging import Dragging

OFFER = Qt.ItemDataRole.UserRole
OWN = "This project"
"""Heading of the project's own boards."""


class OfferTree(QTreeWidget):
    """The list itself: drags start here."""

    chosen = Signal(object)
    """A node that is to be added to the board."""

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

    def offer(self, item: QTreeWidgetItem | None) -> Offer | None:
        """What a row stands for; None for a heading."""
        found = item.data(0, OFFER) if item else None
        return found if isinstance(found, Offer) else None

    def startDrag(self, actions: Qt.DropAction) -> None:
        offer = self.offer(self.currentItem())
        if offer is not None:
            Dragging(self, carried(offer.new), self.ghost(offer))

    def ghost(self, offer: Offer) -> QPixmap:
        """What hangs on the pointer while a row is dragged."""
        ratio = self.devicePixelRatioF()
        width = self.fontMetrics().horizontalAdvance(offer.name) + 52
        picture = QPixmap(round(width * ratio), round(36 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.92)
        painter.setPen(self.theme.node_border)
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, 35), 7, 7)
        colour = self.theme.category(offer.type.category)
        draw_badge(painter, QRectF(8, 8, 20, 20), colour, offer.glyph, self.theme.dark)
        painter.setFont(self.font())
        painter.setPen(self.theme.node_text)
        place = QRectF(36, 0, width - 36, 36)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, offer.name)
        painter.end()
        return picture

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentItem())
        else:
            super().keyPressEvent(event)

    def _fold(self, item: QTreeWidgetItem) -> None:
        if self.offer(item) is None:
            item.setExpanded(not item.isExpanded())

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if offer := self.offer(item):
            self.chosen.emit(offer.new)


class Palette(QWidget):
    """Search field and list. `chosen` gives the node that is to be added."""

    chosen = Signal(object)

    def __init__(self, document: Document, types: Mapping[str, NodeType], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("palette")
        self.setAccessibleName("Palette")
        self._document, self._types = document, types
        self._board = ""
        self._shown: list[Offer] | None = None
        self.search = QLineEdit()
        self.search.setObjectName("palette_search")
        self.search.setAccessibleName("Search node types")
        self.search.setPlaceholderText("Search layers…")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.refresh)
        self.search.installEventFilter(self)
        self.tree = OfferTree(theme)
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
    def offered(self) -> list[Offer]:
        """All rows, in order: the best first where somebody searches."""
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
        board = project.boards.get(self._board) or Board("", "network")
        query = self.search.text()
        found = ranked(offers(project, board, self._types), query)
        if found != self._shown:
            self._shown = found
            self._fill(found, bool(query.strip()))
        self._nothing.setVisible(not found)

    def _fill(self, found: list[Offer], searching: bool) -> None:
        closed = {
            item.text(0)
            for i in range(self.tree.topLevelItemCount())
            if (item := self.tree.topLevelItem(i)) and not item.isExpanded()
        }
        self.tree.clear()
        headings: dict[str, QTreeWidgetItem] = {}
        first: QTreeWidgetItem | None = None
        for offer in found:
            title = OWN if offer.own else offer.type.category
            if title not in headings:
                heading = QTreeWidgetItem(self.tree, [title])
                heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
                heading.setExpanded(searching or title not in closed)
                headings[title] = heading
            row = self._row(offer, headings[title])
            first = first or row
        if searching and first is not None:
            self.tree.setCurrentItem(first)

    def _row(self, offer: Offer, heading: QTreeWidgetItem) -> QTreeWidgetItem:
        theme = self.tree.theme
        item = QTreeWidgetItem(heading, [offer.name])
        item.setData(0, OFFER, offer)
        item.setData(0, COLOUR, theme.category(offer.type.category))
        item.setData(0, GLYPH, offer.glyph)
        item.setData(0, DARK, theme.dark)
        item.setToolTip(0, f"{offer.name}: {offer.summary}")
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

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.search.clear()
        if (
            before is None
            or before.boards.keys() != after.boards.keys()
            or self._board not in before.boards
        ):
            self.refresh()

"""The palette's list: by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu

from studio.model.offers import Offer
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.gestures.node_drop import CarriedNode
from studio.ui.panels.dragging import Dragging
from studio.ui.panels.palette_painting import HEIGHT, RowPainter, ghost, help_place, star_place
from studio.ui.panels.palette_rows import Heading, OfferRow, PaletteRows, Row

ADD = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class PaletteList(QListView):
    """Says what is to happen with a row; drags start here."""

    chosen = Signal(object)
    """A node that is to be added to the board."""
    starred = Signal(object)
    """An offer that becomes a favourite, or is none any more."""
    turned = Signal(object)
    """Titles that fold or open."""
    help_wanted = Signal(str)
    """The type that somebody wants to know more of."""
    typed = Signal(str)
    """A letter for the search."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("palette_list")
        self.setAccessibleName("Node types")
        self.rows = PaletteRows()
        self.painter = RowPainter(theme, self)
        self.setModel(self.rows)
        self.setItemDelegate(self.painter)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(self._choose)

    def row(self, index: QModelIndex) -> Row | None:
        """What stands there."""
        return self.rows.rows[index.row()] if index.isValid() else None

    def offer(self, index: QModelIndex) -> Offer | None:
        """What would be added there; None for a heading."""
        row = self.row(index)
        return row.offer if isinstance(row, OfferRow) else None

    def place_of(self, name: str) -> QModelIndex:
        """The first row of that name, heading or not; an invalid one where there is none."""
        found = (at for at in map(self.rows.index, range(len(self.rows.rows))) if at.data() == name)
        return next(found, QModelIndex())

    def show_rows(self, rows: Sequence[Row]) -> None:
        """List these. The current row stays where it is on the screen, also where rows above it
        come or go."""
        old, at = self.rows.rows, self.currentIndex().row()
        bar, more = self.verticalScrollBar(), len(rows) - len(old)
        scrolled = bar.value()
        if not self.rows.show(rows) or at < 0:
            return
        if 0 <= at + more < len(rows) and rows[at + more] == old[at]:
            at, scrolled = at + more, scrolled + more * HEIGHT
        self.setCurrentIndex(self.rows.index(min(at, len(rows) - 1)))
        bar.setValue(scrolled)

    def choose_first(self) -> None:
        """Go to the first row that can be added."""
        for at, row in enumerate(self.rows.rows):
            if isinstance(row, OfferRow):
                self.setCurrentIndex(self.rows.index(at))
                self.scrollToTop()
                return

    # ---- by mouse ------------------------------------------------------------------------------

    def startDrag(self, actions: Qt.DropAction) -> None:
        offer = self.offer(self.currentIndex())
        if offer is not None:
            width = self.fontMetrics().horizontalAdvance(offer.name) + 52
            ratio = self.devicePixelRatioF()
            picture = ghost(offer, self.painter.theme, self.font(), width, ratio)
            Dragging(self, CarriedNode(offer.new), picture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        row, area = self.row(index), self.visualRect(index)
        if event.button() == Qt.MouseButton.LeftButton:
            if isinstance(row, Heading):
                self.setCurrentIndex(index)
                self._turn(row)
                return
            if isinstance(row, OfferRow) and row.offer.key and star_place(area).contains(place):
                self.starred.emit(row.offer)
                return
            if isinstance(row, OfferRow) and help_place(area).contains(place):
                self.help_wanted.emit(row.offer.type.name)
                return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        row = self.row(index)
        menu = QMenu(self)
        menu.setObjectName("palette_menu")
        if isinstance(row, OfferRow):
            self.setCurrentIndex(index)
            offer = row.offer
            menu.addAction("Add to the board", lambda: self.chosen.emit(offer.new))
            if offer.key:
                words = "No longer a favourite" if row.liked else "Make it a favourite"
                menu.addAction(f"{words}\tCtrl+D", lambda: self.starred.emit(offer))
            menu.addAction("Help\tF1", lambda: self.help_wanted.emit(offer.type.name))
            menu.addSeparator()
        headings = [found for found in self.rows.rows if isinstance(found, Heading) and found.folds]
        for words, open in (("Open all", False), ("Fold all", True)):
            titles = [heading.title for heading in headings if heading.open == open]
            action = menu.addAction(words)
            action.setEnabled(bool(titles))
            action.triggered.connect(lambda _=False, titles=titles: self.turned.emit(titles))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    # ---- by keyboard ---------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.claims(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key with a meaning elsewhere has one of its own here."""
        starring = event.key() == Qt.Key.Key_D and _control(event)
        return starring or event.key() == Qt.Key.Key_F1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.row(self.currentIndex()), Qt.Key(event.key())
        if key in ADD and isinstance(row, OfferRow):
            self.chosen.emit(row.offer.new)
        elif key in ADD and isinstance(row, Heading):
            self._turn(row)
        elif key == Qt.Key.Key_F1 and isinstance(row, OfferRow):
            self.help_wanted.emit(row.offer.type.name)
        elif key == Qt.Key.Key_D and _control(event):
            if isinstance(row, OfferRow) and row.offer.key:
                self.starred.emit(row.offer)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._sideways(row, key == Qt.Key.Key_Right)
        elif event.text().isprintable() and event.text().strip() and not _control(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _sideways(self, row: Row | None, open: bool) -> None:
        """Right opens a heading, left folds it, from a row below it too."""
        at = self.currentIndex().row()
        while not open and at > 0 and not isinstance(row, Heading):
            at -= 1
            row = self.rows.rows[at]
        if isinstance(row, Heading) and row.open != open:
            self.setCurrentIndex(self.rows.index(at))
            self._turn(row)

    def _turn(self, heading: Heading) -> None:
        if heading.folds:
            self.turned.emit([heading.title])

    def _choose(self, index: QModelIndex) -> None:
        if offer := self.offer(index):
            self.chosen.emit(offer.new)


def _control(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

"""The search over the canvas: type to filter, arrows to choose, Enter to add."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from studio.model.offers import Offer, ranked
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.text import sized

WIDE, TALL = 340, 336
LINE = 40
OFFER = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class _Lines(QStyledItemDelegate):
    """Draws an offer: badge, name, summary."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every line is of one height."""
        return QSize(WIDE - 24, LINE)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Tell all of a summary that was cut."""
        offer = index.data(OFFER)
        if isinstance(offer, Offer):
            QToolTip.showText(event.globalPos(), offer.summary, view)
        return True

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw badge, name and summary of one offer."""
        view = self.parent()
        offer = index.data(OFFER)
        if not isinstance(view, QListWidget) or not isinstance(offer, Offer):
            return
        rect = view.visualItemRect(view.item(index.row()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_offer(painter, rect, offer, self._theme, index.row() == view.currentRow())
        painter.restore()


def _paint_offer(painter: QPainter, rect: QRect, offer: Offer, theme: Theme, chosen: bool) -> None:
    accent = QColor(theme.category(offer.type.category))
    painter.setPen(Qt.PenStyle.NoPen)
    if chosen:
        painter.setBrush(QColor(theme.selection))
        painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 5, 5)
    soft = QColor(accent)
    soft.setAlpha(60 if theme.dark else 40)
    painter.setBrush(soft)
    badge = QRect(rect.left() + 9, rect.top() + 8, 30, 24)
    painter.drawRoundedRect(badge, 5, 5)
    painter.setPen(accent)
    painter.setFont(sized(12 if len(offer.glyph) < 3 else 10, bold=True))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, offer.glyph)
    room = rect.adjusted(48, 4, -8, 0)
    for text, size, bold, colour, top in (
        (offer.name, 13, True, theme.text, 0),
        (offer.summary, 11, False, theme.muted, 17),
    ):
        font = sized(size, bold)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        width = room.width()
        fitted = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(room.left(), room.top() + top, width, 16), 0, fitted)


class NodeSearch(QFrame):
    """Offers nodes to add. Closes by Escape, by a choice, or when it loses the focus."""

    def __init__(
        self,
        parent: QWidget,
        at: QPoint,
        found: list[Offer],
        theme: Theme,
        choose: Callable[[Offer], None],
        explain: Callable[[str], None],
    ) -> None:
        super().__init__(parent)
        self._found, self._choose, self._explain = found, choose, explain
        self.setObjectName("canvas-search")
        self.setAccessibleName("Add a node")
        self.setStyleSheet(_style(theme))
        self.field = QLineEdit(self, placeholderText="Search nodes…", clearButtonEnabled=False)
        self.field.setObjectName("canvas-search-field")
        self.field.setAccessibleName("Search for a node to add")
        self.list = QListWidget(self)
        self.list.setObjectName("canvas-search-list")
        self.list.setAccessibleName("Nodes that can be added")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Lines(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._filter)
        self.list.itemClicked.connect(lambda item: self._take())
        self.field.installEventFilter(self)
        self._filter("")
        wide = min(WIDE, max(parent.width() - 8, 120))
        tall = min(TALL, max(parent.height() - 8, 120), 66 + LINE * max(self.list.count(), 1))
        x = max(4, min(at.x(), parent.width() - wide - 4))
        y = max(4, min(at.y(), parent.height() - tall - 4))
        self.setGeometry(x, y, wide, tall)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the field's keys move through the list."""
        if event.type() == QEvent.Type.FocusOut:
            self._end()
        asks = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F1
        if asks and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self._end()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
                self._take()
                return True
            if key == Qt.Key.Key_F1:
                if offer := self._offer():
                    self._explain(offer.type.name)
                return True
            if key in _STEPS:
                last = self.list.count() - 1
                row = self.list.currentRow() + _STEPS[Qt.Key(key)]
                self.list.setCurrentRow(max(0, min(last, row)))
                return True
        return False

    def _filter(self, text: str) -> None:
        self.list.clear()
        for offer in ranked(self._found, text):
            item = QListWidgetItem(offer.name)
            item.setData(OFFER, offer)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{offer.name}: {offer.summary}")
            self.list.addItem(item)
        if not self.list.count():
            item = QListWidgetItem("Nothing here fits. Try fewer letters.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _offer(self) -> Offer | None:
        item = self.list.currentItem()
        offer = item.data(OFFER) if item else None
        return offer if isinstance(offer, Offer) else None

    def _take(self) -> None:
        if offer := self._offer():
            self._end()
            self._choose(offer)

    def _end(self) -> None:
        if self.isHidden():
            return
        self.field.removeEventFilter(self)
        self.hide()
        parent = self.parentWidget()
        if parent is not None and self.window().isActiveWindow():
            parent.setFocus()
        self.deleteLater()


_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -6,
    Qt.Key.Key_PageDown: 6,
}


def _style(theme: Theme) -> str:
    return (
        f"#canvas-search {{ background: {theme.base}; border: 1px solid {theme.border};"
        " border-radius: 9px; }"
        f"#canvas-search QLineEdit {{ background: {theme.raised}; color: {theme.text};"
        f" border: 1px solid {theme.accent}; border-radius: 6px; padding: 6px 8px; }}"
        f"#canvas-search QListWidget {{ background: {theme.base}; color: {theme.muted};"
        " border: none; outline: none; }"
    )

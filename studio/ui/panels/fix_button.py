"""The button that takes a fix, and shows what it would do while it is pointed at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QHideEvent
from PySide6.QtWidgets import QPushButton

from studio.model.report import Fix


class FixButton(QPushButton):
    """A fix by its label. `says` puts what it does into words; it is asked when that is needed."""

    chosen = Signal(object)
    """The fix."""
    offered = Signal(object)
    """The fix while it is pointed at or has the keyboard; None when that ends."""

    def __init__(self, fix: Fix, number: int, says: Callable[[Fix], str]) -> None:
        super().__init__(fix.label)
        self._fix, self._says = fix, says
        self._is_offered = False
        self.setObjectName(f"fix_{number}")
        self.setAccessibleName(fix.label)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.clicked.connect(lambda: self.chosen.emit(fix))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._offer(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._offer(self.hasFocus())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._offer(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._offer(self.underMouse())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._offer(False)

    def _offer(self, wanted: bool) -> None:
        if wanted == self._is_offered:
            return
        self._is_offered = wanted
        if wanted:
            effect = self._says(self._fix)
            self.setToolTip(f"{effect} It can be undone.")
            self.setAccessibleDescription(effect)
        self.offered.emit(self._fix if wanted else None)

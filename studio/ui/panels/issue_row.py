"""One issue: where it is, why, and buttons that fix or silence it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
)

from studio.model.report import Fix, Issue
from studio.model.trust import UNTRUSTED
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.panels.fix_button import FixButton


class IssueRow(QFrame):
    """One issue. A click on it picks the node."""

    picked = Signal(str, str)
    fix_chosen = Signal(object)
    fix_offered = Signal(object)
    """The fix that is pointed at; None when it is no more."""
    trust_wanted = Signal(str, str)
    """Board and node whose code is to be read."""
    silence_chosen = Signal(object, bool)
    """The issue, and whether it is to be silent."""

    def __init__(
        self,
        issue: Issue,
        theme: Theme,
        says: Callable[[Fix], str],
        place: bool = True,
        silenced: bool = False,
    ) -> None:
        super().__init__()
        self.issue, self.theme, self.silenced = issue, theme, silenced
        self.setObjectName(f"issue_{issue.board}_{issue.node}_{issue.code}")
        self.setAccessibleName(f"{issue.severity}: {issue.message}")
        self.setProperty("role", issue.severity)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        sign = QLabel()
        colour = theme.error if issue.severity == "error" else theme.warning
        sign.setPixmap(icons.pixmap(issue.severity, colour, 18, self.devicePixelRatioF()))
        sign.setToolTip(issue.severity)
        words = QVBoxLayout()
        words.setSpacing(2)
        if place:
            where = QLabel(f"{issue.board}.{issue.node}" if issue.node else issue.board)
            where.setProperty("role", "heading")
            words.addWidget(where)
        message = QLabel(issue.message)
        message.setTextFormat(Qt.TextFormat.PlainText)
        message.setWordWrap(True)
        message.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        words.addWidget(message)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 7, 10, 7)
        layout.setSpacing(10)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        buttons = layout if place else QHBoxLayout()
        for number, fix in enumerate(() if silenced else issue.fixes):
            button = FixButton(fix, number, says)
            button.chosen.connect(self.fix_chosen)
            button.offered.connect(self.fix_offered)
            buttons.addWidget(button, 0)
        if issue.code == UNTRUSTED:
            buttons.addWidget(self._trust_button(), 0)
        if issue.severity == "warning" and issue.node:
            buttons.addWidget(self._silence_button(), 0)
        if not place:
            buttons.addStretch(1)
            words.addLayout(buttons)

    def _trust_button(self) -> QPushButton:
        button = QPushButton("Read and trust…")
        button.setObjectName("trust_wanted")
        button.setToolTip("Show the code, and say whether it may run.")
        button.setCursor(Qt.CursorShape.ArrowCursor)
        issue = self.issue
        button.clicked.connect(lambda: self.trust_wanted.emit(issue.board, issue.node))
        return button

    def _silence_button(self) -> QToolButton:
        silent, issue = self.silenced, self.issue
        button = QToolButton()
        button.setText("Tell again" if silent else "Silence")
        button.setObjectName("tell_again" if silent else "silence")
        button.setAccessibleName(f"{button.text()}: {issue.message}")
        button.setAutoRaise(True)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        tip = f"Tell this of {issue.node} again" if silent else f"Tell this of {issue.node} no more"
        button.setToolTip(f"{tip}; it is kept in the project's file.")
        button.clicked.connect(lambda: self.silence_chosen.emit(issue, not silent))
        return button

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self.issue.board, self.issue.node)

"""The list of issues: where each one is, why, and buttons that fix it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.model.report import Fix, Issue
from studio.model.trust import UNTRUSTED
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.idle_tasks import IdleTasks
from studio.ui.processes.check_results import CheckResults

CHECKING = "Checking…"
"""What is told until it is known which issues there are."""

SHOWN = 60
"""Rows at most; with more issues than that, the first ones come first."""


def counted(issues: tuple[Issue, ...]) -> str:
    """`2 errors, 1 warning`."""
    errors = sum(issue.severity == "error" for issue in issues)
    warnings = len(issues) - errors
    parts = [(errors, "error"), (warnings, "warning")]
    return ", ".join(f"{n} {word}{'s' if n != 1 else ''}" for n, word in parts if n) or "No issues"


class IssueRow(QFrame):
    """One issue. A click on it picks the node."""

    picked = Signal(str, str)
    fix_chosen = Signal(object)
    trust_wanted = Signal(str, str)

    def __init__(self, issue: Issue, theme: Theme, place: bool = True) -> None:
        super().__init__()
        self.issue, self.theme = issue, theme
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
        for number, fix in enumerate(issue.fixes):
            buttons.addWidget(self._button(fix, number), 0)
        if issue.code == UNTRUSTED:
            buttons.addWidget(self._trust_button(), 0)
        if not place:
            buttons.addStretch(1)
            words.addLayout(buttons)

    def _button(self, fix: Fix, number: int) -> QPushButton:
        button = QPushButton(fix.label)
        button.setObjectName(f"fix_{number}")
        button.setAccessibleName(fix.label)
        button.setToolTip("Fix this; it can be undone.")
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(lambda: self.fix_chosen.emit(fix))
        return button

    def _trust_button(self) -> QPushButton:
        button = QPushButton("Read and trust…")
        button.setObjectName("trust_wanted")
        button.setToolTip("Show the code, and say whether it may run.")
        button.setCursor(Qt.CursorShape.ArrowCursor)
        issue = self.issue
        button.clicked.connect(lambda: self.trust_wanted.emit(issue.board, issue.node))
        return button

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self.issue.board, self.issue.node)


class IssuesPanel(QScrollArea):
    """All issues of the project, errors first."""

    picked = Signal(str, str)
    """Board and node that an issue is about."""
    fix_chosen = Signal(object)
    trust_wanted = Signal(str, str)
    """Board and node whose code is to be read."""

    def __init__(self, results: CheckResults, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("issues")
        self.setAccessibleName("Issues")
        self.setWidgetResizable(True)
        self._results, self._theme = results, theme
        self._shown: tuple[bool, tuple[Issue, ...]] | None = None
        """Whether it is known which there are, and which."""
        self._idle = IdleTasks(self)
        self._body = QWidget()
        self._body.setObjectName("issues_list")
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(8, 8, 8, 8)
        self._rows.setSpacing(6)
        self.setWidget(self._body)
        results.issues_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme, self._shown = theme, None
        self.refresh()

    def refresh(self) -> None:
        """Show the issues that there are now."""
        issues = tuple(sorted(self._results.issues, key=lambda issue: issue.severity != "error"))
        if (self._results.checked, issues) == self._shown:
            return
        self._shown = self._results.checked, issues
        self._idle.start(self._fill(issues))

    def _fill(self, issues: tuple[Issue, ...]) -> Iterator[None]:
        """Rows for all issues; those that were there before stay."""
        kept = self._take_rows()
        try:
            for issue in issues[:SHOWN]:
                row = next((row for row in kept if row.issue == issue), None)
                if row is None:
                    row = self._row(issue)
                else:
                    kept.remove(row)
                self._rows.addWidget(row)
                yield
        finally:
            for row in kept:
                row.hide()
                row.deleteLater()
        if len(issues) > SHOWN:
            self._rows.addWidget(QLabel(f"and {len(issues) - SHOWN} more"))
        if issues:
            self._rows.addStretch(1)
        else:
            self._rows.addWidget(self._calm() if self._results.checked else _waiting(), 1)

    def _take_rows(self) -> list[IssueRow]:
        rows: list[IssueRow] = []
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, IssueRow) and widget.theme is self._theme:
                rows.append(widget)
            elif widget is not None:
                widget.hide()
                widget.deleteLater()
        return rows

    def _row(self, issue: Issue) -> IssueRow:
        row = IssueRow(issue, self._theme)
        row.picked.connect(self.picked)
        row.fix_chosen.connect(self.fix_chosen)
        row.trust_wanted.connect(self.trust_wanted)
        return row

    def _calm(self) -> QWidget:
        calm = QWidget()
        calm.setObjectName("no_issues")
        layout = QVBoxLayout(calm)
        layout.setSpacing(6)
        sign = QLabel()
        sign.setPixmap(icons.pixmap("good", self._theme.good, 30, self.devicePixelRatioF()))
        title = QLabel("No issues")
        title.setProperty("role", "title")
        words = QLabel("Everything that is drawn fits together.")
        words.setProperty("role", "muted")
        layout.addStretch(1)
        for widget in (sign, title, words):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return calm


def _waiting() -> QWidget:
    """There until the first answer of the checker."""
    words = QLabel(CHECKING)
    words.setObjectName("not_checked_yet")
    words.setProperty("role", "muted")
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return words

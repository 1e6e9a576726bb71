"""The list of issues: where each one is, why, and buttons that fix it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from studio.model.report import Fix, Issue
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.idle_tasks import IdleTasks
from studio.ui.panels.issue_row import IssueRow
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


def silenced_words(many: int, shown: bool) -> str:
    """`2 silenced warnings: show`."""
    return f"{many} silenced warning{'s' if many != 1 else ''}: {'hide' if shown else 'show'}"


class IssuesPanel(QScrollArea):
    """All issues of the project, errors first."""

    picked = Signal(str, str)
    """Board and node that an issue is about."""
    fix_chosen = Signal(object)
    trust_wanted = Signal(str, str)
    """Board and node whose code is to be read."""
    fix_offered = Signal(object)
    """The fix that is pointed at; None when it is no more."""
    silence_chosen = Signal(object, bool)
    """An issue, and whether it is to be silent."""

    def __init__(self, results: CheckResults, theme: Theme, says: Callable[[Fix], str]) -> None:
        """`says` tells what a fix does."""
        super().__init__()
        self.setObjectName("issues")
        self.setAccessibleName("Issues")
        self.setWidgetResizable(True)
        self._results, self._theme, self._says = results, theme, says
        self._shown: object = None
        """What the list was made of."""
        self._all = False
        """Silenced ones too."""
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
        silenced = self._results.silenced
        told = (self._results.checked, issues, silenced, self._all)
        if told != self._shown:
            self._shown = told
            self._idle.start(self._fill(issues, silenced))

    def _toggle(self) -> None:
        self._all = not self._all
        self.refresh()

    def _fill(self, issues: tuple[Issue, ...], silenced: tuple[Issue, ...]) -> Iterator[None]:
        """Rows for all issues; those that were there before stay."""
        kept = self._take_rows()
        try:
            for issue in issues[:SHOWN]:
                self._put(issue, False, kept)
                yield
            if len(issues) > SHOWN:
                self._rows.addWidget(QLabel(f"and {len(issues) - SHOWN} more"))
            if not issues:
                self._rows.addWidget(self._calm() if self._results.checked else _waiting(), 1)
            if silenced:
                self._rows.addWidget(self._switch(len(silenced)))
            for issue in silenced[:SHOWN] if self._all else ():
                self._put(issue, True, kept)
                yield
        finally:
            for row in kept:
                row.hide()
                row.deleteLater()
        if issues:
            self._rows.addStretch(1)

    def _put(self, issue: Issue, silenced: bool, kept: list[IssueRow]) -> None:
        row = next((r for r in kept if (r.issue, r.silenced) == (issue, silenced)), None)
        if row is None:
            row = self._row(issue, silenced)
        else:
            kept.remove(row)
        self._rows.addWidget(row)

    def _switch(self, many: int) -> QToolButton:
        switch = QToolButton()
        switch.setObjectName("silenced")
        switch.setText(silenced_words(many, self._all))
        switch.setAutoRaise(True)
        switch.clicked.connect(self._toggle)
        return switch

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

    def _row(self, issue: Issue, silenced: bool) -> IssueRow:
        row = IssueRow(issue, self._theme, self._says, silenced=silenced)
        row.picked.connect(self.picked)
        row.fix_chosen.connect(self.fix_chosen)
        row.trust_wanted.connect(self.trust_wanted)
        row.fix_offered.connect(self.fix_offered)
        row.silence_chosen.connect(self.silence_chosen)
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

"""The status bar: messages, device, counts of the board, state of the checker."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton

from studio.model.quantities import in_bytes, short
from studio.model.report import Issue, Totals
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.panels.issues_panel import CHECKING, counted

PATIENCE = 250
"""Milliseconds before "checking…" is shown: quick answers need no word."""


class StatusBar(QStatusBar):
    """What the current board amounts to."""

    issues_clicked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self._theme = theme
        self._issues: tuple[Issue, ...] | None = None
        self.state = self._label("status_checker", "Checker", "What the checker is doing")
        self.issues = QToolButton()
        self.issues.setObjectName("status_issues")
        self.issues.setAccessibleName("Issues")
        self.issues.setToolTip("Show the issues")
        self.issues.setToolButtonStyle(icons.TEXT_BESIDE)
        self.issues.setAutoRaise(True)
        self.issues.clicked.connect(self.issues_clicked)
        self.addPermanentWidget(self.issues)
        self.parameters = self._label(
            "status_parameters", "Parameters", "Learned numbers of this board"
        )
        self.multiply_adds = self._label(
            "status_multiply_adds",
            "Multiply-adds",
            "Multiplications with addition that one sample takes",
        )
        self.memory = self._label(
            "status_memory",
            "Memory",
            "Parameters and what all nodes put out for one sample, at 4 bytes each:\n"
            "a lower bound; training keeps gradients and the optimiser's state besides",
        )
        self.device = self._label("status_device", "Device", "Where the training runs")
        self._late = QTimer(self, singleShot=True, interval=PATIENCE)
        self._late.timeout.connect(lambda: self.state.setText("checking…"))

    def _label(self, name: str, spoken: str, tip: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setAccessibleName(spoken)
        label.setToolTip(tip)
        self.addPermanentWidget(label)
        return label

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.show_issues(self._issues)

    def show_totals(self, totals: Totals | None) -> None:
        """Counts of the current board."""
        for label in (self.parameters, self.multiply_adds, self.memory):
            label.setVisible(totals is not None)
        if totals is not None:
            self.parameters.setText(f"{short(totals.parameters)} parameters")
            self.multiply_adds.setText(f"{short(totals.multiply_adds)} multiply-adds")
            size = 4 * (totals.parameters + totals.activations)
            self.memory.setText(f"≥ {in_bytes(size)}")

    def show_issues(self, issues: tuple[Issue, ...] | None) -> None:
        """How many issues there are; None until that is known."""
        self._issues, theme = issues, self._theme
        if issues is None:
            self.issues.setIcon(QIcon())
            self.issues.setText(CHECKING)
            return
        sign, colour = ("warning", theme.warning) if issues else ("good", theme.good)
        if any(issue.severity == "error" for issue in issues):
            sign, colour = "error", theme.error
        self.issues.setIcon(icons.icon(sign, theme, colour))
        self.issues.setText(counted(issues))

    def show_checking(self, busy: bool) -> None:
        """Whether the checker is at work."""
        if busy and self._issues is not None:  # else the place of the issues says so
            self._late.start()
        else:
            self._late.stop()
            self.state.clear()

"""The top of the inspector: badge, name to edit, type and summary."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.appearance.type_badge import badge
from studio.ui.forms.basic_widgets import column, label


class Header(QWidget):
    """`renamed` gives what was typed; `say` answers where it cannot be. `help_wanted` where
    help is offered."""

    renamed = Signal(str)
    help_wanted = Signal()

    def __init__(self, what: str) -> None:
        super().__init__()
        self._shown = ""
        self.badge = QLabel()
        self.badge.setFixedSize(30, 30)
        self.name = QLineEdit()
        self.name.setObjectName(f"{what}_name")
        self.name.setAccessibleName(f"Name of the {what}")
        self.name.setToolTip("The name in the drawing, the code and the saved weights")
        self.name.setStyleSheet("font-size: 15px; font-weight: 600;")
        self.name.editingFinished.connect(self._done)
        self.help = QToolButton()
        self.help.setObjectName(f"{what}_help")
        self.help.setAccessibleName(f"Help on the {what}")
        self.help.setToolTip("What it computes: formula, shapes, code (F1)")
        self.help.clicked.connect(self.help_wanted)
        self.help.hide()
        self.type = label("", "muted", f"{what}_type")
        self.problem = label("", "problem", f"problem_{what}_name")
        self.problem.hide()
        self.summary = label("", "", f"{what}_summary")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.name, 1)
        top.addWidget(self.help)
        layout = column(self, 4)
        layout.addLayout(top)
        for widget in (self.problem, self.type, self.summary):
            layout.addWidget(widget)

    def show_text(self, name: str, type: str, summary: str) -> None:
        """Show name, type and summary."""
        if name != self._shown or not self.name.hasFocus():
            self._shown = name
            self.name.setText(name)
            self.name.setCursorPosition(0)
            self.say("")
        self.type.setText(type)
        self.summary.setText(summary)
        self.summary.setVisible(bool(summary))

    def show_badge(self, colour: str, glyph: str, theme: Theme) -> None:
        """Show a type's badge."""
        self.badge.setPixmap(badge(colour, glyph, theme.dark, 30, self.devicePixelRatioF()))

    def offer_help(self, wanted: bool, theme: Theme) -> None:
        """Show the button for help, or hide it."""
        self.help.setVisible(wanted)
        self.help.setIcon(icons.icon("help", theme, theme.muted))

    def say(self, problem: str) -> None:
        """Tell why a name cannot be used, or nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.name.setProperty("wrong", bool(problem))
        self.name.style().unpolish(self.name)
        self.name.style().polish(self.name)

    def _done(self) -> None:
        name = self.name.text().strip()
        if name == self._shown:
            self.say("")
        else:
            self.renamed.emit(name)

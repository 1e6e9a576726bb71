"""Small parts that the inspector is made of."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme


def label(text: str = "", role: str = "", name: str = "") -> QLabel:
    """Words that wrap and can be copied."""
    found = QLabel(text)
    found.setTextFormat(Qt.TextFormat.PlainText)
    found.setWordWrap(True)
    found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    found.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    if role:
        found.setProperty("role", role)
    if name:
        found.setObjectName(name)
    return found


def line() -> QFrame:
    """A thin line between sections."""
    found = QFrame()
    found.setProperty("role", "line")
    found.setFixedHeight(1)
    return found


def column(widget: QWidget, spacing: int = 6) -> QVBoxLayout:
    """A layout from top to bottom without margins."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout


def empty(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


class Fold(QWidget):
    """A heading that opens and closes what is below it."""

    opened = Signal(bool)

    def __init__(self, title: str, name: str, theme: Theme, open: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self._theme = theme
        self.button = QToolButton()
        self.button.setObjectName(f"{name}_fold")
        self.button.setAccessibleName(title)
        self.button.setText(title)
        self.button.setCheckable(True)
        self.button.setChecked(open)
        self.button.setToolButtonStyle(icons.TEXT_BESIDE)
        self.button.setIconSize(QSize(14, 14))
        self.button.setStyleSheet(
            "QToolButton { font-weight: 600; padding: 2px 4px 2px 0; background: transparent; }"
        )
        self.button.toggled.connect(self._toggle)
        self.body = QWidget()
        self.content = column(self.body)
        self.body.setVisible(open)
        layout = column(self, 4)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.body)
        self.set_theme(theme)

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self.button.isChecked()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        sign = "chevron_down" if self.is_open else "chevron_right"
        self.button.setIcon(icons.icon(sign, theme, theme.muted))

    def _toggle(self, open: bool) -> None:
        self.body.setVisible(open)
        self.set_theme(self._theme)
        self.opened.emit(open)

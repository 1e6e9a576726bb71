"""A row that chooses what the fields below it are about, where there are several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nodes.declare import Param
from studio.ui.forms.fields import ChoiceField, as_written
from studio.ui.forms.form import LABELS


class Chooser(QWidget):
    """A label and a choice of names; not to be seen where there is nothing to choose."""

    entered = Signal(object)

    def __init__(self, param: Param, names: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._names = names
        self.field = ChoiceField(param, lambda: as_written(names()))
        self.field.entered.connect(self.entered)
        name = QLabel(param.name.capitalize())
        name.setFixedWidth(LABELS)
        name.setToolTip(param.summary)
        name.setBuddy(self.field.editor)
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 34, 0)
        layout.setSpacing(6)
        layout.addWidget(name)
        layout.addWidget(self.field, 1)
        self.hide()

    def show_name(self, name: str) -> None:
        """Show what is chosen."""
        self.field.show_value(name)
        self.setVisible(len(self._names()) > 1)

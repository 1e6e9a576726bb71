"""The name of the weights that a network's node uses; a new one holds wherever they stand."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from studio.ui.forms.basic_widgets import label
from studio.ui.forms.form import LABELS

_TIP = (
    "The name of these weights. Another name given here holds at every node and update that "
    "names them."
)


class InstanceRow(QWidget):
    """`renamed` gives the old name and what was typed; `say` answers where it cannot be."""

    renamed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        title = QLabel("weights")
        title.setFixedWidth(LABELS)
        title.setToolTip(_TIP)
        self._name = QLineEdit()
        self._name.setObjectName("instance_name")
        self._name.setAccessibleName("Name of the weights")
        self._name.setToolTip(_TIP)
        self._name.editingFinished.connect(self._done)
        self._problem = label("", "problem", "problem_instance_name")
        self._problem.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 28, 0)
        grid.setHorizontalSpacing(6)
        grid.addWidget(title, 0, 0)
        grid.addWidget(self._name, 0, 1)
        grid.addWidget(self._problem, 1, 1)

    def show_name(self, name: str) -> None:
        """Show the name of the weights; nothing where there are none."""
        self.setVisible(bool(name))
        if name != self._shown or not self._name.hasFocus():
            self._shown = name
            self._name.setText(name)
            self.say("")

    def say(self, problem: str) -> None:
        """Tell why a name cannot be used, or nothing."""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _done(self) -> None:
        name = self._name.text().strip()
        if name == self._shown:
            self.say("")
        else:
            self.renamed.emit(self._shown, name)

"""Fields that a form asks with: one for each kind of parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QWidget,
)

from nodes.declare import Param
from studio.model.expression import Expression
from studio.model.parameters import parse_value, problem_with_value, text_of
from studio.model.values import Value
from studio.ui.appearance.theme import Theme

Names = Callable[[Param], Mapping[str, str]]
"""What may be chosen for a parameter where its declaration does not say it, and how it is shown:
the boards there are, the devices that were found."""


def as_written(names: Iterable[str]) -> dict[str, str]:
    """Names that are shown as they are."""
    return {name: name or "none" for name in names}


def as_declared(param: Param) -> Mapping[str, str]:
    """What the declaration says."""
    return as_written(param.choices)


SEVERAL = "several values"


class Field(QWidget):
    """Asks for one value. `entered` gives a value that fits, `refused` a sentence why not."""

    entered = Signal(object)
    refused = Signal(str)
    left = Signal()
    """The person is done with it for now."""
    wide = False
    """Whether it needs all the room there is, below its label."""

    def __init__(self, param: Param, editor: QWidget) -> None:
        super().__init__()
        self.param, self.block, self.editor = param, False, editor
        editor.setObjectName(f"field_{param.name}")
        editor.setAccessibleName(param.name.replace("_", " "))
        editor.setAccessibleDescription(param.summary)
        editor.setToolTip(param.summary)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(editor, 1)
        self.setFocusProxy(editor)

    def show_value(self, value: Value, several: bool = False) -> None:
        """Show what the project holds."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours, where it has some of its own."""

    def give(self, value: Value) -> None:
        """Pass on a value, if it fits."""
        problem = problem_with_value(self.param, value, self.block)
        if problem is None:
            self.entered.emit(value)
        else:
            self.refused.emit(problem)


class TextField(Field):
    """A line of text: whole numbers, shapes, text, names."""

    def __init__(self, param: Param) -> None:
        line = QLineEdit()
        super().__init__(param, line)
        self._wire(line)

    def _wire(self, line: QLineEdit) -> None:
        self.line = line
        self._wrong = False
        if self.param.optional:
            line.setPlaceholderText("none")
        line.textEdited.connect(self._typed)
        line.editingFinished.connect(self.left)

    def show_value(self, value: Value, several: bool = False) -> None:
        text = "" if several else text_of(value)
        self.line.setPlaceholderText(SEVERAL if several else "none" if self.param.optional else "")
        if text != self.line.text() and (not self.line.hasFocus() or not self._says(value)):
            self.line.setText(text)

    def _says(self, value: Value) -> bool:
        """Whether the text means that value, or nothing valid yet."""
        try:
            return parse_value(self.param, self.line.text(), self.block) == value
        except ValueError:
            return self._wrong

    def _typed(self, text: str) -> None:
        try:
            value = parse_value(self.param, text, self.block)
        except ValueError as error:
            self._wrong = True
            self.refused.emit(str(error))
        else:
            self._wrong = False
            self.entered.emit(value)


class StepBox(QAbstractSpinBox):
    """A line with arrows that takes any text: what does not fit is said, not prevented."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(4, 0, 0, 0)

    def line(self) -> QLineEdit:
        """The line inside."""
        return self.lineEdit()

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, place

    def stepBy(self, steps: int) -> None:
        self.stepped.emit(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberField(TextField):
    """A number, with arrows; on the board of a block an expression too."""

    def __init__(self, param: Param) -> None:
        box = StepBox()
        Field.__init__(self, param, box)
        box.line().setObjectName(f"line_{param.name}")
        box.line().setAccessibleName(param.name.replace("_", " "))
        box.stepped.connect(self._step)
        self._wire(box.line())

    def _step(self, steps: int) -> None:
        try:
            value = parse_value(self.param, self.line.text(), self.block)
        except ValueError:
            return
        if value is None or isinstance(value, bool) or not isinstance(value, int | float):
            return
        if self.param.kind == "int":
            new: int | float = int(value) + steps
        elif 0 < abs(value) < 0.1:
            new = float(f"{value * 2.0**steps:.3g}")
        else:
            new = round(value + 0.1 * steps, 10)
        low, high = self.param.low, self.param.high
        new = new if low is None or new >= low else type(new)(low)
        new = new if high is None or new <= high else type(new)(high)
        self.line.setText(text_of(new))
        self.give(new)


class PathField(TextField):
    """A file, typed or chosen."""

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        browse = QToolButton()
        browse.setText("…")
        browse.setObjectName(f"browse_{param.name}")
        browse.setAccessibleName(f"Choose {param.name}")
        browse.setToolTip("Choose a file")
        browse.clicked.connect(self._browse)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(browse)

    def _browse(self) -> None:
        start = self.line.text() or str(Path.home())
        name, _ = QFileDialog.getOpenFileName(self, f"Choose {self.param.name}", start)
        if name:
            self.line.setText(name)
            self.give(name)


class BoolField(Field):
    """A box to tick; half ticked where several nodes differ."""

    def __init__(self, param: Param) -> None:
        self.box = QCheckBox()
        super().__init__(param, self.box)
        self.box.clicked.connect(lambda on: self.give(bool(on)))
        self.box.clicked.connect(self.left)

    def show_value(self, value: Value, several: bool = False) -> None:
        self.box.setTristate(several)
        self.box.setText(text_of(value) if isinstance(value, Expression) else "")
        state = Qt.CheckState.PartiallyChecked if several else Qt.CheckState.Unchecked
        self.box.setCheckState(Qt.CheckState.Checked if value is True and not several else state)


class Choices(QComboBox):
    """A combo box that leaves the wheel to the form behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceField(Field):
    """One of several; a value that is none of them is shown as it is."""

    def __init__(self, param: Param, names: Callable[[], Mapping[str, str]]) -> None:
        self.combo = Choices()
        super().__init__(param, self.combo)
        self._names = names
        self.combo.activated.connect(self._chosen)

    def show_value(self, value: Value, several: bool = False) -> None:
        text = "" if several else text_of(value)
        found = dict(self._names())
        if several:
            found = {"": SEVERAL, **{name: words for name, words in found.items() if name}}
        elif text not in found:
            found = {**as_written([text]), **found}
        items = range(self.combo.count())
        if found != {self.combo.itemData(i): self.combo.itemText(i) for i in items}:
            self.combo.clear()
            for name, words in found.items():
                self.combo.addItem(words, name)
        self.combo.setCurrentIndex(list(found).index(text))

    def _chosen(self, index: int) -> None:
        value = self.combo.itemData(index)
        self.give(None if self.param.optional and not value else value)
        self.left.emit()

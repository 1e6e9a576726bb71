"""A form made from parameters: labels, fields, units, sentences about what does not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nodes.declare import Param
from studio.model.parameters import limits, text_of
from studio.model.values import Value
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import Fold, column, label
from studio.ui.forms.field_for import field_for
from studio.ui.forms.fields import Field, Names, as_declared

LABELS = 108
"""Width of the labels."""


class Row(QWidget):
    """One parameter: label, field, unit, button back to the default, and what is wrong."""

    entered = Signal(str, object)
    left = Signal()
    promoted = Signal(str)

    def __init__(self, param: Param, names: Names, theme: Theme, in_words: bool) -> None:
        super().__init__()
        self.param, self._usual = param, param.default
        self.field: Field = field_for(param, names)
        self.field.entered.connect(self._entered)
        self.field.refused.connect(self._refused)
        self.field.left.connect(self.left)
        words = param.name.replace("_", " ").capitalize() if in_words else param.name
        name = QLabel(words)
        name.setFixedWidth(LABELS)
        name.setToolTip(_tip(param))
        name.setBuddy(self.field.editor)
        fitted = name.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, LABELS - 4)
        name.setText(fitted)
        self.problem = label("", "problem", f"problem_{param.name}")
        self.problem.hide()
        self.reset = _sign(f"reset_{param.name}", f"Reset {param.name}")
        self.reset.clicked.connect(self._reset)
        self.promote = _sign(f"promote_{param.name}", f"Make {param.name} a parameter of the block")
        self.promote.setToolTip("Make this a parameter of the block, which its nodes may set")
        self.promote.clicked.connect(lambda: self.promoted.emit(param.name))
        self.offer_promotion(False, False)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.addWidget(name, 0, 0)
        place = (1, 0, 1, 5) if self.field.wide else (0, 1, 1, 1)
        grid.addWidget(self.field, *place)
        grid.setColumnStretch(1, 1)
        if param.unit:
            unit = QLabel(param.unit)
            unit.setProperty("role", "muted")
            grid.addWidget(unit, 0, 2)
        grid.addWidget(self.promote, 0, 3)
        grid.addWidget(self.reset, 0, 4)
        grid.addWidget(self.problem, 2, 1, 1, 4)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.reset.setIcon(icons.icon("reset", theme, theme.muted))
        self.field.set_theme(theme)
        self.promote.setIcon(icons.icon("promote", theme, theme.muted))

    def offer_promotion(self, inside: bool, possible: bool) -> None:
        """Let it be made a parameter of the block, where the node is inside one."""
        keep = self.promote.sizePolicy()
        keep.setRetainSizeWhenHidden(inside)
        self.promote.setSizePolicy(keep)
        self.promote.setVisible(possible)

    def show_value(self, value: Value, block: bool, several: bool, usual: Value) -> None:
        """Show what the project holds, and what the button leads back to."""
        self._usual = usual
        self.field.block = block
        self.field.show_value(value, several)
        self.reset.setVisible(several or value != usual)
        words = text_of(usual).strip().partition("\n")[0]
        self.reset.setToolTip(f"Back to {words or 'none'}")

    def say(self, problem: str) -> None:
        """Tell what is wrong with what was typed, or nothing."""
        if problem == self.problem.text():
            return
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        editor = self.field.editor
        editor.setProperty("wrong", bool(problem))
        editor.style().unpolish(editor)
        editor.style().polish(editor)

    def _entered(self, value: Value) -> None:
        self.say("")
        self.entered.emit(self.param.name, value)

    def _refused(self, problem: str) -> None:
        self.say(problem)

    def _reset(self) -> None:
        self.say("")
        self.entered.emit(self.param.name, self._usual)
        self.field.show_value(self._usual)
        self.left.emit()


class Form(QWidget):
    """All parameters of something. `entered` tells name and value of each change that fits."""

    entered = Signal(str, object)
    left = Signal()
    promoted = Signal(str)
    """A parameter that is to be one of the block."""

    def __init__(
        self,
        params: tuple[Param, ...],
        theme: Theme,
        names: Names = as_declared,
        in_words: bool = False,
    ) -> None:
        """`in_words` writes `Learning rate` for `learning_rate`."""
        super().__init__()
        self.rows: dict[str, Row] = {}
        self._params, self._theme, self._names, self._in_words = params, theme, names, in_words
        self._more: Fold | None = None

    def build(self) -> Iterator[None]:
        """Make the rows, one a step: widgets take long."""
        layout = column(self)
        for param in self._params:
            row = Row(param, self._names, self._theme, self._in_words)
            row.entered.connect(self.entered)
            row.left.connect(self.left)
            row.promoted.connect(self.promoted)
            self.rows[param.name] = row
            self._place(row, layout, self._theme).addWidget(row)
            yield
        if self._more is not None:
            layout.addWidget(self._more)

    def built(self) -> Form:
        """The form, with all its rows."""
        for _ in self.build():
            pass
        return self

    def _place(self, row: Row, layout: QVBoxLayout, theme: Theme) -> QVBoxLayout:
        if not row.param.advanced:
            return layout
        if self._more is None:
            self._more = Fold("Advanced", "advanced", theme)
        return self._more.content

    def show_values(
        self,
        values: Mapping[str, Value],
        block: bool = False,
        several: frozenset[str] = frozenset(),
        usual: Mapping[str, Value] | None = None,
    ) -> None:
        """Show what the project holds; `several` names those that differ between nodes, `usual`
        gives what to go back to where that is not the default."""
        for name, row in self.rows.items():
            back = (usual or {}).get(name, row.param.default)
            row.show_value(values.get(name), block, name in several, back)
            rule = row.param.when
            row.setVisible(rule is None or values.get(rule[0]) in rule[1])

    def offer_promotion(self, inside: bool, names: Collection[str]) -> None:
        """Let these be made parameters of the block, where the node is inside one."""
        for name, row in self.rows.items():
            row.offer_promotion(inside, name in names)

    def forget_problems(self) -> None:
        """Another thing is shown now."""
        for row in self.rows.values():
            row.say("")

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for row in self.rows.values():
            row.set_theme(theme)
        if self._more is not None:
            self._more.set_theme(theme)


def _sign(name: str, words: str) -> QToolButton:
    """A small button that takes its room also while it is hidden."""
    button = QToolButton()
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.setIconSize(QSize(13, 13))
    button.setFixedSize(22, 22)
    keep = button.sizePolicy()
    keep.setRetainSizeWhenHidden(True)
    button.setSizePolicy(keep)
    return button


def _tip(param: Param) -> str:
    fitting = limits(param)
    lines = (param.name, param.summary, f"Range: {fitting}" if fitting else "")
    return "\n".join(part for part in lines if part)

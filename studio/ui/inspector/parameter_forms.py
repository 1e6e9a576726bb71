"""The parameters of one node: those that its type declares, and below them further ones that it has
of a block or of code."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from nodes.declare import NodeType, Param
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, line
from studio.ui.forms.fields import Names
from studio.ui.forms.form import Form

Params = tuple[Param, ...]


class ParameterForms(QWidget):
    """Keeps a form for each type. Further parameters change while code is written, so the form that
    it is written in is another than theirs."""

    entered = Signal(str, object)
    left = Signal()
    promoted = Signal(str)

    def __init__(self, names: Names, theme: Theme) -> None:
        super().__init__()
        self._names, self._theme = names, theme
        self._forms: dict[Params, Form] = {}
        self._declared: Form | None = None
        self._further: tuple[Params, Form] | None = None
        layout = column(self)
        layout.addWidget(line())
        layout.addSpacing(4)
        self._upper, self._lower = QWidget(), QWidget()
        for box in (self._upper, self._lower):
            column(box)
            layout.addWidget(box)

    def show_node(
        self, declared: Params, further: Params, given: Mapping[str, Value], block: bool
    ) -> None:
        """Show a node's parameters with their values."""
        form = self._forms.get(declared) or self._keep(declared, self._made(declared).built())
        if form is not self._declared:
            if self._declared is not None:
                self._declared.hide()
            form.show()
            self._declared = form
        self._show_further(further)
        for params, shown in ((declared, form), (further, self._further and self._further[1])):
            if shown is not None:
                usual: dict[str, Value] = {param.name: param.default for param in params}
                shown.show_values({**usual, **given}, block)
        self.setVisible(bool(declared or further))

    def offer_promotion(self, inside: bool, names: Collection[str]) -> None:
        """Let these be made parameters of the block, where the node is inside one."""
        for form in (self._declared, self._further and self._further[1]):
            if form is not None:
                form.offer_promotion(inside, names)

    def forget_problems(self) -> None:
        """Another node is shown now."""
        for form in (self._declared, self._further and self._further[1]):
            if form is not None:
                form.forget_problems()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for form in (*self._forms.values(), *([self._further[1]] if self._further else [])):
            form.set_theme(theme)

    def prepare(self, types: Mapping[str, NodeType]) -> Iterator[None]:
        """Make the forms of all types, a row a step, so that none is waited for later."""
        for found in tuple(types.values()):
            if found.params not in self._forms:
                form = self._made(found.params)
                yield from form.build()
                if found.params not in self._forms:
                    form.hide()
                    self._keep(found.params, form)
                yield

    def forget_forms(self) -> None:
        """Give up the forms that are not shown: styling hidden widgets anew takes long."""
        for params, form in list(self._forms.items()):
            if form is not self._declared:
                del self._forms[params]
                Shiboken.delete(form)

    def _show_further(self, params: Params) -> None:
        if self._further is not None and self._further[0] == params:
            return
        if self._further is not None:
            self._further[1].hide()
            self._further[1].deleteLater()
            self._further = None
        if params:
            form = self._made(params).built()
            _place(self._lower, form)
            self._further = params, form

    def _made(self, params: Params) -> Form:
        form = Form(params, self._theme, self._names)
        form.entered.connect(self.entered)
        form.left.connect(self.left)
        form.promoted.connect(self.promoted)
        return form

    def _keep(self, params: Params, form: Form) -> Form:
        self._forms[params] = form
        _place(self._upper, form)
        return form


def _place(box: QWidget, form: Form) -> None:
    layout = box.layout()
    assert layout is not None
    layout.addWidget(form)

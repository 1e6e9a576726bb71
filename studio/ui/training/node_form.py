"""The essential parameters of one node of a training board, chosen among those of its role."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nodes.declare import NodeType, Param, Role
from studio.model.project import Node
from studio.model.values import Value
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.forms.basic_widgets import column
from studio.ui.forms.chooser import Chooser
from studio.ui.forms.form import Form, Row


class NodeForm(QWidget):
    """A choice where there are several nodes of a role, and the fields of the chosen one."""

    chosen = Signal(object)
    entered = Signal(str, object)
    left = Signal()

    def __init__(self, role: Role, usual: NodeType | None) -> None:
        """`usual` is the type whose fields are there, though not to be used, without a node."""
        super().__init__()
        self._ids: Sequence[str] = ()
        self._usual, self._theme = usual, LIGHT
        self._forms: dict[tuple[Param, ...], Form] = {}
        param = Param(role, "node", None, f"Which {role} the fields below it are about.")
        self.chooser = Chooser(param, lambda: self._ids)
        self.chooser.entered.connect(self.chosen)
        self._layout = column(self)
        self._layout.addWidget(self.chooser)
        self._form = self._form_for(usual)

    @property
    def rows(self) -> dict[str, Row]:
        """The rows that are shown, by the name of their parameter."""
        return self._form.rows

    def show_node(self, node: Node | None, declared: NodeType | None, ids: Sequence[str]) -> None:
        """Show a node, its type, and which others there are; or that there is none."""
        self._ids = ids
        self.chooser.show_name(node.id if node is not None else "")
        form = self._form_for(declared or self._usual)
        if form is not self._form:
            self._form.hide()
            form.show()
            self._form = form
        form.setEnabled(node is not None)
        values: dict[str, Value] = {name: row.param.default for name, row in form.rows.items()}
        form.show_values({**values, **(node.params if node is not None else {})})

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for form in self._forms.values():
            form.set_theme(theme)

    def forget_problems(self) -> None:
        """Another thing is shown now."""
        for form in self._forms.values():
            form.forget_problems()

    def _form_for(self, declared: NodeType | None) -> Form:
        """The form of a type, which others with the same parameters share."""
        params = tuple(p for p in declared.params if p.essential) if declared else ()
        if params not in self._forms:
            form = Form(params, self._theme, in_words=True).built()
            form.entered.connect(self.entered)
            form.left.connect(self.left)
            self._layout.addWidget(form)
            self._forms[params] = form
        return self._forms[params]

"""The training board and the settings as one form, for people who do not want the board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from nodes.declare import NodeType, Param, Role
from studio.model.document import Document
from studio.model.operations.boards import add_training
from studio.model.operations.parameters import set_parameter, set_setting
from studio.model.project import Node, Project
from studio.model.roles import with_role
from studio.model.settings import SETTINGS
from studio.model.templates import training_refusal
from studio.model.values import Value
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.forms.fields import as_declared
from studio.ui.forms.form import Form, Row

OF_NODES: tuple[Role, ...] = ("update", "data")
"""Roles of the nodes that the form is about, the first of each role."""


class TrainingForm(QWidget):
    """The fields, or a button that adds the training board they are about."""

    board_added = Signal(str)

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._types = document, types
        self._devices: tuple[str, ...] = ()
        self.add_button = QPushButton("Add a training board", self)
        self.add_button.setObjectName("add_training")
        self.add_button.setAccessibleName("Add a training board")
        self.add_button.clicked.connect(self._add_board)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._of_nodes: tuple[tuple[Form, Role], ...] = tuple(
            (self._form(self._declared(role)), role) for role in OF_NODES
        )
        self._settings = self._form(SETTINGS)
        self._rows = QWidget(self)
        rows = QVBoxLayout(self._rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        for form in self._forms:
            rows.addWidget(form)
        for form, role in self._of_nodes:
            form.entered.connect(partial(self._set_parameter, role))
        self._settings.entered.connect(self._set_setting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self._note, self.add_button, self._rows):
            layout.addWidget(widget)
        document.subscribe(self._changed)
        self.follow()

    @property
    def rows(self) -> dict[str, Row]:
        """All rows by the name of their parameter."""
        return {name: row for form in self._forms for name, row in form.rows.items()}

    def set_devices(self, devices: Iterable[str]) -> None:
        """Offer the devices that the trainer found."""
        self._devices = tuple(devices)
        self.follow()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for form in self._forms:
            form.set_theme(theme)

    def follow(self) -> None:
        """Show what the project says; fields of a node that is not there cannot be edited."""
        project = self._document.project
        board = project.training
        refusal = training_refusal(project, self._types)
        self._note.setVisible(board is None)
        self._note.setText(refusal or "Nothing says yet how this network is trained.")
        self.add_button.setVisible(board is None)
        self.add_button.setEnabled(refusal is None)
        self._rows.setEnabled(board is not None)
        for form, role in self._of_nodes:
            node = self._first(role)
            form.setEnabled(node is not None)
            values: dict[str, Value] = {n: row.param.default for n, row in form.rows.items()}
            form.show_values({**values, **(node.params if node is not None else {})})
        self._settings.show_values(project.settings.values())

    # ---- the forms -----------------------------------------------------------------------------

    @property
    def _forms(self) -> tuple[Form, ...]:
        return (*(form for form, _ in self._of_nodes), self._settings)

    def _form(self, params: tuple[Param, ...]) -> Form:
        form = Form(params, LIGHT, self._names, in_words=True).built()
        form.left.connect(self._document.end_merge)
        return form

    def _names(self, param: Param) -> Iterable[str]:
        if param.name == "device" and self._devices:
            return dict.fromkeys((param.default, *self._devices))
        return as_declared(param)

    def _declared(self, role: Role) -> tuple[Param, ...]:
        """The essential parameters of the first type of that role."""
        found = next((found for found in self._types.values() if found.role == role), None)
        return tuple(param for param in found.params if param.essential) if found else ()

    def _first(self, role: Role) -> Node | None:
        """The first node of the training board that a form is about."""
        board = self._document.project.training
        return None if board is None else next(with_role(board, self._types, role), None)

    # ---- editing -------------------------------------------------------------------------------

    def _set_parameter(self, role: Role, name: str, value: Value) -> None:
        project, node = self._document.project, self._first(role)
        board = project.training
        param = self._types[node.type].param(name) if node is not None else None
        if board is not None and node is not None and param is not None:
            edited = set_parameter(project, board.name, [node.id], param, value)
            self._document.accept(edited, ("param", board.name, node.id, name))

    def _set_setting(self, name: str, value: Value) -> None:
        self._document.accept(set_setting(self._document.project, name, value), ("settings", name))

    def _add_board(self) -> None:
        self._document.accept(add_training(self._document.project, self._types))
        board = self._document.project.training
        if board is not None:
            self.board_added.emit(board.name)

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            for form in self._forms:
                form.forget_problems()
        same = (
            before is not None
            and before.training is after.training
            and before.settings == after.settings
        )
        if not same or after.training is None:
            self.follow()

"""The training board and the settings as one form, for people who do not want the board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from nodes.declare import NodeType, Param, Role
from studio.model.document import Document
from studio.model.operations.boards import add_training
from studio.model.operations.parameters import (
    set_parameter,
    set_setting_on,
    usual_settings,
)
from studio.model.project import Board, Node, Project
from studio.model.roles import role_of, with_role
from studio.model.settings import SETTINGS
from studio.model.templates import training_refusal
from studio.model.value_names import watch_choices
from studio.model.values import Value
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.forms.chooser import Chooser
from studio.ui.forms.fields import as_declared, as_written
from studio.ui.forms.form import Form, Row
from studio.ui.training.node_form import NodeForm

OF_NODES: tuple[Role, ...] = ("update", "data")
"""Roles of the nodes that the form is about, one of each role."""

STAGE = Param("stage", "board", None, "Training board that all below is about, but for the device.")


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
        self._of_nodes = {role: self._node_form(role) for role in OF_NODES}
        self._settings = Form(SETTINGS, LIGHT, self._names, in_words=True).built()
        self._chosen_stage, self._chosen = "", dict[Role, str]()
        """Board and nodes that were chosen last, which may be gone."""
        self._stage = Chooser(STAGE, lambda: [stage.name for stage in document.project.stages])
        self._stage.entered.connect(self.show_board)
        self._rows = QWidget(self)
        rows = QVBoxLayout(self._rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self._stage)
        for form in self._of_nodes.values():
            rows.addWidget(form)
        rows.addWidget(self._settings)
        self._settings.entered.connect(self._set_setting)
        self._settings.left.connect(document.end_merge)
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
        board = self._board
        refusal = training_refusal(project, self._types)
        self._note.setVisible(board is None)
        self._note.setText(refusal or "Nothing says yet how this network is trained.")
        self.add_button.setVisible(board is None)
        self.add_button.setEnabled(refusal is None)
        self._rows.setEnabled(board is not None)
        self._stage.show_name(board.name if board is not None else "")
        for role, form in self._of_nodes.items():
            node = self._node(role)
            declared = None if node is None else self._types[node.type]
            form.show_node(node, declared, [other.id for other in self._nodes(role)])
        settings = project.settings if board is None else project.settings_of(board)
        usual = usual_settings(project, board)
        self._settings.show_values(settings.values(), usual=usual)

    def show_board(self, name: str) -> None:
        """Be about that board, if it is a training board."""
        if any(stage.name == name for stage in self._document.project.stages):
            self._chosen_stage = name
            self.follow()

    def show_node(self, board: str, id: str) -> None:
        """Be about that node of a training board, if it is one that the form can be about."""
        found = self._document.project.boards.get(board)
        node = None if found is None or found.kind != "training" else found.nodes.get(id)
        role = None if node is None else role_of(node, self._types)
        if role in OF_NODES:
            self._choose(role, id)

    # ---- the forms -----------------------------------------------------------------------------

    @property
    def _forms(self) -> tuple[NodeForm | Form, ...]:
        return (*self._of_nodes.values(), self._settings)

    def _node_form(self, role: Role) -> NodeForm:
        usual = (found for found in self._types.values() if found.role == role)
        form = NodeForm(role, next(usual, None))
        form.chosen.connect(partial(self._choose, role))
        form.entered.connect(partial(self._set_parameter, role))
        form.left.connect(self._document.end_merge)
        return form

    def _names(self, param: Param) -> Mapping[str, str]:
        if param.kind == "value":
            return watch_choices([self._board] if self._board else [], self._types)
        if param.name == "device" and self._devices:
            return as_written((param.default, *self._devices))
        return as_declared(param)

    def _choose(self, role: Role, id: str) -> None:
        self._chosen[role] = id
        self.follow()

    @property
    def _board(self) -> Board | None:
        """The training board that the form is about: the first, until another one is chosen."""
        stages = self._document.project.stages
        chosen = (stage for stage in stages if stage.name == self._chosen_stage)
        return next(chosen, next(iter(stages), None))

    def _nodes(self, role: Role) -> list[Node]:
        board = self._board
        return [] if board is None else list(with_role(board, self._types, role))

    def _node(self, role: Role) -> Node | None:
        """The node that a form is about: the first, until another one is chosen."""
        nodes = self._nodes(role)
        chosen = (node for node in nodes if node.id == self._chosen.get(role))
        return next(chosen, next(iter(nodes), None))

    # ---- editing -------------------------------------------------------------------------------

    def _set_parameter(self, role: Role, name: str, value: Value) -> None:
        project, node, board = self._document.project, self._node(role), self._board
        param = self._types[node.type].param(name) if node is not None else None
        if board is not None and node is not None and param is not None:
            edited = set_parameter(project, board.name, [node.id], param, value)
            self._document.accept(edited, ("param", board.name, node.id, name))

    def _set_setting(self, name: str, value: Value) -> None:
        board = self._board.name if self._board is not None else ""
        edited = set_setting_on(self._document.project, board, name, value)
        self._document.accept(edited, ("settings", board, name))

    def _add_board(self) -> None:
        self._document.accept(add_training(self._document.project, self._types))
        board = self._board
        if board is not None:
            self.board_added.emit(board.name)

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            for form in self._forms:
                form.forget_problems()
        same = (
            before is not None
            and before.stages == after.stages
            and before.settings == after.settings
        )
        if not same or after.training is None:
            self.follow()

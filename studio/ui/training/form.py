"""A small form over the training board and the settings, for people who do not want the board."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from nodes.declare import NodeType, Param
from studio.model.document import Document
from studio.model.edits import AddNode
from studio.model.parameters import LARGEST, parse_value, text_of
from studio.model.project import Board, Node, Project
from studio.model.settings import SETTINGS
from studio.model.templates import training_refusal, with_training
from studio.model.values import Value


@dataclass(frozen=True)
class Place:
    """Where a field's value lives in a project."""

    read: Callable[[Project], Value]
    write: Callable[[Project, Value], Project]
    is_there: Callable[[Project], bool]


class Field:
    """One row of the form: a parameter, its editor, and where the value lives."""

    def __init__(self, document: Document, label: str, param: Param, place: Place) -> None:
        self.document, self.label, self.param, self.place = document, label, param, place
        self.editor = self._make()
        self.editor.setObjectName(f"training_{param.name}")
        self.editor.setAccessibleName(label)
        self.editor.setToolTip(param.summary)

    def _make(self) -> QComboBox | QSpinBox | QLineEdit:
        if self.param.kind == "choice":
            combo = QComboBox()
            combo.addItems(list(self.param.choices))
            combo.textActivated.connect(self._edit)
            return combo
        if self.param.kind == "int":
            spin = QSpinBox()
            spin.setRange(int(self.param.low or 0), min(int(self.param.high or LARGEST), LARGEST))
            spin.setGroupSeparatorShown(True)
            if self.param.unit:
                spin.setSuffix(f" {self.param.unit}")
            spin.valueChanged.connect(self._edit)
            return spin
        line = QLineEdit()
        line.editingFinished.connect(self._typed)
        line.textEdited.connect(lambda: line.setProperty("problem", False))
        return line

    def follow(self, project: Project) -> None:
        """Show what the project says; a value that is no plain one can be seen, not edited."""
        there = self.place.is_there(project)
        value = self.place.read(project) if there else self.param.default
        plain = isinstance(value, int | float | str)
        self.editor.setEnabled(there and plain)
        blocked = self.editor.blockSignals(True)
        if isinstance(self.editor, QSpinBox):
            self.editor.setValue(int(value) if isinstance(value, int | float) else 0)
        elif isinstance(self.editor, QComboBox):
            if self.editor.findText(text_of(value)) < 0:
                self.editor.addItem(text_of(value))
            self.editor.setCurrentText(text_of(value))
        elif not self.editor.hasFocus() or not self.editor.isModified():
            self.editor.setText(text_of(value))
        self.editor.blockSignals(blocked)

    def _typed(self) -> None:
        assert isinstance(self.editor, QLineEdit)
        if not self.editor.isModified():
            return
        self.editor.setModified(False)
        try:
            value = parse_value(self.param, self.editor.text())
        except ValueError as error:
            self.editor.setToolTip(str(error))
            self.editor.setText(text_of(self.place.read(self.document.project)))
            return
        self.editor.setToolTip(self.param.summary)
        self._edit(value)

    def _edit(self, value: Value) -> None:
        project = self.document.project
        if self.place.is_there(project) and self.place.read(project) != value:
            changed = self.place.write(project, value)
            self.document.edit(
                f"Change {self.label.lower()}", changed, ("training form", self.param.name)
            )


class Form(QWidget):
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
        self.add_button = QPushButton("Add a training board", self)
        self.add_button.setObjectName("add_training")
        self.add_button.setAccessibleName("Add a training board")
        self.add_button.clicked.connect(self._add_board)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self.fields = self._fields()
        self._rows = QWidget(self)
        rows = QFormLayout(self._rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(6)
        for field in self.fields.values():
            label = QLabel(field.label)
            label.setBuddy(field.editor)
            rows.addRow(label, field.editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self._note, self.add_button, self._rows):
            layout.addWidget(widget)
        document.subscribe(self._changed)
        self.follow()

    def set_devices(self, devices: Iterable[str]) -> None:
        """Offer the devices that the trainer found."""
        combo = self.fields["device"].editor
        assert isinstance(combo, QComboBox)
        combo.clear()
        combo.addItems(list(dict.fromkeys(("auto", *devices))))
        self.fields["device"].follow(self._document.project)

    def follow(self) -> None:
        """Show what the project says."""
        project = self._document.project
        missing = project.training is None
        refusal = training_refusal(project, self._types)
        self._note.setVisible(missing)
        self._note.setText(refusal or "Nothing says yet how this network is trained.")
        self.add_button.setVisible(missing)
        self.add_button.setEnabled(refusal is None)
        self._rows.setEnabled(not missing)
        for field in self.fields.values():
            field.follow(project)

    def _changed(self, before: Project, after: Project) -> None:
        same = before.training is after.training and before.settings == after.settings
        if not same or after.training is None:
            self.follow()

    def _add_board(self) -> None:
        project = with_training(self._document.project, self._types)
        self._document.edit("Add a training board", project)
        if project.training is not None:
            self.board_added.emit(project.training.name)

    # ---- the fields ----------------------------------------------------------------------------

    def _fields(self) -> dict[str, Field]:
        update = self._types["Update"]
        batch = Param("batch_size", "int", 64, "Samples in one step.", low=1, unit="samples")
        rows = [
            ("Optimiser", _declared(update, "optimizer"), self._at_node(_update)),
            ("Learning rate", _declared(update, "learning_rate"), self._at_node(_update)),
            ("Schedule", _declared(update, "schedule"), self._at_node(_update)),
            ("Batch size", batch, self._at_node(self._data)),
            *((param.name.capitalize(), param, None) for param in SETTINGS),
        ]
        return {
            param.name: Field(
                self._document,
                label,
                param,
                _setting(param.name) if at is None else at(param),
            )
            for label, param, at in rows
        }

    def _at_node(self, find: Callable[[Board], Node | None]) -> Callable[[Param], Place]:
        return lambda param: _node_place(find, param, self._types)

    def _data(self, board: Board) -> Node | None:
        return next(
            (
                n
                for n in board.nodes.values()
                if n.type in self._types and self._types[n.type].dataset
            ),
            None,
        )


def _declared(node_type: NodeType, name: str) -> Param:
    param = node_type.param(name)
    assert param is not None, f"{node_type.name} has no parameter {name}"
    return param


def _update(board: Board) -> Node | None:
    return next(board.of_type("Update"), None)


def _node_place(
    find: Callable[[Board], Node | None], param: Param, types: Mapping[str, NodeType]
) -> Place:
    def found(project: Project) -> Node | None:
        return find(project.training) if project.training else None

    def default(node: Node) -> Value:
        declared = types[node.type].param(param.name) if node.type in types else None
        value: Value = declared.default if declared else param.default
        return value

    def read(project: Project) -> Value:
        node = found(project)
        return node.params.get(param.name, default(node)) if node else param.default

    def write(project: Project, value: Value) -> Project:
        node = found(project)
        if node is None or project.training is None:
            return project
        params = {key: old for key, old in node.params.items() if key != param.name}
        if value != default(node):
            params = {**node.params, param.name: value}
        return AddNode(project.training.name, replace(node, params=params)).apply(project)

    def is_there(project: Project) -> bool:
        node = found(project)
        return node is not None and (
            node.type not in types or types[node.type].param(param.name) is not None
        )

    return Place(read, write, is_there)


def _setting(name: str) -> Place:
    def read(project: Project) -> Value:
        value: Value = getattr(project.settings, name)
        return value

    def write(project: Project, value: Value) -> Project:
        return replace(project, settings=project.settings.changed(name, value))

    return Place(read, write, lambda project: True)

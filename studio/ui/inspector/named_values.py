"""A table of names and values that a person keeps: add, rename, set, remove, each undoable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from studio.model.document import Document
from studio.model.operations.edited import Edited, Refusal
from studio.model.parameters import text_of
from studio.model.project import Project
from studio.model.values import Value
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, empty, label


@dataclass(frozen=True)
class NamedEdits:
    """The operations on one table of names and values; each but the first raises Refusal."""

    values: Callable[[Project], Mapping[str, Value]]
    """What a project holds."""
    add: Callable[[Project], Edited]
    """One more, under a free name."""
    remove: Callable[[Project, str], Edited]
    rename: Callable[[Project, str, str], Edited]
    """Another name, which all that uses it follows."""
    read: Callable[[str, str], Value]
    """The value of a name that a person typed."""
    set: Callable[[Project, str, Value], Edited]


class NamedValueRow(QWidget):
    """One name and its value."""

    def __init__(self, view: NamedValues, name: str, value: Value, theme: Theme) -> None:
        super().__init__()
        kind = view.kind
        self.name = QLineEdit(name)
        self.name.setObjectName(f"{kind}_name_{name}")
        self.name.setAccessibleName(f"Name of {kind} {name}")
        self.name.editingFinished.connect(lambda: view.rename(name, self.name.text().strip()))
        self.value = QLineEdit(text_of(value))
        self.value.setObjectName(f"{kind}_value_{name}")
        self.value.setAccessibleName(f"Value of {name}")
        self.value.editingFinished.connect(lambda: view.set(name, self.value.text().strip()))
        remove = QToolButton()
        remove.setObjectName(f"{kind}_remove_{name}")
        remove.setAccessibleName(f"Remove {name}")
        remove.setToolTip(f"Remove {name}")
        remove.setIcon(icons.icon("close", theme, theme.muted))
        remove.setIconSize(QSize(13, 13))
        remove.setFixedSize(22, 22)
        remove.clicked.connect(lambda: view.remove(name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.name, 3)
        layout.addWidget(self.value, 2)
        layout.addWidget(remove)


class NamedValues(QWidget):
    """The table, with a heading and a button that adds a row."""

    def __init__(
        self,
        document: Document,
        theme: Theme,
        edits: NamedEdits,
        kind: str,
        heading: str,
        words: str,
    ) -> None:
        """`kind` is what one of them is called."""
        super().__init__()
        self.kind = kind
        self.setObjectName(f"{kind}_values")
        self.setAccessibleName(heading)
        self._document, self._theme, self._edits = document, theme, edits
        self._shown: tuple[tuple[str, Value], ...] | None = None
        self._rows = QWidget()
        self._place = column(self._rows, 4)
        self.problem = label("", "problem", f"{kind}_problem")
        self.problem.hide()
        add = QPushButton(f"Add a {kind}")
        add.setObjectName(f"{kind}_add")
        add.setAccessibleName(f"Add a {kind}")
        add.clicked.connect(lambda: self._attempt(self._edits.add))
        layout = column(self)
        for widget in (
            label(heading, "heading"),
            label(words, "muted"),
            self._rows,
            self.problem,
            add,
        ):
            layout.addWidget(widget)

    def show_those_of(self, edits: NamedEdits) -> None:
        """Show the names and values that these operations edit."""
        self._edits = edits
        self.say("")
        self.refresh()

    # ---- showing -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the project holds now."""
        shown = tuple(self._values.items())
        if shown == self._shown:
            return
        self._shown = shown
        empty(self._place)
        for name, value in shown:
            self._place.addWidget(NamedValueRow(self, name, value, self._theme))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme, self._shown = theme, None
        self.refresh()

    def say(self, problem: str) -> None:
        """Tell why something cannot be done, or nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    # ---- editing -------------------------------------------------------------------------------

    def remove(self, name: str) -> None:
        """Take one away."""
        self._attempt(lambda project: self._edits.remove(project, name))

    def set(self, name: str, text: str) -> None:
        """Give one another value, as a person typed it."""
        if name in self._values and text_of(self._values[name]) != text:
            edits = self._edits
            self._attempt(lambda project: edits.set(project, name, edits.read(name, text)))

    def rename(self, old: str, new: str) -> None:
        """Give one another name."""
        if new != old and old in self._values:
            self._attempt(lambda project: self._edits.rename(project, old, new))

    @property
    def _values(self) -> Mapping[str, Value]:
        return self._edits.values(self._document.project)

    def _attempt(self, operation: Callable[[Project], Edited]) -> None:
        try:
            edited = operation(self._document.project)
        except Refusal as refusal:
            self.say(str(refusal))
        else:
            self.say("")
            self._document.accept(edited)

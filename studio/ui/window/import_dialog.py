"""What is to be imported, and that its file may run."""

from __future__ import annotations

import ast
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

LONGEST = 4 * 2**20
"""Bytes of a file that is looked into for its classes."""


class ImportDialog(QDialog):
    """Asks for a file, a class or function in it, and sizes of inputs. Nothing runs meanwhile: the
    names are read from the text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setWindowTitle("Import a module")
        self.setAccessibleName("Import a module")
        self._file, self._name, self._inputs = QLineEdit(), QComboBox(), QLineEdit("1,3,224,224")
        for field, name in ((self._file, "file"), (self._name, "class"), (self._inputs, "inputs")):
            field.setObjectName(f"import_{name}")
            field.setAccessibleName(name.capitalize())
        self._name.setEditable(True)
        self._inputs.setToolTip(
            "Sizes, samples first: 1,3,224,224; tokens 2,9:int64; by keyword mask:2,9:bool. "
            "Several inputs are divided by ;"
        )
        browse = QPushButton("Browse…")
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self._file, 1)
        row.addWidget(browse)
        form = QFormLayout()
        form.addRow("Python file", row)
        form.addRow("Class or function", self._name)
        form.addRow("Inputs", self._inputs)
        warning = QLabel(
            "Importing runs this file, whatever it does, in a process of its own: go on only if "
            "you trust it. The model is tried with inputs of these sizes and becomes boards that "
            "compute the same."
        )
        warning.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._run = buttons.addButton("Run and import", QDialogButtonBox.ButtonRole.AcceptRole)
        self._run.setObjectName("import_run")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(warning)
        layout.addWidget(buttons)
        self.resize(520, self.sizeHint().height())
        self._file.textChanged.connect(self._offer)
        for changed in (self._name.editTextChanged, self._inputs.textChanged):
            changed.connect(self._follow)
        self._follow()

    @property
    def file(self) -> Path:
        """The Python file."""
        return Path(self._file.text().strip()).expanduser()

    @property
    def name(self) -> str:
        """The class, or function that makes the model."""
        return self._name.currentText().strip()

    @property
    def inputs(self) -> list[str]:
        """Sizes of inputs, as `netloom import` takes them."""
        return [text.strip() for text in self._inputs.text().split(";") if text.strip()]

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, "A Python file", str(self.file.parent), "Python (*.py)"
        )
        if chosen:
            self._file.setText(chosen)

    def _offer(self) -> None:
        """List what the file defines at its top level."""
        self._name.clear()
        self._name.addItems(defined(self.file))
        self._follow()

    def _follow(self) -> None:
        self._run.setEnabled(self.file.is_file() and bool(self.name and self.inputs))


def defined(file: Path) -> list[str]:
    """Classes and functions at the top level of a Python file, the last first, as models come after
    their parts; none where it cannot be read. Runs nothing."""
    try:
        if not file.is_file() or file.stat().st_size > LONGEST:
            return []
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return []
    kinds = (ast.ClassDef, ast.FunctionDef)
    names = [part.name for part in tree.body if isinstance(part, kinds)]
    return [name for name in reversed(names) if not name.startswith("_")]

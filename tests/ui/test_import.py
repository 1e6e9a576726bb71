"""Modules come in by the window, which goes on meanwhile."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.windows import window_with

MODEL = """
from torch import nn

class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(4, 4)

    def forward(self, x):
        return self.inner(x).relu()

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = Part(), Part()

    def forward(self, x):
        return self.second(self.first(x))
"""


def part(dialog: QWidget, kind: type[QWidget], name: str) -> QWidget:
    """A widget of a dialog."""
    found = dialog.findChild(kind, name)
    assert found is not None
    return found


def test_a_file_is_chosen_run_and_opened(qtbot: QtBot, tmp_path: Path) -> None:
    file, out = tmp_path / "model.py", tmp_path / "net.json"
    file.write_text(MODEL)
    offered: list[str] = []

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        run = part(dialog, QPushButton, "import_run")
        assert not run.isEnabled()
        part(dialog, QLineEdit, "import_file").setText(str(file))
        names = part(dialog, QComboBox, "import_class")
        offered.extend(names.itemText(i) for i in range(names.count()))
        part(dialog, QLineEdit, "import_inputs").setText("1,4")
        QTimer.singleShot(100, save)
        run.click()

    def save() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        dialog.selectFile(str(out))
        dialog.accept()

    with window_with(qtbot) as window:
        window.document.load(window.document.project, None)  # nothing to lose
        QTimer.singleShot(100, fill)
        window.commands["import"].trigger()
        qtbot.waitUntil(lambda: window.document.path == out, timeout=60_000)
        boards = window.document.project.boards
    assert offered == ["Net", "Part"]
    assert list(boards) == ["Net", "Part"]
    assert boards["Net"].nodes["first"].params["repeat"] == 2

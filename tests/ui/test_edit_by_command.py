"""LeNet, drawn twice from an empty file: in the window, and by `netloom edit`, to the byte."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from nodes.catalogue import builtin
from studio.cli import main
from studio.compile.compiled import check
from studio.model.gallery import empty, template
from studio.model.layout.cards import LINE, WIDTH
from studio.model.project_file import load
from tests.model.projects import without_uids
from tests.ui.person import CONTROL, Person
from tests.ui.windows import find, window_with

LAYERS = (
    ("Input", "image", {"shape": "N, 1, 32, 32"}),
    ("Conv2d", "conv1", {"out_channels": "6", "kernel_size": "5"}),
    ("MaxPool2d", "pool1", {}),
    ("Conv2d", "conv2", {"out_channels": "16", "kernel_size": "5"}),
    ("MaxPool2d", "pool2", {}),
    ("Flatten", "flatten", {}),
    ("Linear", "fc1", {"out_features": "120"}),
    ("Linear", "fc2", {"out_features": "84"}),
    ("Linear", "fc3", {"out_features": "10"}),
    ("Output", "logits", {}),
)
"""The activations are dropped on the wires behind these."""

ACTIVATED = (("conv1", "pool1"), ("conv2", "pool2"), ("fc1", "fc2"), ("fc2", "fc3"))


class Twice:
    """Does each deed in the window, and notes the command that stands for it."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.lines: list[str] = []

    def rename_board(self, new: str) -> None:
        name = find(self.person.window, "board_name")
        assert isinstance(name, QLineEdit)
        old = name.text()
        self.person.type_in("board_name", new)
        self.lines.append(f"rename {old} {new}")

    def add(self, type_name: str, at: QPoint) -> str:
        """Drag a layer from the palette onto the canvas, or onto a wire there."""
        canvas = self.person.canvas
        place = canvas.view.to_scene(at.toPointF())
        on = canvas.scene.wire_at(place, 7)
        id = self.person.place(type_name, at)
        words = f"add {self.board} {type_name} --at={place.x() - WIDTH / 2},{place.y() - LINE}"
        self.lines.append(words + (f" --on '{on.source} -> {on.target}'" if on else ""))
        return id

    def rename(self, old: str, new: str) -> None:
        self.person.choose(old)
        canvas = self.person.canvas
        QTest.keyClick(canvas, Qt.Key.Key_F2)
        field = find(canvas, "canvas-rename")
        QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(field, new)
        QTest.keyClick(field, Qt.Key.Key_Return)
        QApplication.processEvents()
        self.lines.append(f"rename {self.board}.{old} {new}")

    def set(self, node: str, name: str, text: str) -> None:
        self.person.choose(node)
        kind = next(p.kind for p in self._params(node) if p.name == name)
        prefix = "line" if kind in ("int", "float") else "field"
        self.person.type_in(f"{prefix}_{name}", text)
        self.lines.append(f"set {self.board}.{node}.{name} '{text}'")

    def wire(self, source: str, target: str) -> None:
        self.person.wire(source, target)
        self.lines.append(f"wire {self.board} {source} {target}")

    def delete(self, node: str) -> None:
        self.person.choose(node)
        QTest.keyClick(self.person.canvas, Qt.Key.Key_Delete)
        self.lines.append(f"delete {self.board} {node}")

    @property
    def board(self) -> str:
        return self.person.window.tabs.board

    def _params(self, node: str):
        return builtin().types[self.person.project.boards[self.board].nodes[node].type].params


@pytest.mark.timeout(240)
def test_lenet_is_built_alike_by_hand_and_by_command(qtbot: QtBot, tmp_path: Path) -> None:
    by_hand, by_command = tmp_path / "hand.json", tmp_path / "command.json"
    assert main(["new", "empty", str(by_hand)]) == 0
    by_command.write_bytes(by_hand.read_bytes())
    with window_with(qtbot, empty()) as window:
        window.resize(1900, 1300)
        assert window.files.read(by_hand)
        lines = draw(Twice(Person(qtbot, window)))
        QTest.keyClick(window, Qt.Key.Key_S, CONTROL)
        assert not window.document.modified
    deeds = tmp_path / "deeds.txt"
    deeds.write_text("\n".join(lines))
    assert main(["edit", str(by_command), "--lines", str(deeds)]) == 0
    assert without_uids(by_command.read_text()) == without_uids(by_hand.read_text())
    drawn = check(load(by_command))
    assert drawn.issues == ()
    assert drawn.source("LeNet") == check(template("lenet")).source("LeNet")


def draw(twice: Twice) -> list[str]:
    person = twice.person
    twice.rename_board("LeNet")
    person.canvas.reset_zoom()
    for number, (type_name, name, params) in enumerate(LAYERS):
        id = twice.add(type_name, QPoint(110 + 270 * (number % 4), 60 + 130 * (number // 4)))
        if id != name:
            twice.rename(id, name)
        for param, text in params.items():
            twice.set(name, param, text)
    names = [name for _, name, _ in LAYERS]
    for source, target in pairwise(names):
        twice.wire(source, target)
    for number, (source, target) in enumerate(ACTIVATED, 1):
        middle = person.canvas.scene.curves[wire_between(person, source, target)].middle
        id = twice.add("ReLU", person.canvas.view.to_widget(middle).toPoint())
        twice.rename(id, f"relu{number}")
        person.canvas.frame_all()
    twice.delete(twice.add("Dropout", QPoint(600, 500)))
    person.click(person.canvas, QPoint(4, 4))
    person.type_in("line_epochs", "30")
    twice.lines.append("set settings.epochs 30")
    return twice.lines


def wire_between(person: Person, source: str, target: str):
    return next(w for w in person.canvas.scene.curves if (w.source, w.target) == (source, target))

"""The whole way by mouse and keyboard: draw, mend, train, look inside, undo, export."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.model.project import Board, Project
from studio.ui.figures.plot import Plot
from studio.ui.window.startup import after_first_paint
from tests.ui.person import Person
from tests.ui.windows import find, window_with

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
EMPTY = Project({"Net": Board("Net", "network")})


@pytest.fixture
def person(qtbot: QtBot) -> object:
    with window_with(qtbot, EMPTY) as window:
        window.resize(1500, 950)
        after_first_paint(window)
        qtbot.waitUntil(lambda: window.docks["insight"].widget() is not None)
        yield Person(qtbot, window)


@pytest.mark.timeout(240)
def test_draw_mend_train_look_undo_export(person: Person, tmp_path: Path) -> None:
    draw(person)
    mend(person)
    add_training(person)
    train_and_pause(person)
    look_at_feature_maps(person)
    finished = person.project
    undo_and_redo_everything(person, finished)
    module = export(person, tmp_path / "drawn.py")
    runs_in_a_clean_interpreter(module)


def draw(person: Person) -> None:
    places = [QPoint(120 + 260 * (n % 3), 70 + 140 * (n // 3)) for n in range(6)]
    types = ("Input", "Conv2d", "ReLU", "MaxPool2d", "Linear", "Output")
    ids = [person.place(name, place) for name, place in zip(types, places, strict=True)]
    for source, target in pairwise(ids):
        person.wire(source, target)
    assert ids == ["x", "conv", "relu", "pool", "linear", "output"]
    person.until(lambda: "pool" in person.window.results.reports_of("Net"))
    shape = person.window.results.reports_of("Net")["pool"].outputs["output"]
    assert str(shape) == "N×16×13×13"


def mend(person: Person) -> None:
    results = person.window.results
    person.until(lambda: [i.code for i in results.issues] == ["linear-on-image"])
    person.show_panel("issues")
    button = next(
        b
        for b in find(person.window, "issues").findChildren(QAbstractButton)
        if b.isVisible() and b.text() == "Insert Flatten"
    )
    person.click(button)
    assert "flatten" in person.project.boards["Net"].nodes
    person.until(lambda: not results.issues)


def add_training(person: Person) -> None:
    person.show_panel("training")
    person.click(find(person.window, "add_training"))
    training = person.project.training
    assert training is not None
    assert training.nodes["digits"].params["size"] == 28
    person.until(lambda: person.window.results.totals_of(training.name) is not None)
    person.until(lambda: not person.window.results.issues)


def train_and_pause(person: Person) -> None:
    panel = find(person.window, "training")
    epochs = find(panel, "line_epochs")
    QTest.keyClick(epochs, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(epochs, "200")
    QTest.keyClick(epochs, Qt.Key.Key_Return)
    assert person.project.settings.epochs == 200
    train = find(panel, "button_train")
    person.until(train.isEnabled)
    person.click(train)
    control = person.window.docks["training"].widget().control
    person.until(lambda: control.state is not None and control.state.state == "training")
    plot = find(panel, "plot_loss/update")
    person.until(lambda: drawn_points(plot) > 3)
    before = drawn_points(plot)
    person.until(lambda: drawn_points(plot) > before)
    person.click(find(panel, "button_pause"))
    person.until(lambda: control.state.state == "paused")
    done = control.state.done
    QTest.qWait(400)
    assert control.state.done == done


def drawn_points(plot: QWidget) -> int:
    """Points of the longest curve in a plot."""
    assert isinstance(plot, Plot)
    return max((len(x) for _, _, x, _ in plot.strokes()), default=0)


def look_at_feature_maps(person: Person) -> None:
    person.show_panel("insight")
    person.window.tabs.open_board("Net")
    person.choose("conv")
    insight = find(person.window, "insight")
    probes = find(insight, "insight_probes")
    assert isinstance(probes, QListWidget)
    person.until(lambda: "Feature maps" in [probes.item(i).text() for i in range(probes.count())])
    item = probes.findItems("Feature maps", Qt.MatchFlag.MatchExactly)[0]
    if item.checkState() != Qt.CheckState.Checked:
        probes.scrollToItem(item)
        box = probes.visualItemRect(item)
        person.click(probes.viewport(), QPoint(box.left() + 10, box.center().y()))
    person.until(lambda: shown_maps(insight) == (16, 26, 26))


def shown_maps(insight: QWidget) -> tuple[int, ...]:
    """Shape of the pictures that are shown."""
    for widget in insight.findChildren(QWidget):
        figure = getattr(widget, "figure", None)
        if type(figure).__name__ == "Images" and widget.isVisible():
            return tuple(figure.values.shape)
    return ()


def undo_and_redo_everything(person: Person, finished: Project) -> None:
    canvas = person.canvas
    canvas.setFocus()
    for _ in range(60):
        if person.project.boards == EMPTY.boards:
            break
        QTest.keyClick(person.window, Qt.Key.Key_Z, CONTROL)
    assert person.project.boards == EMPTY.boards
    assert person.window.document.undo_label is None
    for _ in range(60):
        if person.project == finished:
            break
        QTest.keyClick(person.window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert person.project == finished


def export(person: Person, path: Path) -> Path:
    """Use the menu's action, name the file, read the message."""
    said: list[str] = []

    def answer() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QFileDialog) and widget.isVisible():
                name = widget.findChild(QLineEdit)
                name.selectAll()
                QTest.keyClicks(name, str(path))
                QTest.keyClick(name, Qt.Key.Key_Return)
            elif isinstance(widget, QMessageBox) and widget.isVisible():
                said.append(widget.text() + widget.informativeText())
                QTest.keyClick(widget, Qt.Key.Key_Return)

    clock = QTimer(person.window)
    clock.setInterval(100)
    clock.timeout.connect(answer)
    clock.start()
    person.until(lambda: not person.window.results.issues)
    person.window.commands["export_python"].trigger()
    person.until(lambda: bool(said))
    clock.stop()
    assert "difference 0" in said[0]
    return path


def runs_in_a_clean_interpreter(module: Path) -> None:
    assert importlib.util.find_spec("torch") is not None
    code = (
        "import torch, drawn\n"
        "network = drawn.Net()\n"
        "print(tuple(network(torch.zeros(2, 1, 28, 28)).shape))\n"
        "import sys; print('studio' in sys.modules)"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {str(module.parent)!r})\n{code}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:2] == ["(2, 10)", "False"]

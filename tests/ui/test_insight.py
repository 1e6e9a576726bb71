"""The panel that looks inside: what it asks, what it shows, and own input, with real events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nodes.catalogue import builtin
from studio.model.document import Document
from studio.model.figures import Bars, Figure, Images, Text
from studio.model.messages import Look, Looked, OpenRun, Probes, RunState, ToTrainer
from studio.model.project import Board, Project
from studio.model.run_inbox import RunCommand
from studio.ui.appearance.theme import DARK
from studio.ui.figures.figure_card import FigureCard
from studio.ui.insight.insight_panel import EMPTY, InsightPanel
from studio.ui.insight.requests import Requests

MAPS = Images("Feature maps", np.zeros((4, 5, 5)))
ANSWER = Bars("Answer", ("0", "1"), np.array([0.1, 0.9]), (1,))
LENET = Probes(
    {
        "LeNet": {
            "": ("Predictions", "Predict", "Confusion matrix"),
            "conv1": ("Feature maps", "Weights"),
            "linear": ("Weights", "Activations"),
            "stem.conv": ("Feature maps",),
            "blocks.0.conv": ("Feature maps",),
            "blocks.1.conv": ("Feature maps",),
        }
    },
    {"training": 1000, "validation": 30, "test": 0},
    "image",
    (8, 8),
    places={
        "LeNet": {
            "conv1": ("LeNet", "conv1"),
            "linear": ("LeNet", "linear"),
            "stem.conv": ("Stem", "conv"),
            "blocks.0.conv": ("Block", "conv"),
            "blocks.1.conv": ("Block", "conv"),
        }
    },
)
GPT = Probes({"GPT": {"": ("Gradients", "Write"), "head": ("Weights",)}}, {"validation": 4}, "text")


class Trainer(QObject):
    """Where the trainer's messages come from, and where those to it go."""

    trainer_ready = Signal(object)
    probes = Signal(object)
    run_state = Signal(object)
    looked = Signal(object)
    trainer_gone = Signal(object, str)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[ToTrainer] = []

    def send(self, message: ToTrainer) -> None:
        self.heard.append(message)

    def steer(self, folder: Path, command: RunCommand) -> None:
        self.heard.append(command)

    def leave(self, alone: bool) -> None:
        pass


@dataclass
class Stage:
    """A panel on the screen, and the trainer that answers it."""

    panel: InsightPanel
    document: Document
    trainer: Trainer
    qtbot: QtBot

    def looks(self) -> list[Look]:
        return [message for message in self.trainer.heard if isinstance(message, Look)]

    def answer(self, look: Look, figures: Sequence[Figure] = (MAPS,), error: str = "") -> None:
        self.trainer.looked.emit(Looked(look.ticket, tuple(figures), error))

    def click(self, name: str) -> None:
        widget = self.panel.findChild(QWidget, name)
        assert isinstance(widget, QWidget)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def tick(self, name: str) -> None:
        """Check or uncheck a probe with the keyboard."""
        probes = self.panel.choice.probes
        item = probes.findItems(name, Qt.MatchFlag.MatchExactly)[0]
        probes.setFocus()
        probes.setCurrentItem(item)
        self.qtbot.keyClick(probes, Qt.Key.Key_Space)

    def draw(self, points: Sequence[tuple[float, float]]) -> None:
        """A stroke with the mouse, through points given as shares of the side."""
        area = self.panel.try_it.picture.area
        square = area.area()
        places = [
            QPointF(square.left() + x * square.width(), square.top() + y * square.height())
            for x, y in points
        ]
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        self.qtbot.mousePress(area, left, pos=places[0].toPoint())
        for place in places[1:]:
            globally = area.mapToGlobal(place)
            move = QMouseEvent(
                QEvent.Type.MouseMove, place, globally, none, left, Qt.KeyboardModifier.NoModifier
            )
            QApplication.sendEvent(area, move)
        self.qtbot.mouseRelease(area, left, pos=places[-1].toPoint())


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    document, trainer = Document(), Trainer()
    panel = InsightPanel(document, builtin().types, trainer)
    qtbot.addWidget(panel)
    panel.resize(1200, 420)
    panel.show()
    qtbot.waitExposed(panel)
    return Stage(panel, document, trainer, qtbot)


@pytest.fixture
def lenet(stage: Stage) -> Stage:
    stage.trainer.probes.emit(LENET)
    return stage


# ---- asking and showing ------------------------------------------------------------------------


def test_without_networks_it_says_what_to_do(stage: Stage) -> None:
    assert stage.panel.grid.empty.isVisible()
    assert stage.panel.grid.empty.text() == EMPTY
    assert stage.looks() == []


def test_it_begins_with_something_to_see(lenet: Stage) -> None:
    (look,) = lenet.looks()
    assert (look.network, look.node, look.probe) == ("LeNet", "conv1", "Feature maps")
    assert (look.part, look.sample, look.value) == ("validation", 0, None)
    lenet.answer(look)
    assert lenet.panel.grid.figures() == [MAPS]
    assert not lenet.panel.grid.empty.isVisible()


def test_what_a_board_shows_is_seen_first_and_nobody_draws_for_it(stage: Stage) -> None:
    generator = {"": ("Gradients",), "image": ("Feature maps",)}
    networks = {"Generator": generator, "Training": {"shown": ("Shown",)}}
    stage.trainer.probes.emit(Probes(networks, {"training": 10}, "image", (8, 8)))
    assert stage.panel.choice.network.currentText() == "Training"
    assert stage.panel.choice.chosen() == ["Shown"]
    assert not stage.panel.try_it.picture.isVisible()
    assert "None of these networks" in stage.panel.try_it.note.text()


def test_the_canvas_chooses_the_node(lenet: Stage) -> None:
    lenet.panel.show_node("LeNet", "linear")
    assert (lenet.looks()[-1].node, lenet.looks()[-1].probe) == ("linear", "Weights")
    lenet.panel.show_node("Block", "conv")
    assert lenet.looks()[-1].node == "blocks.0.conv", (
        "the first of a repeated block, not of another one"
    )
    count = len(lenet.looks())
    lenet.panel.show_node("LeNet", "nothing")
    assert len(lenet.looks()) == count


def test_several_probes_are_shown_together_and_remembered(lenet: Stage) -> None:
    lenet.answer(lenet.looks()[0])
    lenet.tick("Weights")
    weights = lenet.looks()[-1]
    assert weights.probe == "Weights"
    other = Images("Weights", np.ones((2, 3, 3)), signed=True)
    for look in lenet.looks()[1:]:
        lenet.answer(look, [other if look.probe == "Weights" else MAPS])
    assert lenet.panel.grid.figures() == [MAPS, other]
    lenet.panel.show_node("LeNet", "linear")
    assert lenet.panel.choice.chosen() == ["Weights"]


def test_an_answer_to_an_old_question_is_not_shown(lenet: Stage) -> None:
    old = lenet.looks()[0]
    lenet.panel.show_node("LeNet", "linear")
    lenet.answer(old)
    assert lenet.panel.grid.figures() == []


def test_one_question_is_under_way_and_only_the_newest_waits(lenet: Stage) -> None:
    lenet.click("sample_next")
    lenet.click("sample_next")
    lenet.click("sample_next")
    assert [look.sample for look in lenet.looks()] == [0]
    lenet.answer(lenet.looks()[0])
    assert [look.sample for look in lenet.looks()] == [0, 3]


def test_samples_are_picked_by_part_and_number(lenet: Stage) -> None:
    part = lenet.panel.findChild(QComboBox, "sample_part")
    assert isinstance(part, QComboBox)
    assert [part.itemText(i) for i in range(part.count())] == ["validation", "training"]
    lenet.click("sample_previous")
    lenet.answer(lenet.looks()[-1])
    assert lenet.looks()[-1].sample == 29, "before the first comes the last"
    lenet.answer(lenet.looks()[-1])
    lenet.qtbot.keyClick(part, Qt.Key.Key_Down)
    assert lenet.looks()[-1].part == "training"
    lenet.answer(lenet.looks()[-1])
    lenet.click("sample_random")
    assert 0 <= lenet.looks()[-1].sample < 1000


def test_an_error_is_a_sentence(lenet: Stage) -> None:
    lenet.answer(lenet.looks()[0], (), "conv1 gives no pictures for a single number.")
    label = lenet.panel.grid.findChild(QLabel, "figure_error")
    assert isinstance(label, QLabel)
    assert label.isVisible()
    assert "no pictures" in label.text()


def test_it_follows_the_training_only_while_it_is_seen(lenet: Stage) -> None:
    lenet.answer(lenet.looks()[0])
    lenet.trainer.run_state.emit(RunState(Path("run"), "training", device="cuda"))
    lenet.qtbot.waitUntil(lambda: len(lenet.looks()) == 2)
    lenet.qtbot.wait(400)
    assert len(lenet.looks()) == 2, "one question at a time"
    lenet.answer(lenet.looks()[-1])
    lenet.qtbot.waitUntil(lambda: len(lenet.looks()) == 3)
    lenet.panel.hide()
    lenet.answer(lenet.looks()[-1])
    lenet.qtbot.wait(400)
    assert len(lenet.looks()) == 3
    lenet.panel.show()
    lenet.qtbot.waitUntil(lambda: len(lenet.looks()) == 4)


def test_following_can_be_switched_off(lenet: Stage) -> None:
    lenet.answer(lenet.looks()[0])
    lenet.panel.follow.setFocus()
    lenet.qtbot.keyClick(lenet.panel.follow, Qt.Key.Key_Space)
    lenet.trainer.run_state.emit(RunState(Path("run"), "training", device="cuda"))
    lenet.qtbot.wait(400)
    assert len(lenet.looks()) == 1


def test_a_trainer_that_died_is_asked_again(lenet: Stage) -> None:
    lenet.trainer.trainer_gone.emit(None, "killed")
    lenet.trainer.probes.emit(LENET)
    assert len(lenet.looks()) == 2


def test_a_run_is_opened(stage: Stage) -> None:
    stage.panel.open_run(Path("/runs/a"))
    assert stage.trainer.heard == [OpenRun(Path("/runs/a"))]


def test_figures_are_exported(lenet: Stage, tmp_path: Path) -> None:
    lenet.answer(lenet.looks()[0])
    lenet.panel.set_theme(DARK)
    lenet.panel.export_png(tmp_path / "figures.png")
    image = QImage(str(tmp_path / "figures.png"))
    assert image.width() == 2 * lenet.panel.grid.inner.width()


# ---- own input ---------------------------------------------------------------------------------


def test_drawing_asks_for_an_answer_and_for_the_figures(lenet: Stage) -> None:
    lenet.answer(lenet.looks()[0])
    lenet.draw([(0.5, 0.1), (0.5, 0.9)])
    predict = next(look for look in lenet.looks() if look.probe == "Predict")
    value = lenet.looks()[-1].value
    assert isinstance(predict.value, np.ndarray)
    assert predict.value.shape == (8, 8)
    assert predict.value.dtype == np.float32
    assert isinstance(value, np.ndarray), "the figures are of the drawing, too"
    lenet.answer(predict, [ANSWER])
    assert any(isinstance(m, Look) and m.probe == "Predict" for m in lenet.trainer.heard)
    newest = [look for look in lenet.looks() if look.probe == "Predict"]
    assert len(newest) == 2, "while one was under way, only the newest waited"
    assert isinstance(newest[-1].value, np.ndarray)
    column = newest[-1].value.max(axis=0)
    assert column[3:5].min() > 0.3, "what is drawn is centred"
    assert newest[-1].value.max(axis=1).min() > 0.2, "and fills the height"
    assert lenet.panel.own.isVisible()
    lenet.click("back_to_samples")
    assert not lenet.panel.own.isVisible()


def test_strokes_are_taken_back_and_cleared(lenet: Stage) -> None:
    area = lenet.panel.try_it.picture.area
    lenet.draw([(0.2, 0.2), (0.8, 0.2)])
    lenet.draw([(0.2, 0.8), (0.8, 0.8)])
    assert len(area.strokes) == 2
    lenet.click("draw_undo")
    assert len(area.strokes) == 1
    area.setFocus()
    lenet.qtbot.keyClick(area, Qt.Key.Key_Backspace)
    assert area.is_empty
    lenet.draw([(0.5, 0.5)])
    assert not area.is_empty
    lenet.click("draw_clear")
    assert area.is_empty
    assert not lenet.panel.own.isVisible()


def test_without_centring_the_place_is_kept(lenet: Stage) -> None:
    area = lenet.panel.try_it.picture.area
    lenet.draw([(0.15, 0.15), (0.15, 0.3)])
    kept = area.values(8, 8, fit=False)
    assert kept[:4, :3].max() > 0.5
    assert kept[:, 5:].max() == 0
    fitted = area.values(8, 8, fit=True)
    assert fitted[7].max() > 0.2


def drop(area: QWidget, data: QMimeData) -> None:
    """Drag something onto a widget and let it go."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(area, QDragEnterEvent(QPoint(5, 5), copy, data, left, none))
    QApplication.sendEvent(area, QDropEvent(QPointF(5, 5), copy, data, left, none))


@pytest.mark.parametrize("background", [255, 0])
def test_a_dropped_picture_becomes_white_on_black(
    lenet: Stage, tmp_path: Path, background: int
) -> None:
    values = np.full((40, 40), background, np.uint8)
    values[10:30, 18:22] = 255 - background
    path = tmp_path / "one.png"
    QImage(values.tobytes(), 40, 40, 40, QImage.Format.Format_Grayscale8).save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    area = lenet.panel.try_it.picture.area
    drop(area, data)
    got = lenet.looks()[-1].value
    assert isinstance(got, np.ndarray)
    assert got[4, 3:5].min() > 0.3
    assert got[:, 0].max() < 0.1


def test_something_else_that_is_dropped_changes_nothing(lenet: Stage, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("no picture")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "words.txt"))])
    area = lenet.panel.try_it.picture.area
    drop(area, data)
    assert area.is_empty
    assert lenet.panel.try_it.note.isVisible()
    assert "words.txt" in lenet.panel.try_it.note.text()


def test_a_language_model_writes(stage: Stage) -> None:
    stage.trainer.probes.emit(GPT)
    prompt = stage.panel.try_it.prompt
    assert prompt.isVisible()
    assert not stage.panel.try_it.picture.isVisible()
    stage.qtbot.keyClicks(prompt.text, "The ")
    stage.click("prompt_write")
    look = next(look for look in stage.looks() if look.probe == "Write")
    assert look.value == "The "
    assert look.options == {"length": 200, "temperature": 0.8}
    assert not prompt.button.isEnabled()
    stage.answer(look, [Text("Written", "The end")])
    assert prompt.button.isEnabled()
    assert any("The end" in card.view.accessibleName() for card in stage.panel.try_it._cards)


def test_an_answer_that_fails_is_a_sentence(stage: Stage) -> None:
    stage.trainer.probes.emit(GPT)
    stage.click("prompt_write")
    look = next(look for look in stage.looks() if look.probe == "Write")
    stage.answer(look, (), "The prompt has characters that the network never saw: €.")
    assert stage.panel.try_it.note.isVisible()
    assert "€" in stage.panel.try_it.note.text()
    assert stage.panel.try_it.prompt.button.isEnabled()


def test_everything_has_a_name(lenet: Stage) -> None:
    for kind in (QToolButton, QPushButton, QComboBox):
        for widget in lenet.panel.findChildren(kind):
            if not widget.objectName().startswith("qt_"):
                assert widget.objectName(), widget
                assert widget.accessibleName() or (
                    not isinstance(widget, QComboBox) and widget.text()
                ), widget


def test_requests_keep_the_views_apart() -> None:
    sent: list[Look] = []
    requests = Requests(sent.append)
    for view in ("a", "b", "a", "a"):
        requests.ask(view, lambda ticket, view=view: Look(ticket, view, "net"))
    assert [look.probe for look in sent] == ["a", "b"]
    assert requests.answered(sent[1].ticket) == "b"
    assert requests.answered(sent[1].ticket) is None
    assert requests.answered(sent[0].ticket) == "a"
    assert len(sent) == 3
    requests.forget()
    assert requests.idle
    assert requests.answered(sent[2].ticket) is None


# ---- another project ---------------------------------------------------------------------------


def test_another_project_has_nothing_to_look_at_yet(lenet: Stage) -> None:
    panel = lenet.panel
    lenet.answer(lenet.looks()[-1])
    lenet.tick("Weights")
    panel.sample.index.setValue(7)
    lenet.draw([(0.3, 0.3), (0.6, 0.6)])
    lenet.answer(next(look for look in lenet.looks() if look.probe == "Predict"), (ANSWER,))
    assert panel.try_it.findChildren(FigureCard)
    lenet.trainer.heard.clear()
    lenet.document.load(Project(), None)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert lenet.looks() == []
    assert panel.grid.figures() == []
    assert panel.grid.empty.isVisible()
    assert panel.grid.empty.text() == EMPTY
    assert not panel.export.isEnabled()
    assert panel.choice.tree.topLevelItemCount() == 0
    assert not panel.try_it.picture.isVisible()
    assert not panel.try_it.findChildren(FigureCard)
    lenet.trainer.probes.emit(LENET)
    look = lenet.looks()[0]
    assert (look.probe, look.sample, look.value) == ("Feature maps", 0, None)
    assert panel.choice.chosen() == ["Feature maps"]
    assert panel.sample.isVisible()
    assert panel.try_it.picture.area.is_empty
    assert panel.try_it.picture.preview.pixmap().isNull()


def test_an_answer_for_the_project_before_is_not_shown(lenet: Stage) -> None:
    asked = lenet.looks()[-1]
    lenet.document.load(Project(), None)
    lenet.trainer.probes.emit(LENET)
    lenet.answer(asked)
    assert lenet.panel.grid.figures() == []


def test_a_prompt_goes_with_its_project(stage: Stage) -> None:
    stage.trainer.probes.emit(GPT)
    prompt = stage.panel.try_it.prompt
    stage.qtbot.keyClicks(prompt.text, "def ")
    stage.click("prompt_write")
    look = stage.looks()[-1]
    assert look.value == "def "
    stage.document.load(Project(), None)
    stage.trainer.probes.emit(GPT)
    assert prompt.text.toPlainText() == ""
    assert prompt.button.isEnabled()


def test_an_edit_takes_nothing_away(lenet: Stage) -> None:
    lenet.answer(lenet.looks()[-1])
    lenet.draw([(0.3, 0.3), (0.6, 0.6)])
    lenet.document.edit("Add", Project({"net": Board("net", "network")}))
    lenet.document.undo()
    assert lenet.panel.grid.figures() == [MAPS]
    assert not lenet.panel.try_it.picture.area.is_empty


def test_clear_also_takes_away_what_the_network_got(lenet: Stage) -> None:
    lenet.draw([(0.3, 0.3), (0.6, 0.6)])
    assert not lenet.panel.try_it.picture.preview.pixmap().isNull()
    lenet.click("draw_clear")
    assert lenet.panel.try_it.picture.preview.pixmap().isNull()

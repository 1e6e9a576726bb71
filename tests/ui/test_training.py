"""The training panel: its form, its actions, its curves, with real events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QInputDialog, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from nodes.catalogue import builtin
from studio.model import project_file
from studio.model.document import Document
from studio.model.edits import SetParam
from studio.model.messages import (
    Pause,
    Resume,
    RunState,
    SetLearningRate,
    Stop,
    ToTrainer,
    Train,
    TrainerReady,
)
from studio.model.operations.nodes import rename
from studio.model.project import Project
from studio.model.report import Issue
from studio.model.roles import with_role
from studio.model.run_inbox import RunCommand
from studio.session.runs import next_folder, read_run
from studio.ui.appearance.theme import DARK, LIGHT
from studio.ui.training.curve_export import export
from studio.ui.training.run_control import RunControl
from studio.ui.training.run_list import BEST
from studio.ui.training.training_panel import TrainingPanel

TYPES = builtin().types
LOSS = "loss/update"
LENET = project_file.load(Path(__file__).parents[2] / "projects" / "lenet.json")


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
        self.steered: list[tuple[Path, RunCommand]] = []
        self.left: list[bool] = []

    def send(self, message: ToTrainer) -> None:
        self.heard.append(message)

    def steer(self, folder: Path, command: RunCommand) -> None:
        self.steered.append((folder, command))

    def leave(self, alone: bool) -> None:
        self.left.append(alone)


@dataclass
class Stage:
    """A panel on the screen with all that it works on."""

    panel: TrainingPanel
    document: Document
    trainer: Trainer
    folder: Path
    qtbot: QtBot
    refused: list[str] = field(default_factory=list)

    def press(self, name: str) -> None:
        button = self.panel.findChild(QToolButton, f"button_{name}")
        assert isinstance(button, QToolButton)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def enabled(self) -> set[str]:
        return {name for name, action in self.panel.run_actions.items() if action.isEnabled()}

    def tell(self, state: str, done: int = 0, message: str = "", node: str = "") -> None:
        assert state in ("preparing", "training", "paused", "finished", "stopped", "failed")
        self.trainer.run_state.emit(
            RunState(
                self.run,
                state,
                done,
                100,
                2.0,
                3.0,
                "cpu",
                message=message,
                node=node,
                board="LeNet",
            )
        )

    @property
    def run(self) -> Path:
        asked = [m for m in self.trainer.heard if isinstance(m, Train)]
        return asked[-1].folder if asked else self.folder / "runs" / "net.now"


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    stage = staged(qtbot, tmp_path, LENET)
    yield stage
    stage.panel.close_reader()


def staged(qtbot: QtBot, folder: Path, project: Project, named: bool = True) -> Stage:
    project_file.save(project, folder / "net.json")
    document = Document(project, folder / "net.json" if named else None)
    trainer = Trainer()
    control = RunControl(document, trainer)
    panel = TrainingPanel(document, TYPES, trainer, control)
    qtbot.addWidget(panel)
    panel.control.clock = lambda: datetime(2026, 5, 4, 12, 0, 0)
    panel.resize(1200, 420)
    panel.show()
    qtbot.waitExposed(panel)
    return Stage(panel, document, trainer, folder, qtbot)


def lines(count: int, start: int = 0) -> str:
    found = []
    for step in range(start, start + count):
        values = {"loss/update": 2.0 / (step + 1), "metric/accuracy": 0.5, "rate/update": 0.001}
        fields = {"step": step, "epoch": step / 10, "seconds": 0.1, "split": "training"}
        found.append(json.dumps({**fields, "values": values}) + "\n")
        if step % 10 == 9:
            values = {"loss/update": 0.4, "metric/accuracy": 0.9}
            found.append(json.dumps({**fields, "split": "validation", "values": values}) + "\n")
    return "".join(found)


def made(folder: Path, project: Project = LENET, count: int = 20) -> Path:
    """A run folder of a project as the trainer leaves it."""
    (folder / "checkpoints").mkdir(parents=True)
    project_file.save(project, folder / "project.json")
    made_by = {"netloom_run": 1, "project": project.uid}
    (folder / "environment.json").write_text(json.dumps(made_by))
    (folder / "state.json").write_text(
        '{"state": "stopped", "best": {"loss/update": 0.4, "metric/accuracy": 0.9}}'
    )
    (folder / "checkpoints" / "last.pt").touch()
    (folder / "metrics.jsonl").write_text(lines(count))
    return folder


def choice(stage: Stage, name: str) -> QComboBox:
    combo = stage.panel.form.rows[name].field.editor
    assert isinstance(combo, QComboBox)
    return combo


def line(stage: Stage, name: str) -> QLineEdit:
    """Where a number is typed."""
    editor = stage.panel.form.rows[name].field.editor
    found = editor.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def type_in(stage: Stage, name: str, text: str) -> QLineEdit:
    field = line(stage, name)
    field.setFocus()
    field.selectAll()
    stage.qtbot.keyClicks(field, text)
    return field


def param(project: Project, type_name: str, name: str) -> object:
    assert project.training is not None
    node = next(n for n in project.training.nodes.values() if n.type == type_name)
    return node.params.get(name, TYPES[type_name].defaults()[name])


# ---- the form ----------------------------------------------------------------------------------


def test_the_form_edits_the_nodes_of_the_board(stage: Stage) -> None:
    rate = type_in(stage, "learning_rate", "0.02")
    assert param(stage.document.project, "Update", "learning_rate") == 0.02
    assert stage.document.undo_label == "Change update.learning_rate"
    stage.qtbot.keyClick(rate, Qt.Key.Key_Return)
    stage.document.undo()
    assert rate.text() == str(param(LENET, "Update", "learning_rate"))
    assert stage.document.project == LENET


def test_a_choice_and_a_number_are_edited_with_the_keyboard(stage: Stage) -> None:
    before = param(LENET, "Update", "optimizer")
    stage.qtbot.keyClick(choice(stage, "optimizer"), Qt.Key.Key_Up)
    assert param(stage.document.project, "Update", "optimizer") != before
    batch = type_in(stage, "batch_size", "32")
    assert param(stage.document.project, "DigitsData", "batch_size") == 32
    stage.document.undo()
    assert batch.text() == str(param(LENET, "DigitsData", "batch_size")), "typing is one step"


def test_a_value_that_does_not_fit_changes_nothing_and_says_why(stage: Stage) -> None:
    type_in(stage, "learning_rate", "quick")
    assert stage.document.project == LENET
    problem = stage.panel.form.rows["learning_rate"].problem
    assert problem.isVisible()
    assert "learning_rate" in problem.text()
    type_in(stage, "learning_rate", "0.5")
    assert not problem.isVisible()
    assert param(stage.document.project, "Update", "learning_rate") == 0.5


def test_a_value_like_the_default_is_not_kept(stage: Stage) -> None:
    type_in(stage, "epochs", "7")
    assert stage.document.project.settings.epochs == 7
    default = TYPES["Update"].defaults()["learning_rate"]
    type_in(stage, "learning_rate", str(default))
    assert stage.document.project.training is not None
    node = next(with_role(stage.document.project.training, TYPES, "update"))
    assert "learning_rate" not in node.params


def test_the_form_follows_the_board(stage: Stage) -> None:
    assert LENET.training is not None
    node = next(with_role(LENET.training, TYPES, "update")).id
    changed = SetParam(LENET.training.name, node, "schedule", "linear").apply(LENET)
    stage.document.edit("elsewhere", changed)
    assert choice(stage, "schedule").currentText() == "linear"


def test_devices_come_from_the_trainer(stage: Stage) -> None:
    stage.trainer.trainer_ready.emit(TrainerReady(("cuda", "cuda:1", "cpu")))
    device = choice(stage, "device")
    assert [device.itemText(i) for i in range(device.count())] == ["auto", "cuda", "cuda:1", "cpu"]
    stage.qtbot.keyClick(device, Qt.Key.Key_Down)
    assert stage.document.project.settings.device == "cuda"


def test_a_board_is_added_where_there_is_none(qtbot: QtBot, tmp_path: Path) -> None:
    boards = {name: b for name, b in LENET.boards.items() if b.kind != "training"}
    bare = Project(boards)
    stage = staged(qtbot, tmp_path, bare)
    assert "train" not in stage.enabled()
    assert "training board" in stage.panel.run_actions["train"].toolTip()
    with qtbot.waitSignal(stage.panel.board_added):
        qtbot.mouseClick(stage.panel.form.add_button, Qt.MouseButton.LeftButton)
    training = stage.document.project.training
    assert training is not None
    assert [node.type for node in training.nodes.values()] == [
        "DigitsData",
        "Network",
        "CrossEntropy",
        "Accuracy",
        "Update",
    ]
    assert param(stage.document.project, "DigitsData", "size") == 32
    assert "train" in stage.enabled()
    stage.document.undo()
    assert stage.document.project == bare
    assert stage.panel.form.add_button.isVisible()
    stage.panel.close_reader()


def test_no_board_is_added_without_a_network(qtbot: QtBot, tmp_path: Path) -> None:
    stage = staged(qtbot, tmp_path, Project())
    assert not stage.panel.form.add_button.isEnabled()
    stage.panel.close_reader()


# ---- the run -----------------------------------------------------------------------------------


def test_errors_forbid_to_train_and_say_why(stage: Stage) -> None:
    stage.panel.control.set_issues(
        [Issue("w", "warning", "odd", "LeNet"), Issue("e", "error", "bad shape", "LeNet")]
    )
    assert "train" not in stage.enabled()
    assert "bad shape" in stage.panel.run_actions["train"].toolTip()
    stage.panel.control.set_issues([])
    assert stage.enabled() == {"train"}


def test_a_run_from_start_to_end(stage: Stage) -> None:
    stage.press("train")
    message = stage.trainer.heard[-1]
    assert message == Train(LENET, stage.folder / "runs" / "net.2026-05-04-120000")
    assert stage.enabled() == {"stop"}
    stage.tell("training", 25)
    assert stage.enabled() == {"train", "pause", "stop"}
    assert stage.panel.status.bar.value() == 250
    assert "25%" in stage.panel.status.bar.text()
    assert "3 s left" in stage.panel.status.facts.text().replace("\N{NO-BREAK SPACE}", " ")
    stage.press("pause")
    stage.tell("paused", 26)
    assert stage.enabled() == {"train", "go_on", "stop"}
    stage.press("go_on")
    stage.tell("training", 27)
    stage.press("stop")
    asked = [Pause(), Resume(), Stop()]
    assert stage.trainer.steered == [(message.folder, command) for command in asked]
    stage.tell("stopped", 28)
    assert {"train", "resume"} <= stage.enabled()
    assert not stage.panel.live_rate.isVisible()


def test_the_learning_rate_is_changed_under_way(stage: Stage) -> None:
    stage.press("train")
    stage.tell("training", 1)
    line = stage.panel.live_rate
    assert line.isVisible()
    stage.qtbot.keyClicks(line, "1e-4")
    stage.qtbot.keyClick(line, Qt.Key.Key_Return)
    assert stage.trainer.steered[-1] == (stage.run, SetLearningRate(1e-4))
    assert stage.document.project == LENET


def test_a_failure_names_the_node_and_shows_it(stage: Stage) -> None:
    stage.press("train")
    stage.tell("failed", 3, "The loss is not finite; conv2 gave it first.", "conv2")
    assert "conv2" in stage.panel.status.message.text()
    with stage.qtbot.waitSignal(stage.panel.show_node) as shown:
        stage.qtbot.mouseClick(stage.panel.status.button, Qt.MouseButton.LeftButton)
    assert shown.args == ["LeNet", "conv2"]


def test_a_trainer_that_dies_leaves_a_message_and_the_run_to_resume(stage: Stage) -> None:
    stage.press("train")
    made(stage.run)
    stage.tell("training", 50)
    stage.trainer.trainer_gone.emit(stage.run, "killed by signal 9")
    assert "stopped unexpectedly" in stage.panel.status.message.text()
    assert "resumed from its last checkpoint" in stage.panel.status.message.text()
    assert stage.enabled() == {"train", "resume"}
    folder = stage.run
    stage.press("resume")
    message = stage.trainer.heard[-1]
    assert isinstance(message, Train)
    assert message.resume
    assert message.folder == folder
    assert not stage.panel.status.message.isVisible()


def test_a_trainer_that_dies_idle_is_no_news_here(stage: Stage) -> None:
    stage.trainer.trainer_gone.emit(None, "killed")
    assert not stage.panel.status.message.isVisible()


def test_an_earlier_run_goes_on_with_its_own_project_and_more_epochs(
    qtbot: QtBot, tmp_path: Path
) -> None:
    made(tmp_path / "runs" / "net.old")
    stage = staged(qtbot, tmp_path, LENET)
    listed(stage, 1)
    type_in(stage, "epochs", "77")
    item = stage.panel.runs.topLevelItem(0)
    assert item is not None
    place = stage.panel.runs.visualItemRect(item).center()
    qtbot.mouseClick(stage.panel.runs.viewport(), Qt.MouseButton.LeftButton, pos=place)
    stage.press("resume")
    message = stage.trainer.heard[-1]
    assert isinstance(message, Train)
    assert message.project.settings.epochs == 77
    assert message.project.boards == LENET.boards
    assert message.folder.name == "net.old"
    stage.panel.close_reader()


def test_a_run_goes_on_with_what_is_drawn_if_the_person_says_so(
    qtbot: QtBot, tmp_path: Path
) -> None:
    made(tmp_path / "runs" / "net.old")
    stage = staged(qtbot, tmp_path, LENET)
    listed(stage, 1)
    item = stage.panel.runs.topLevelItem(0)
    assert item is not None
    place = stage.panel.runs.visualItemRect(item).center()
    qtbot.mouseClick(stage.panel.runs.viewport(), Qt.MouseButton.LeftButton, pos=place)
    stage.document.accept(rename(LENET, "LeNet", "conv1", "first"))
    asked: list[str] = []
    stage.panel.control.edited.connect(asked.append)
    before = list(stage.trainer.heard)
    stage.press("resume")
    assert (asked, stage.trainer.heard) == (["net.old"], before)
    stage.panel.control.go_on_with(drawn=True)
    message = stage.trainer.heard[-1]
    assert isinstance(message, Train)
    assert (message.project, message.resume, message.edited) == (
        stage.document.project,
        True,
        True,
    )
    stage.panel.close_reader()


# ---- curves ------------------------------------------------------------------------------------


def listed(stage: Stage, count: int) -> None:
    stage.qtbot.waitUntil(lambda: stage.panel.runs.topLevelItemCount() == count, timeout=8000)


def points(stage: Stage, metric: str) -> dict[str, int]:
    """Split -> how many points are held."""
    history = stage.panel.curves.history
    return {split: len(curve) for _, split, curve in history.of(metric)}


def scored(stage: Stage, row: int) -> str:
    item = stage.panel.runs.topLevelItem(row)
    return "" if item is None else item.text(BEST)


def until(stage: Stage, fits: Callable[[], bool]) -> None:
    stage.qtbot.waitUntil(fits, timeout=8000)


def test_curves_follow_the_run(stage: Stage) -> None:
    stage.press("train")
    made(stage.run, count=20)
    stage.tell("training", 20)
    until(stage, lambda: points(stage, LOSS) == {"training": 20, "validation": 2})
    with (stage.run / "metrics.jsonl").open("a") as file:
        file.write(lines(10, 20))
    until(stage, lambda: points(stage, LOSS) == {"training": 30, "validation": 3})
    plot = stage.panel.curves.plots[LOSS]
    until(
        stage, lambda: [line.name for line, _ in plot.readings()[1]] == ["training", "validation"]
    )
    assert list(stage.panel.curves.plots) == [LOSS, "metric/accuracy", "rate/update"]


def test_nothing_is_read_while_nobody_looks(stage: Stage) -> None:
    stage.press("train")
    made(stage.run)
    stage.tell("training", 20)
    until(stage, lambda: points(stage, LOSS)["training"] == 20 if points(stage, LOSS) else False)
    stage.panel.hide()
    stage.qtbot.wait(50)
    with (stage.run / "metrics.jsonl").open("a") as file:
        file.write(lines(10, 20))
    stage.qtbot.wait(800)
    assert points(stage, LOSS)["training"] == 20
    stage.panel.show()
    until(stage, lambda: points(stage, LOSS)["training"] == 30)


def test_several_runs_are_drawn_over_each_other(qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        made(tmp_path / "runs" / f"net.{name}")
    stage = staged(qtbot, tmp_path, LENET)
    listed(stage, 3)
    runs = stage.panel.runs
    until(stage, lambda: points(stage, LOSS) != {})
    assert len(runs.shown()) == 1, "the newest is drawn at once"
    for i in (1, 2):
        item = runs.topLevelItem(i)
        assert item is not None
        runs.setCurrentItem(item)
        qtbot.keyClick(runs, Qt.Key.Key_Space)
    until(stage, lambda: len(list(stage.panel.curves.history.of(LOSS))) == 6)
    assert len(set(runs.colours().values())) == 3
    until(stage, lambda: [scored(stage, i) for i in range(3)] == ["90.0%"] * 3)
    stage.panel.close_reader()


def test_curves_are_exported(stage: Stage, tmp_path: Path) -> None:
    stage.press("train")
    made(stage.run)
    stage.tell("training", 20)
    until(stage, lambda: points(stage, LOSS) != {})
    for kind in ("png", "svg", "csv"):
        export(stage.panel.curves, tmp_path / f"curves.{kind}", kind)
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    drawing = (tmp_path / "curves.svg").read_text()
    assert "<polyline" in drawing or "<path" in drawing
    assert "data:image" not in drawing, "a drawing, not a picture of it"
    rows = (tmp_path / "curves.csv").read_text().splitlines()
    assert rows[0] == "run,split,metric,step,value"
    assert f'"{stage.run.name}",training,loss/update,0,2.0' in rows
    assert len(rows) == 1 + 20 * 3 + 2 * 2


def test_log_scale_and_smoothing_are_for_the_plots(stage: Stage) -> None:
    curves = stage.panel.curves
    stage.qtbot.mouseClick(curves.log, Qt.MouseButton.LeftButton, pos=curves.log.rect().center())
    curves.log.setFocus()
    if not curves.log.isChecked():
        stage.qtbot.keyClick(curves.log, Qt.Key.Key_Space)
    assert curves.plots[LOSS].log
    assert not curves.plots["metric/accuracy"].log
    for _ in range(3):
        stage.qtbot.keyClick(curves.smoothing, Qt.Key.Key_Right)
    assert curves.plots[LOSS].smoothing == 4


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(500, 700), (1400, 300)], ids=["narrow", "wide"])
def test_everything_has_room(
    qtbot: QtBot, tmp_path: Path, theme: object, size: tuple[int, int]
) -> None:
    stage = staged(qtbot, tmp_path, LENET)
    stage.panel.set_theme(LIGHT if theme is LIGHT else DARK)
    stage.panel.resize(*size)
    qtbot.wait(20)
    for plot in stage.panel.curves.plots.values():
        assert plot.width() > 90
        assert plot.height() > 60
    assert stage.panel.runs.width() > 90
    stage.panel.close_reader()


def test_nothing_covers_anything_in_a_small_window(stage: Stage) -> None:
    for width in (1200, 760, 629):
        stage.panel.resize(width, 200)
        stage.qtbot.wait(50)
        form, rest = stage.panel.splitter.widget(0), stage.panel.splitter.widget(1)
        assert form.geometry().right() < rest.geometry().left()
        assert rest.geometry().right() <= width
        export = stage.panel.curves.export
        assert export.geometry().right() <= stage.panel.curves.width()
    assert stage.panel.right.minimumSizeHint().width() <= 240, "larger letters find room too"


def test_fields_and_buttons_have_names(stage: Stage) -> None:
    for kind in (QLineEdit, QComboBox, QToolButton):
        for widget in stage.panel.findChildren(kind):
            inner = widget.objectName().startswith("qt_") or widget.parent().inherits("QSpinBox")
            assert inner or (widget.objectName() and widget.accessibleName()), widget


# ---- another project ---------------------------------------------------------------------------


def trained(stage: Stage) -> Path:
    """A run from start to end, with its curves drawn; returns its folder."""
    stage.press("train")
    folder = made(stage.run, stage.document.project)
    stage.tell("training", 50)
    stage.qtbot.keyClicks(stage.panel.live_rate, "1e-4")
    stage.qtbot.keyClick(stage.panel.live_rate, Qt.Key.Key_Return)
    stage.qtbot.keyClicks(stage.panel.live_rate, "3")
    (folder / "state.json").write_text('{"state": "finished", "done": 100, "total": 100}')
    stage.tell("finished", 100)
    until(stage, lambda: points(stage, LOSS) != {})
    return folder


@pytest.mark.parametrize("path", [None, "other.json"])
def test_another_project_shows_nothing_of_the_runs_before(stage: Stage, path: str | None) -> None:
    hint = stage.panel.live_rate.placeholderText()
    stage.document.load(replace(LENET, uid="first"), None)
    trained(stage)
    stage.panel.curves.plots[LOSS].show_x(0.0, 1.0)
    second = replace(LENET, uid="second")
    stage.document.load(second, stage.folder / path if path else None)
    stage.qtbot.wait(300)
    assert stage.panel.status.bar.text() == "Not started"
    assert not stage.panel.status.facts.isVisible()
    assert stage.panel.runs.topLevelItemCount() == 0
    assert points(stage, LOSS) == {}
    assert stage.panel.curves.plots[LOSS].follows
    assert stage.enabled() == {"train"}
    assert stage.panel.control.folder is None
    stage.press("train")
    assert stage.panel.live_rate.text() == ""
    assert stage.panel.live_rate.placeholderText() == hint


def test_another_project_shows_its_own_runs(stage: Stage) -> None:
    trained(stage)
    made(stage.folder / "runs" / "other.old")
    stage.document.load(LENET, stage.folder / "other.json")
    until(stage, lambda: [run.name for run in stage.panel.runs.shown()] == ["other.old"])
    assert stage.panel.runs.topLevelItemCount() == 1


def test_a_run_before_keeps_no_hint_of_its_learning_rate_for_the_next(stage: Stage) -> None:
    hint = stage.panel.live_rate.placeholderText()
    trained(stage)
    stage.press("train")
    assert stage.panel.live_rate.placeholderText() == hint


def test_the_first_save_keeps_the_runs(stage: Stage) -> None:
    project = replace(LENET, uid="first")
    stage.document.load(project, None)
    folder = trained(stage)
    stage.document.mark_saved(project, stage.folder / "mine.json")
    type_in(stage, "epochs", "7")
    stage.qtbot.wait(300)
    assert stage.panel.runs.shown() == [folder]
    assert points(stage, LOSS) == {"training": 20, "validation": 2}
    assert stage.panel.status.bar.text() == "Finished · 100%"


def test_a_renamed_run_of_a_project_without_a_file_stays_in_the_list(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.document.load(replace(LENET, uid="first"), None)
    folder = trained(stage)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("good", True))
    stage.panel.runs.ask_rename(read_run(folder))
    until(stage, lambda: [f.name for f in stage.panel.runs.shown()] == ["untitled.good"])
    stage.qtbot.wait(300)
    assert [f.name for f in stage.panel.runs.shown()] == ["untitled.good"]
    assert points(stage, LOSS) == {"training": 20, "validation": 2}


def test_a_project_without_a_file_finds_its_run_at_the_next_start(
    qtbot: QtBot, tmp_path: Path
) -> None:
    made(next_folder(None))
    stage = staged(qtbot, tmp_path, LENET, named=False)
    listed(stage, 1)
    stage.panel.close_reader()


def test_restored_work_without_a_file_finds_its_run(stage: Stage) -> None:
    project = replace(LENET, uid="first")
    made(next_folder(None), project)
    stage.document.load(replace(LENET, uid="second"), None)
    stage.qtbot.wait(300)
    assert stage.panel.runs.topLevelItemCount() == 0
    stage.document.load(project, None, saved=False)
    listed(stage, 1)


def test_what_was_said_of_a_field_is_gone_with_its_project(stage: Stage) -> None:
    type_in(stage, "learning_rate", "quick").clearFocus()
    stage.document.load(LENET, None)
    assert not stage.panel.form.rows["learning_rate"].problem.isVisible()
    assert line(stage, "learning_rate").text() == str(param(LENET, "Update", "learning_rate"))

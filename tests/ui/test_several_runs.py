"""Runs beside each other in the training panel: this window's, another shell's, and lost ones."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from studio.model.messages import OpenRun, Pause, RunState, SetLearningRate, State, Stop, Train
from studio.model.run_layout import RunLayout
from studio.model.run_owner import RunOwner
from studio.ui.training.run_list import STATE
from tests.ui.test_training import LENET, Stage, listed, made, staged, until


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    stage = staged(qtbot, tmp_path, LENET)
    yield stage
    stage.panel.close_reader()


def started(stage: Stage, second: int) -> Path:
    """The folder of a run that trains in this window."""
    stage.panel.control.clock = lambda: datetime(2026, 5, 4, 12, 0, second)
    stage.press("train")
    message = stage.trainer.heard[-1]
    assert isinstance(message, Train)
    made(message.folder, LENET)
    (message.folder / "state.json").write_text('{"state": "training"}')
    tell(stage, message.folder, "training", 0)
    return message.folder


def tell(stage: Stage, folder: Path, state: State, done: int) -> None:
    stage.trainer.run_state.emit(RunState(folder, state, done, 100, 2.0, 3.0, "cpu", epochs=5))


def row(stage: Stage, folder: Path) -> QTreeWidgetItem:
    runs = stage.panel.runs
    found = (runs.topLevelItem(i) for i in range(runs.topLevelItemCount()))
    return next(i for i in found if i and i.data(0, Qt.ItemDataRole.UserRole) == folder)


def click(stage: Stage, folder: Path) -> None:
    runs = stage.panel.runs
    place = runs.visualItemRect(row(stage, folder)).center()
    stage.qtbot.mouseClick(runs.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_two_train_and_the_selected_one_is_steered(stage: Stage) -> None:
    first, second = started(stage, 1), started(stage, 2)
    tell(stage, first, "training", 25)
    tell(stage, second, "training", 50)
    assert [row(stage, run).text(STATE) for run in (first, second)] == ["25%", "50%"]
    assert set(stage.panel.runs.shown()) == {first, second}, "both are drawn"
    assert stage.panel.status.bar.value() == 500, "the new one is selected"
    stage.press("pause")
    assert stage.trainer.steered == [(second, Pause())]
    click(stage, first)
    assert stage.trainer.heard[-1] == OpenRun(first), "its networks are looked into"
    assert stage.panel.status.bar.value() == 250
    tell(stage, second, "paused", 51)
    assert row(stage, second).text(STATE) == "paused"
    assert stage.enabled() == {"train", "pause", "stop"}
    stage.qtbot.keyClicks(stage.panel.live_rate, "1e-4")
    stage.qtbot.keyClick(stage.panel.live_rate, Qt.Key.Key_Return)
    stage.press("stop")
    assert stage.trainer.steered[1:] == [(first, SetLearningRate(1e-4)), (first, Stop())]


def test_one_that_dies_is_shown_as_gone_and_goes_on_beside_the_other(stage: Stage) -> None:
    first, second = started(stage, 1), started(stage, 2)
    stage.trainer.trainer_gone.emit(second, "killed by signal 9")
    tell(stage, first, "training", 30)
    assert [row(stage, run).text(STATE) for run in (first, second)] == ["30%", "gone"]
    assert "stopped unexpectedly" in stage.panel.status.message.text()
    assert stage.enabled() == {"train", "resume"}
    stage.press("resume")
    message = stage.trainer.heard[-1]
    assert isinstance(message, Train)
    assert (message.folder, message.resume) == (second, True)


def test_no_second_run_starts_before_the_first_has_a_folder(stage: Stage) -> None:
    stage.press("train")
    assert "train" not in stage.enabled()
    assert "wait" in stage.panel.run_actions["train"].toolTip()


def elsewhere(folder: Path, state: str = "training", done: int = 40) -> RunOwner:
    """A run that another process trains."""
    made(folder)
    fields = {"state": state, "done": done, "total": 100, "seconds": 4, "epochs": 5}
    (folder / "state.json").write_text(json.dumps(fields))
    owner = RunOwner(RunLayout(folder))
    owner.sign()
    return owner


def test_a_run_of_another_shell_is_seen_and_steered(qtbot: QtBot, tmp_path: Path) -> None:
    made(tmp_path / "runs" / "net.old")
    folder = tmp_path / "runs" / "net.shell"
    owner = elsewhere(folder)
    stage = staged(qtbot, tmp_path, LENET)
    listed(stage, 2)
    assert stage.panel.control.folder == folder, "it is selected, as nothing else is"
    assert row(stage, folder).text(STATE) == "40%"
    assert f"on {platform.node()}" in stage.panel.status.message.text()
    assert stage.enabled() == {"train", "pause", "stop"}
    stage.press("pause")
    assert stage.trainer.steered == [(folder, Pause())]
    (folder / "state.json").write_text('{"state": "paused", "done": 41, "total": 100}')
    stage.qtbot.waitUntil(lambda: row(stage, folder).text(STATE) == "paused", timeout=1500)
    assert not stage.panel.control.busy, "closing the window does not ask about it"
    owner.release()
    until(stage, lambda: row(stage, folder).text(STATE) == "gone")
    assert stage.enabled() == {"train", "resume"}
    stage.panel.close_reader()


def test_a_run_that_is_over_says_how_it_ended(qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("stopped", "finished", "failed"):
        folder = made(tmp_path / "runs" / f"net.{name}")
        fields = {"state": name, "done": 40, "total": 100, "message": f"it {name}"}
        (folder / "state.json").write_text(json.dumps(fields))
    stage = staged(qtbot, tmp_path, LENET)
    listed(stage, 3)
    for name, words in (("stopped", "stopped"), ("finished", ""), ("failed", "failed")):
        click(stage, tmp_path / "runs" / f"net.{name}")
        assert row(stage, tmp_path / "runs" / f"net.{name}").text(STATE) == words
        assert stage.panel.status.message.text() == f"it {name}"
        assert "resume" in stage.enabled()
    stage.panel.close_reader()


def test_what_a_folder_said_before_the_end_is_older_than_the_trainers_word(stage: Stage) -> None:
    folder = started(stage, 1)
    tell(stage, folder, "finished", 100)
    assert row(stage, folder).text(STATE) == ""
    stage.qtbot.wait(50)
    assert row(stage, folder).text(STATE) in ("", "gone")


def test_leaving_a_project_leaves_its_runs(stage: Stage) -> None:
    started(stage, 1)
    stage.panel.control.alone = True
    stage.document.load(LENET, None)
    assert stage.trainer.left[-1] is True
    assert stage.panel.control.known.under_way == frozenset()
    assert stage.panel.runs.topLevelItemCount() == 0

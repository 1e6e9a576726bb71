"""The trainer process, spoken to as the window does."""

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from studio.model.messages import (
    LeaveProject,
    Look,
    Looked,
    OpenRun,
    Pause,
    Probes,
    ProjectLeft,
    Resume,
    RunState,
    SetLearningRate,
    Stop,
    Train,
    TrainerReady,
)
from studio.run import checkpoints
from studio.run.run_folder import RunFolder
from studio.run.training_runs import train
from studio.session.helper_process import HelperGone
from studio.session.trainer import Trainer
from tests.run.drawn import project

PATIENCE = 40.0
LONG = 2000
"""Epochs of a run that a test ends itself."""

T = TypeVar("T")


class Window:
    """The window's end: everything that came, in order."""

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.trainer = Trainer(self.inbox.put)

    def wait(self, kind: type[T], where: Callable[[T], bool] = lambda message: True) -> T:
        """The next message of a kind for which `where` holds."""
        deadline = time.monotonic() + PATIENCE
        while True:
            message: Any = self.inbox.get(timeout=max(0.01, deadline - time.monotonic()))
            if isinstance(message, kind) and where(message):
                return message

    def state(self, name: str) -> RunState:
        """The next state of that name."""
        found = self.wait(RunState, lambda message: message.state in (name, "failed"))
        assert found.state == name, found.message
        return found


@pytest.fixture(scope="module")
def shared() -> Iterator[Window]:
    window = Window()
    window.wait(TrainerReady)
    yield window
    window.trainer.close()


@pytest.fixture
def window(shared: Window) -> Window:
    while not shared.inbox.empty():
        shared.inbox.get()
    return shared


def test_commands_take_effect_at_once(window: Window, tmp_path: Path) -> None:
    send, folder = window.trainer.send, tmp_path / "run"
    send(Train(project(epochs=LONG), folder))
    assert window.state("preparing").folder == folder
    assert "Attention" in window.wait(Probes).networks["Net"]["layers.0.attention"]
    assert window.state("training").device == "cpu"
    moving = window.wait(RunState, lambda s: s.done > 5)
    assert moving.left is not None
    assert moving.memory > 0
    began = time.monotonic()
    send(Pause())
    paused = window.state("paused")
    assert time.monotonic() - began < 1
    assert checkpoints.read(folder / "checkpoints/last.pt")["done"] == paused.done
    send(Look(5, "Feature maps", "Net", "relu"))
    assert window.wait(Looked).figures
    send(SetLearningRate(1e-5))
    send(Resume())
    assert window.state("training").done == paused.done
    window.wait(RunState, lambda s: s.done > paused.done)
    send(Look(6, "Attention", "Net", "layers.1.attention"))
    assert window.wait(Looked).ticket == 6
    send(Stop())
    stopped = window.state("stopped")
    assert checkpoints.read(folder / "checkpoints/last.pt")["done"] == stopped.done
    rates = [m.values.get("rate/update") for m in RunFolder.open(folder).metrics()]
    assert 1e-3 in rates
    assert 1e-5 in rates
    send(Look(7, "Weights", "Net", "conv"))
    assert window.wait(Looked).figures


def test_states_come_at_most_five_times_a_second(window: Window, tmp_path: Path) -> None:
    window.trainer.send(Train(project(epochs=LONG), tmp_path / "run"))
    window.state("training")
    times = []
    for _ in range(6):
        window.wait(RunState)
        times.append(time.monotonic())
    assert times[-1] - times[0] > 0.9
    window.trainer.send(Stop())
    window.state("stopped")


def test_killed_run_goes_on_exactly(tmp_path: Path) -> None:
    window, folder = Window(), tmp_path / "killed"
    try:
        window.wait(TrainerReady)
        window.trainer.send(Train(project(epochs=LONG), folder))
        window.wait(RunState, lambda s: s.done > 45)
        window.trainer.send(Pause())
        paused = window.state("paused")
        window.trainer.send(Resume())
        window.wait(RunState, lambda s: s.done > paused.done)
        window.trainer.kill()
        assert window.wait(HelperGone).reason
        window.wait(TrainerReady)
        window.trainer.send(Train(project(), folder, resume=True))
        again = window.state("training")
        assert again.done >= paused.done
        window.wait(RunState, lambda s: s.done > paused.done + 45 or s.state == "finished")
        window.trainer.send(Stop())
        stopped = window.state("stopped")
        assert stopped.done > 85
    finally:
        window.trainer.close()
    whole = tmp_path / "whole"
    train(project(epochs=stopped.done // 20 + 1), whole)
    ours = {m.step: m for m in RunFolder.open(folder).metrics() if m.split == "validation"}
    theirs = {m.step: m for m in RunFolder.open(whole).metrics() if m.split == "validation"}
    assert len(ours) >= (stopped.done - 1) // 20  # an epoch's last step may be the last of all
    for step, line in ours.items():
        assert line.values == theirs[step].values


def test_opens_a_finished_run_and_looks(window: Window, tmp_path: Path) -> None:
    train(project(epochs=1), tmp_path / "run")
    window.trainer.send(OpenRun(tmp_path / "run"))
    assert window.wait(Probes).takes == "image"
    window.trainer.send(Look(1, "Confusion matrix", "Net", part="test"))
    assert window.wait(Looked).figures


def test_a_project_that_is_left_ends_its_run_and_takes_its_networks_along(
    window: Window, tmp_path: Path
) -> None:
    send, folder = window.trainer.send, tmp_path / "run"
    send(Train(project(epochs=LONG), folder))
    window.state("training")
    send(LeaveProject())
    window.state("stopped")
    window.wait(ProjectLeft)
    assert (folder / "checkpoints/last.pt").is_file()
    send(Look(1, "Weights", "Net", "conv"))
    assert "no network" in window.wait(Looked).error


def test_what_cannot_start_says_why(window: Window, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for message in (Train(project(), tmp_path / "mine"), OpenRun(tmp_path / "none")):
        window.trainer.send(message)
        failed = window.state("failed")
        assert failed.message
        assert "\n" not in failed.message
    assert not list((tmp_path / "mine").iterdir())


def test_a_new_run_ends_the_one_under_way(window: Window, tmp_path: Path) -> None:
    window.trainer.send(Train(project(epochs=LONG), tmp_path / "first"))
    window.state("training")
    window.trainer.send(Train(project(epochs=1), tmp_path / "second"))
    assert window.state("stopped").folder == tmp_path / "first"
    assert window.state("finished").folder == tmp_path / "second"

"""Trainer processes, spoken to as the window does."""

import queue
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from studio.model.messages import (
    Look,
    Looked,
    NotOpened,
    OpenRun,
    Pause,
    Probes,
    Resume,
    RunState,
    SetLearningRate,
    Stop,
    Train,
    TrainerReady,
)
from studio.model.project import Project
from studio.model.run_inbox import post
from studio.model.run_layout import RunLayout, read_state
from studio.model.run_owner import owner_of
from studio.run.run_folder import RunFolder
from studio.run.training_runs import train
from studio.session.trainers import NotAsked, TrainerGone, Trainers
from tests.run.drawn import parsed, project
from tests.run.saved import saved

PATIENCE = 40.0
LONG = 2000
"""Epochs of a run that a test ends itself."""

T = TypeVar("T")


class Window:
    """The window's end: everything that came, in order."""

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.trainers = Trainers(self.inbox.put)

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
    window.trainers.close()


@pytest.fixture
def window(shared: Window) -> Window:
    while not shared.inbox.empty():
        shared.inbox.get()
    return shared


def test_commands_take_effect_at_once(window: Window, tmp_path: Path) -> None:
    send, folder = window.trainers.send, tmp_path / "run"
    steer = partial(window.trainers.steer, folder)
    send(Train(project(epochs=LONG), folder))
    assert window.state("preparing").folder == folder
    assert "Attention" in window.wait(Probes).networks["Net"]["layers.0.attention"]
    assert window.state("training").device == "cpu"
    moving = window.wait(RunState, lambda s: s.done > 5)
    assert moving.left is not None
    assert moving.memory > 0
    began = time.monotonic()
    steer(Pause())
    paused = window.state("paused")
    assert time.monotonic() - began < 1
    assert saved(folder)["done"] == paused.done
    send(Look(5, "Feature maps", "Net", "relu"))
    assert window.wait(Looked).figures
    steer(SetLearningRate(1e-5))
    steer(Resume())
    assert window.state("training").done == paused.done
    window.wait(RunState, lambda s: s.done > paused.done)
    send(Look(6, "Attention", "Net", "layers.1.attention"))
    assert window.wait(Looked).ticket == 6
    steer(Stop())
    stopped = window.state("stopped")
    assert saved(folder)["done"] == stopped.done
    rates = [m.values.get("rate/update") for m in RunFolder.open(folder).metrics()]
    assert 1e-3 in rates
    assert 1e-5 in rates
    send(Look(7, "Weights", "Net", "conv"))
    assert window.wait(Looked).figures


def test_states_come_at_most_five_times_a_second(window: Window, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    window.trainers.send(Train(project(epochs=LONG), folder))
    window.state("training")
    times = []
    for _ in range(6):
        window.wait(RunState)
        times.append(time.monotonic())
    assert times[-1] - times[0] > 0.9
    window.trainers.steer(folder, Stop())
    window.state("stopped")


def test_killed_run_goes_on_exactly(window: Window, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    window.trainers.send(Train(project(epochs=LONG), folder))
    window.wait(RunState, lambda s: s.done > 45)
    window.trainers.steer(folder, Pause())
    paused = window.state("paused")
    window.trainers.steer(folder, Resume())
    window.wait(RunState, lambda s: s.done > paused.done)
    window.trainers.kill(folder)
    assert window.wait(TrainerGone).folder == folder
    window.trainers.send(Train(project(), folder, resume=True))
    again = window.state("training")
    assert again.done >= paused.done
    window.wait(RunState, lambda s: s.done > paused.done + 45 or s.state == "finished")
    window.trainers.steer(folder, Stop())
    stopped = window.state("stopped")
    assert stopped.done > 85
    whole = tmp_path / "whole"
    train(project(epochs=stopped.done // 20 + 1), whole)
    ours = {m.step: m for m in RunFolder.open(folder).metrics() if m.split == "validation"}
    theirs = {m.step: m for m in RunFolder.open(whole).metrics() if m.split == "validation"}
    assert len(ours) >= (stopped.done - 1) // 20  # an epoch's last step may be the last of all
    for step, line in ours.items():
        assert line.values == theirs[step].values


def test_opens_a_finished_run_and_looks(window: Window, tmp_path: Path) -> None:
    train(project(epochs=1), tmp_path / "run")
    window.trainers.send(OpenRun(tmp_path / "run"))
    assert window.wait(Probes).takes == "image"
    window.trainers.send(Look(1, "Confusion matrix", "Net", part="test"))
    assert window.wait(Looked).figures


def test_what_cannot_start_says_why(window: Window, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    window.trainers.send(Train(project(), tmp_path / "mine"))
    window.trainers.send(OpenRun(tmp_path / "none"))
    for reason in (window.state("failed").message, window.wait(NotOpened).reason):
        assert reason
        assert "\n" not in reason
    window.trainers.steer(tmp_path / "none", Stop())
    assert "takes no messages" in window.wait(NotAsked).reason
    assert not list((tmp_path / "mine").iterdir())


def losses(folder: Path) -> dict[int, float]:
    lines = RunFolder.open(folder).metrics()
    return {m.step: m.values["loss/update"] for m in lines if m.split == "validation"}


def test_two_train_beside_each_other_and_one_is_killed(window: Window, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    window.trainers.send(Train(project(epochs=LONG), one))
    window.wait(RunState, lambda s: s.folder == one and s.done > 5)
    window.trainers.send(Train(project(epochs=LONG, seed=7), two))
    assert window.wait(Probes).folder == two, "the new one is looked into"
    window.wait(RunState, lambda s: s.folder == two and s.done > 5)
    window.trainers.send(OpenRun(one))
    assert window.wait(Probes).folder == one, "its trainer has the networks at hand"
    window.trainers.send(Look(1, "Weights", "Net", "conv"))
    assert window.wait(Looked).figures
    window.trainers.kill(two)
    assert window.wait(TrainerGone).folder == two
    gone = window.wait(RunState).done
    window.wait(RunState, lambda s: s.folder == one and s.done > gone + 45)
    window.trainers.steer(one, Stop())
    stopped = window.state("stopped")
    train(project(epochs=stopped.done // 20 + 1), tmp_path / "alone")
    alone = losses(tmp_path / "alone")
    assert len(losses(one)) > 2
    assert losses(one).items() <= alone.items()
    window.trainers.send(Train(project(epochs=LONG, seed=7), two, resume=True))
    window.wait(RunState, lambda s: s.folder == two and s.state == "training")
    window.trainers.steer(two, Stop())
    window.state("stopped")


def letters(path: Path) -> Project:
    """The smallest of language models."""
    path.write_text("to be or not to be " * 200)
    network = {
        "kind": "network",
        "nodes": {
            "tokens": {"type": "Input", "params": {"shape": ["N", "T=8"], "dtype": "int64"}},
            "embedding": {
                "type": "Embedding",
                "params": {"num_embeddings": 128, "embedding_dim": 8},
            },
            "head": {"type": "Linear", "params": {"out_features": 128}},
            "logits": {"type": "Output"},
        },
        "wires": [
            "tokens.output -> embedding.input",
            "embedding.output -> head.input",
            "head.output -> logits.input",
        ],
    }
    training = {
        "kind": "training",
        "nodes": {
            "text": {"type": "TextData", "params": {"path": str(path)}},
            "net": {"type": "Network", "params": {"network": "Net"}},
            "cost": {"type": "CrossEntropy"},
            "update": {"type": "Update"},
        },
        "wires": [
            "text.tokens -> net.tokens",
            "net.logits -> cost.logits",
            "text.target -> cost.target",
            "cost.loss -> update.loss",
        ],
    }
    settings = {"epochs": LONG, "device": "cpu"}
    boards = {"Net": network, "Train": training}
    return parsed({"netloom": 1, "settings": settings, "boards": boards})


def test_a_training_does_not_wait_for_what_takes_long(window: Window, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    window.trainers.send(Train(letters(tmp_path / "text.txt"), folder))
    probes = window.wait(Probes)
    assert probes.slow == {"Write"}
    window.wait(RunState, lambda s: s.done > 5)
    steer = partial(window.trainers.steer, folder)
    steer(Pause())
    window.state("paused")
    trainer = psutil.Process(read_state(RunLayout(folder)).pid)
    trainer.suspend()
    try:
        window.trainers.send(Look(1, "Write", "Net", value="to b", options={"length": 5}))
        answer = window.wait(Looked)
    finally:
        trainer.resume()
    assert answer.figures, answer.error
    window.trainers.send(Look(2, "Weights", "Net", "head"))
    assert window.wait(Looked).figures
    steer(Stop())
    window.state("stopped")
    window.trainers.send(Look(3, "Write", "Net", value="to b", options={"length": 5}))
    assert window.wait(Looked).figures


@pytest.mark.parametrize("alone", [True, False])
def test_a_run_that_is_left_goes_on_or_stops_as_was_wished(
    window: Window, tmp_path: Path, alone: bool
) -> None:
    folder = tmp_path / "run"
    window.trainers.send(Train(project(epochs=LONG), folder))
    window.wait(RunState, lambda s: s.done > 5)
    layout = RunLayout(folder)
    pid = read_state(layout).pid
    window.trainers.leave(alone)
    if alone:
        done = read_state(layout).done
        until(lambda: read_state(layout).done > done)
        assert owner_of(layout) is not None
        post(layout, Stop())
    until(lambda: owner_of(layout) is None)
    assert read_state(layout).state == "stopped"
    until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")


def until(fits: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not fits():
        assert time.monotonic() < deadline
        time.sleep(0.02)

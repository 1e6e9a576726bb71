"""Two trainings at once, one of them killed: what the other notices."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor

from studio.model.messages import RunState, Train, TrainerReady
from studio.model.project import Project
from studio.model.project_file import load
from studio.model.run_layout import RunLayout, read_metrics
from studio.run import checkpoints
from studio.session.trainers import FromTrainers, TrainerGone, Trainers
from tests.bench.table import Row

LENET = Path(__file__).parents[2] / "projects" / "lenet.json"
EPOCHS = 50

KILLED_AFTER = EPOCHS // 2
"""Epochs after which the other training is killed."""

PATIENCE = 120.0
"""Seconds after which a training counts as hanging."""


def rows() -> Iterator[Row]:
    """LeNet beside another LeNet until that is killed, then the same by itself: each in a process
    of its own with one thread, as a window starts them."""
    drawn = load(LENET)
    project = replace(drawn, settings=replace(drawn.settings, device="cpu", epochs=EPOCHS))
    with _one_thread(), tempfile.TemporaryDirectory(prefix="netloom-bench-") as folder:
        beside, alone = Path(folder) / "beside", Path(folder) / "alone"
        _trained(project, beside, Path(folder) / "killed")
        _trained(project, alone)
        before, after = _steps(beside, 0, KILLED_AFTER), _steps(beside, KILLED_AFTER, EPOCHS)
        by_itself = _steps(alone, 0, EPOCHS)
        values, weights = _evaluations(alone), _weights(alone)
        differing = _differing(_evaluations(beside), values)
        differing += _differing(_weights(beside), weights)
    middle = statistics.median(before)
    low, _, high = statistics.quantiles([step / middle for step in after])
    yield Row(
        "LeNet step after the training beside it was killed / before",
        statistics.median(after) / middle,
        1.05,
        note=f"half of all from {low:.2f} to {high:.2f}; before / by itself "
        f"{middle / statistics.median(by_itself):.2f}",
    )
    yield Row(
        "what it evaluates and learns: how much is another than by itself",
        differing,
        0,
        "",
        f"of {len(values)} values and {len(weights)} tensors, to the last bit",
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started meanwhile compute on one thread."""
    name, before = "OMP_NUM_THREADS", os.environ.get("OMP_NUM_THREADS")
    os.environ[name] = "1"
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


def _trained(project: Project, folder: Path, killed: Path | None = None) -> None:
    """Train; where another folder is named, beside a training there that is killed midway."""
    heard: list[FromTrainers] = []
    trainers = Trainers(heard.append)

    def until(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, heard[-3:]
            time.sleep(0.02)

    def states(of: Path) -> list[RunState]:
        return [m for m in heard if isinstance(m, RunState) and m.folder == of]

    until(lambda: any(isinstance(message, TrainerReady) for message in heard))
    if killed is not None:
        other = replace(project, settings=replace(project.settings, seed=7, epochs=1000))
        trainers.send(Train(other, killed))
        until(lambda: any(state.done for state in states(killed)))
    trainers.send(Train(project, folder))
    if killed is not None:
        half = KILLED_AFTER / EPOCHS
        until(lambda: any(state.done > half * state.total > 0 for state in states(folder)))
        trainers.kill(killed)
        until(lambda: any(isinstance(message, TrainerGone) for message in heard))
    until(lambda: any(state.state in ("finished", "failed") for state in states(folder)))
    trainers.close()
    assert states(folder)[-1].state == "finished", states(folder)[-1].message


def _steps(folder: Path, start: int, end: int) -> list[float]:
    """Seconds of a step between two lines of training, from an epoch to another."""
    return [
        (line.seconds - before.seconds) / (line.step - before.step)
        for before, line in pairwise(read_metrics(RunLayout(folder)))
        if start < before.epoch and line.epoch < end
        if before.split == line.split == "training"
    ]


def _evaluations(folder: Path) -> dict[object, Tensor]:
    """What was measured after which step. Lines of training are means since the one before, and
    when those are written follows the clock."""
    return {
        (line.split, line.step, name): torch.tensor(value, dtype=torch.double)
        for line in read_metrics(RunLayout(folder))
        if line.split != "training"
        for name, value in line.values.items()
    }


def _weights(folder: Path) -> dict[object, Tensor]:
    """The last weights."""
    found: dict[object, Tensor]
    found = checkpoints.read(RunLayout(folder), "last")[1]["networks"]["LeNet"]
    return found


def _differing(ours: Mapping[object, Tensor], theirs: Mapping[object, Tensor]) -> int:
    """How many are missing or not the same to the last bit."""
    both = ours.keys() & theirs.keys()
    return len(ours.keys() ^ theirs.keys()) + sum(
        not torch.equal(ours[key], theirs[key]) for key in both
    )

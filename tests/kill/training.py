"""A headless run that is killed, resumed, killed again: it ends as if nothing had happened."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch

from studio.model.files import FileError
from studio.model.project_identity import ProjectIdentity
from studio.model.run_layout import RunLayout
from studio.run import checkpoints
from studio.run.loaded_project import load_run
from studio.run.run_folder import RunFolder
from studio.session.runs import read_run, runs_of
from tests.kill.process import PATIENCE, ROOT, start, until
from tests.kill.table import Row

EPOCHS = {"mlp": 500, "lenet": 14, "gpt": 4}
"""Some seconds of training each."""

MOST_LOST = 10.0
"""Seconds of work that may be lost."""

ONCE_MORE = 0.5
"""How likely a resumed run is killed again."""

BUSY = 0.7
"""How likely that is only once it trains, not while it starts."""

LONG = "gpt"
"""A project whose epochs are longer than what may be lost."""


@dataclass
class Case:
    """A project, how its run ends when nobody kills it, and how long that takes."""

    path: Path
    name: str
    weights: dict[str, Any] = field(default_factory=dict)
    curve: list[Any] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def runs(self) -> Path:
        """Where its runs go."""
        return self.path.parent / "runs"


def rows(rounds: int, chance: random.Random, folder: Path) -> Iterator[Row]:
    """Kill runs of both projects."""
    for name in ("mlp", "lenet"):
        row = Row(f"a run of {name} is killed and resumed")
        case = undisturbed(name, folder)
        lost: list[float] = []
        for _ in range(rounds):
            lost += killed(case, chance, row)
        most = f"{max(lost):.1f} s of work lost at most" if lost else "never in time"
        row.note = f"{most}; the same weights, curve and test values as a run of its own"
        yield row
    yield long_epoch(max(1, rounds // 3), chance, folder)


def long_epoch(rounds: int, chance: random.Random, folder: Path) -> Row:
    """Kill runs whose checkpoints fall between the ends of two epochs."""
    row, lost = Row(f"a run of {LONG} is killed within an epoch"), [0.0]
    case = copied(LONG, folder)
    for _ in range(rounds):
        process, run = started(case)
        time.sleep(chance.uniform(MOST_LOST / 2, MOST_LOST * 2.5))
        process.kill()
        process.communicate()
        row.times += 1
        lost.append(lost_now(run, row))
        examine(case, run, row)
    row.note = f"{max(lost):.1f} s of work lost at most"
    return row


def undisturbed(name: str, folder: Path) -> Case:
    """The run that all others are to equal."""
    case = copied(name, folder)
    summary = finish(train(case))
    run = Path(summary["run"])
    case.weights, case.curve = networks(run), validation(run)
    case.values, case.seconds = summary["metrics"], summary["seconds"]
    return case


def copied(name: str, folder: Path) -> Case:
    """A project of the gallery in a folder of its own."""
    case = Case(folder / name / f"{name}.json", name)
    case.runs.mkdir(parents=True)
    case.path.write_bytes((ROOT / "projects" / f"{name}.json").read_bytes())
    return case


def train(case: Case, resume: Path | None = None) -> subprocess.Popen[str]:
    """Start a run, or go on with one."""
    command = ("-m", "studio.cli", "train", case.path, "--json")
    if resume is not None:
        return start(*command, "--resume", resume)
    options = ("--epochs", EPOCHS[case.name], "--device", "cpu", "--runs", case.runs)
    return start(*command, *options)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a run says at its end."""
    out, error = process.communicate(timeout=PATIENCE)
    if process.returncode:
        raise RuntimeError(f"code {process.returncode}: {error.strip()[-400:]}")
    summary: dict[str, Any] = json.loads(out)
    return summary


def networks(run: Path) -> dict[str, Any]:
    """The weights at the end."""
    found: dict[str, Any] = checkpoints.read(RunLayout(run), "last")[1]["networks"]
    return found


def validation(run: Path) -> list[Any]:
    """Steps and values of the validation curve, in the order of the file."""
    lines = RunFolder.open(run).metrics()
    return [(line.step, line.values) for line in lines if line.split == "validation"]


def killed(case: Case, chance: random.Random, row: Row) -> list[float]:
    """Kill one run, perhaps more than once, and finish it; seconds lost each time."""
    process, run = started(case)
    lost: list[float] = []
    while True:
        time.sleep(chance.uniform(0, case.seconds))
        process.kill()
        process.communicate()
        row.times += 1
        lost.append(lost_now(run, row))
        if not examine(case, run, row):
            return lost
        process = train(case, run)
        if chance.random() > ONCE_MORE:
            break
        if chance.random() < BUSY:
            until(partial(under_way, run, process))
    compare(case, run, process, row)
    return lost


def started(case: Case) -> tuple[subprocess.Popen[str], Path]:
    """A new run and its folder, as soon as that is there."""
    before = set(case.runs.iterdir())
    process = train(case)
    until(lambda: bool(made(case, before)) or process.poll() is not None)
    found = made(case, before)
    if not found:
        process.kill()
        raise RuntimeError(f"no run folder came: {process.communicate()[1].strip()[-400:]}")
    return process, next(iter(found))


def made(case: Case, before: set[Path]) -> set[Path]:
    """Run folders that are new; hidden ones are not run folders yet."""
    return {path for path in case.runs.iterdir() if path.name[0] != "."} - before


def owner(run: Path) -> int:
    """The process that wrote the state of a run last."""
    try:
        found = json.loads((run / "state.json").read_bytes())
    except OSError:  # it comes a moment after the folder
        return 0
    return int(found["pid"])


def under_way(run: Path, process: subprocess.Popen[str]) -> bool:
    """Whether a process trains by now, or has ended."""
    return owner(run) == process.pid or process.poll() is not None


def lost_now(run: Path, row: Row) -> float:
    """Seconds of work since the last checkpoint of a run that was killed just now."""
    last = RunLayout(run).last
    if read_run(run).saved.state in ("", "finished") or not last.exists():
        return 0.0
    seconds = time.time() - last.stat().st_mtime
    row.expect(seconds <= MOST_LOST + 1, f"{seconds:.1f} s of work were lost")
    return seconds


def examine(case: Case, run: Path, row: Row) -> bool:
    """What is left of a killed run; whether it can be resumed."""
    row.expect(
        run in [found.folder for found in runs_of(ProjectIdentity(case.path))],
        "the run is not listed",
    )
    try:
        steps = [line.step for line in RunFolder.open(run).metrics()]
        row.expect(steps == sorted(steps), "the metrics are out of order")
        if not read_run(run).resumable:
            row.expect(not steps, "there are metrics, but there is no checkpoint")
            return False
        load_run(run)
        load_run(run, weights="last")
    except (FileError, ValueError, KeyError, OSError) as error:
        row.wrong.append(f"{type(error).__name__}: {error}")
        return False
    return True


def compare(case: Case, run: Path, process: subprocess.Popen[str], row: Row) -> None:
    """Whether the resumed run ended like the undisturbed one."""
    try:
        summary = finish(process)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        process.kill()
        row.wrong.append(f"it could not be resumed: {error}")
        return
    ours = networks(run)
    same = all(
        torch.equal(weights[key], ours[name][key])
        for name, weights in case.weights.items()
        for key in weights
    )
    row.expect(same, f"other weights than the undisturbed run ({run.name})")
    row.expect(validation(run) == case.curve, "another validation curve")
    for part in ("validation", "test"):
        row.expect(summary["metrics"].get(part) == case.values.get(part), f"other {part} values")

"""Helper processes that die under their owner: it hears of it, and nothing is missing after."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from studio.compile.compiled import check
from studio.model.messages import (
    Checked,
    CheckerReady,
    NodesChecked,
    RunState,
    Train,
    TrainerReady,
)
from studio.model.project import Project
from studio.model.project_file import load
from studio.model.report import NodeReport
from studio.model.run_layout import RunLayout
from studio.run import checkpoints
from studio.session.checker import Checker
from studio.session.helper_process import HelperGone
from studio.session.trainers import TrainerGone, Trainers
from tests.kill.process import PATIENCE, ROOT
from tests.kill.table import Row

EPOCHS = 300


class Heard:
    """What a helper process said, with a way to wait for more."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self._came = threading.Condition()

    def __call__(self, message: object) -> None:
        with self._came:
            self.messages.append(message)
            self._came.notify_all()

    def until(self, fits: Callable[[Any], bool], start: int = 0) -> bool:
        """Wait for a message from place `start` on; whether it came."""
        with self._came:
            return self._came.wait_for(
                lambda: any(fits(message) for message in self.messages[start:]), PATIENCE
            )


def rows(rounds: int, chance: random.Random, folder: Path) -> Iterator[Row]:
    """Kill checkers and trainers."""
    yield checkers(rounds, chance)
    yield trainers(rounds, chance, folder)


# ---- checker -----------------------------------------------------------------------------------


def checkers(rounds: int, chance: random.Random) -> Row:
    """Kill a checker while projects are sent to it; the last one is answered in full."""
    row, heard, slowest = Row("a checker is killed while it checks"), Heard(), 0.0
    checker = Checker(heard)
    heard.until(lambda m: isinstance(m, CheckerReady))
    projects = [load(path) for path in sorted((ROOT / "projects").glob("*.json"))]
    for _ in range(rounds):
        place, began = len(heard.messages), time.monotonic()
        for _ in range(chance.randint(1, 4)):
            checker.check(chance.choice(projects))
            time.sleep(chance.uniform(0, 0.2))
        checker.kill()
        row.times += 1
        if chance.random() < 0.5:
            heard.until(lambda m: isinstance(m, HelperGone), place)
        last = chance.choice(projects)
        generation = checker.check(last)
        row.expect(
            heard.until(lambda m: isinstance(m, HelperGone), place), "HelperGone was not told"
        )
        answered = heard.until(partial(answers, generation), place)
        row.expect(answered, "the project was not checked again")
        row.expect(seen(heard, place, last), "other answers than a checker of its own gives")
        gone = sum(isinstance(m, HelperGone) for m in heard.messages[place:])
        row.expect(gone == 1, f"the checker died {gone} times of one kill")
        slowest = max(slowest, time.monotonic() - began)
    checker.close()
    row.note = f"answered again within {slowest:.1f} s; the same shapes and issues as afresh"
    return row


def answers(generation: int, message: object) -> bool:
    """Whether a message ends the check of a project, or of a later one."""
    return isinstance(message, Checked) and message.generation >= generation


def seen(heard: Heard, place: int, project: Project) -> bool:
    """Whether what came since the process was started again is what there is to say."""
    new = heard.messages[place:]
    ready = max((i for i, m in enumerate(new) if isinstance(m, CheckerReady)), default=0)
    reports: dict[str, dict[str, NodeReport]] = {}
    issues: Any = ()
    for message in new[ready:]:
        if isinstance(message, NodesChecked):
            board = reports.setdefault(message.board, {})
            board.update(message.reports)
            for id in message.gone:
                board.pop(id, None)
        elif isinstance(message, Checked):
            issues = message.issues
    fresh = check(project)
    return issues == fresh.issues and all(
        reports.get(name, {}) == fresh.reports[name] for name in project.boards
    )


# ---- trainer -----------------------------------------------------------------------------------


def trainers(rounds: int, chance: random.Random, folder: Path) -> Row:
    """Kill a trainer while it trains; the run goes on in the next one."""
    row, heard = Row("a trainer is killed while it trains"), Heard()
    trainer = Trainers(heard)
    heard.until(lambda m: isinstance(m, TrainerReady))
    drawn = load(ROOT / "projects" / "mlp.json")
    project = replace(drawn, settings=replace(drawn.settings, epochs=EPOCHS, device="cpu"))
    trainer.send(Train(project, folder / "whole"))
    heard.until(finished)
    expected, seconds = (
        weights(folder / "whole"),
        next(filter(finished, heard.messages[::-1])).seconds,
    )
    for number in range(rounds):
        run, place = folder / f"run {number}", len(heard.messages)
        trainer.send(Train(project, run))
        heard.until(lambda m: isinstance(m, RunState) and m.state == "training", place)
        time.sleep(chance.uniform(0, seconds))
        place = len(heard.messages)
        trainer.kill(run)
        row.times += 1
        row.expect(
            heard.until(lambda m: isinstance(m, TrainerGone), place), "TrainerGone was not told"
        )
        trainer.send(Train(project, run, resume=True))
        row.expect(heard.until(over, place), "the run did not end")
        last = [m for m in heard.messages[place:] if over(m)][-1:]
        row.expect(bool(last) and finished(last[0]), f"it could not be resumed: {last}")
        row.expect(same(weights(run), expected), "other weights than a run that nobody killed")
    trainer.close()
    row.note = "told as gone, started again, resumed to the same weights"
    return row


def finished(message: object) -> bool:
    """Whether a run has come to its end."""
    return isinstance(message, RunState) and message.state == "finished"


def over(message: object) -> bool:
    """Whether a run has ended in any way."""
    ends = ("finished", "failed", "stopped")
    return isinstance(message, RunState) and message.state in ends


def weights(run: Path) -> dict[str, Any]:
    """The last weights of a run."""
    found: dict[str, Any] = checkpoints.read(RunLayout(run), "last")[1]["networks"]["MLP"]
    return found


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether weights are the same to the last bit."""
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)

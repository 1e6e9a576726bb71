"""What training steps are forecast to take, against what torch hands out in real ones.

`python -m tests.bench.step_memory` prints the table of the README; each project is measured in a
process of its own.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import lcm
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile, record_function

from studio.compile.analysing import Candidate, candidates
from studio.compile.compiled import check
from studio.compile.dry_training import NeedsNumbers, Rehearsal, Zeros
from studio.model.gallery import architectures, gallery, template
from studio.model.project import Project
from studio.model.quantities import in_bytes
from studio.run.loop.training import Loop

CPU = torch.device("cpu")

BATCHES = {
    "alexnet": 32,
    "dcgan": 32,
    "gpt2": 1,
    "lenet5": 256,
    "nature_dqn": 32,
    "resnet18": 8,
    "resnet50": 4,
    "transformer": 4,
    "unet": 1,
    "vgg16": 2,
    "vit_b16": 2,
}
"""Samples of a batch of well-known networks, which no data say."""

STEPS = "the measured steps"


@dataclass(frozen=True)
class Compared:
    """What a step of a training was said to hold, and what it held, in bytes."""

    board: str
    batch: int
    forecast: int
    measured: int

    @property
    def off(self) -> float:
        """By how much the forecast is wrong, as a share of what was measured."""
        return self.forecast / self.measured - 1


def compared(project: Project, batch: int = 0) -> Iterator[Compared]:
    """Each training of a project; in batches of this size, where it is given."""
    checking = check(project).checking
    for candidate in candidates(project, checking, set()):
        assert isinstance(candidate, Candidate)
        trial = candidate.rehearsal()
        plan = replace(trial.stage.plan, batch_size=batch or trial.batch)
        trial = replace(trial, stage=trial.stage._replace(plan=plan))
        try:
            step = trial.step(trial.batch, CPU)
        except NeedsNumbers:
            step = trial.step(trial.batch, CPU, earnest=True)
        yield Compared(candidate.name, trial.batch, step.memory.total, measured(trial))


def measured(trial: Rehearsal) -> int:
    """The most bytes that torch has handed out while a step runs of a training in which each
    update has moved, on the CPU; samples are not counted."""
    stage = trial.stage
    data = stage.data() if stage.data else Zeros(trial.fields, trial.batch, CPU)
    gc.collect()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        loop = Loop(stage.objective(trial.networks()), data, stage.plan, CPU)
        loop.set_modes()
        updates = stage.plan.updates.values()
        period = lcm(*(update.every * update.accumulate for update in updates))
        _steps(loop, period)
        if stage.plan.watch:
            loop.best = loop.weights()
        with record_function(STEPS):
            _steps(loop, period)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        seen.export_chrome_trace(str(path))
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    memory = [event for event in events if event.get("name") == "[memory]"]
    before = memory[0]["args"]["Total Allocated"] - memory[0]["args"]["Bytes"]
    (step,) = (e for e in events if e.get("name") == STEPS and e.get("ph") == "X")
    amounts = [
        event["args"]["Total Allocated"]
        for event in memory
        if step["ts"] <= event["ts"] <= step["ts"] + step["dur"]
    ]
    return int(max(amounts) - before)


def _steps(loop: Loop, count: int) -> None:
    for _ in range(count):
        loop.step(next(loop.batches()))
        loop.done += 1


def main() -> None:
    """Print the table, or the row of the project that is named."""
    if names := sys.argv[1:]:
        for name in names:
            for row in compared(template(name), BATCHES.get(name, 0)):
                cells = (name, row.board, f"{row.batch:,}", in_bytes(row.forecast))
                print(
                    f"| {' | '.join(cells)} | {in_bytes(row.measured)} | {row.off:+.1%} |",
                    flush=True,
                )
        return
    print("| project | training | batch | forecast | measured | off by |")
    print("| --- | --- | ---: | ---: | ---: | ---: |", flush=True)
    for name in (*gallery(), *architectures()):
        subprocess.run([sys.executable, "-m", "tests.bench.step_memory", name], check=True)


if __name__ == "__main__":
    main()

"""Training while another process needs a core."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import torch

from studio.model.messages import Stop
from studio.model.project_file import load
from studio.run.loop.training import Record
from studio.run.run_loop import Event
from studio.run.training_runs import train
from tests.bench.table import Row

LENET = Path(__file__).parents[2] / "projects" / "lenet.json"

QUIET = 6.0
"""Seconds before the other process starts."""

SETTLING = 4.0
"""Seconds after which the training must have found what serves it best."""

MEASURED = 8.0
ROUNDS = 2


def rows() -> Iterator[Row]:
    """LeNet on all threads, which are to follow the load, and on one."""
    threads = torch.get_num_threads()
    pairs = [(_step(threads), _step(1)) for _ in range(ROUNDS)]
    torch.set_num_threads(threads)
    yield Row(
        "LeNet step beside a process that gets busy / on one thread",
        statistics.median(ours / single for ours, single in pairs),
        1.2,
        note=f"{threads} threads at first",
    )


def _step(threads: int) -> float:
    """Seconds of a step once the other process is busy for a while."""
    torch.set_num_threads(threads)
    project = load(LENET)
    settings = replace(project.settings, device="cpu", epochs=100_000)
    inbox: SimpleQueue[object] = SimpleQueue()
    began = time.perf_counter()
    busy: list[subprocess.Popen[bytes]] = []
    seen: list[tuple[int, float]] = []

    def follow(event: Event) -> None:
        if not isinstance(event, Record) or event.split != "training":
            return
        passed = time.perf_counter() - began
        if passed > QUIET and not busy:
            busy.append(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
        if passed > QUIET + SETTLING:
            seen.append((event.step, event.seconds))
        if passed > QUIET + SETTLING + MEASURED:
            inbox.put(Stop())

    with tempfile.TemporaryDirectory(prefix="netloom-bench-") as folder:
        train(replace(project, settings=settings), Path(folder) / "run", False, follow, inbox)
    for process in busy:
        process.kill()
        process.wait()
    (first, start), (last, end) = seen[0], seen[-1]
    return (end - start) / (last - first)

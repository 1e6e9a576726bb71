"""How soon the window is there, and what it costs a training beside it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.table import Row

ROUNDS = 5
MEMORY = {"window": "idle window", "helpers": "idle helpers of a window"}
EPOCHS = 60
ROOT = Path(__file__).parents[2]


def rows() -> Iterator[Row]:
    """Start and training, each measured in processes of their own, in turns."""
    yield from _start()
    yield from _beside()


def _output(module: str, *arguments: object) -> str:
    """What a program beside this file prints, run by a person who never used Netloom."""
    base = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    with tempfile.TemporaryDirectory() as home:
        paths = {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
        environment = {"QT_QPA_PLATFORM": "offscreen", **base, **paths}
        command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment, check=True
        )
    return done.stdout


def _start() -> Iterator[Row]:
    found: dict[str, list[float]] = {name: [] for name in ("painted", "usable", *MEMORY)}
    for number in range(ROUNDS + 1):
        for line in _output("window_start", time.time()).splitlines():
            what, seconds = line.split()
            if number:  # the first start fills the caches of the disk
                found[what].append(float(seconds))
    yield Row("window painted, warm start", statistics.median(found["painted"]), 0.6, "s")
    yield Row("window usable, all panels there", statistics.median(found["usable"]), 1.5, "s")
    for name, title in MEMORY.items():
        yield Row(title, statistics.median(found[name]), None, "MB", note="memory of its own")


def _beside() -> Iterator[Row]:
    ratios = []
    for number in range(ROUNDS):
        order = ("window", "alone") if number % 2 else ("alone", "window")
        seconds = {arm: _trained(arm) for arm in order}
        ratios.append(seconds["window"] / seconds["alone"])
    yield Row(
        "LeNet training with the window open, curves moving / without",
        statistics.median(ratios),
        1.05,
        note=f"{EPOCHS} epochs, same trainer process",
    )


def _trained(arm: str) -> float:
    """Seconds of a whole training."""
    with tempfile.TemporaryDirectory() as folder:
        project, run = ROOT / "projects" / "lenet.json", Path(folder) / "run"
        printed = _output("whole_training", arm, EPOCHS, project, run)
    found = json.loads(printed.splitlines()[-1])
    assert found["state"] == "finished", found
    return float(found["seconds"])

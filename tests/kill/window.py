"""A window with unsaved work: the recovery file holds it, and the next start brings it back."""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from studio.model.files import FileError
from studio.model.project_file import load
from studio.ui.window import recovery_file
from tests.kill.process import ROOT, start, until
from tests.kill.table import Row

LATE = 2.0
"""Seconds after an edit by which it is to be kept."""

SLACK = 0.75
"""Seconds that writing may take on a busy machine."""


def rows(rounds: int, chance: random.Random, folder: Path) -> Iterator[Row]:
    """Kill windows while somebody works, and while work is restored."""
    edits, starts = Row("a window is killed with unsaved work"), Row("a window that restores it")
    os.environ["XDG_DATA_HOME"] = str(folder)
    path = folder / "net.json"
    path.write_bytes((ROOT / "projects" / "lenet.json").read_bytes())
    before, late = path.read_bytes(), 0.0
    for number in range(1, rounds + 1):
        late = max(late, worked(number, chance, path, edits))
        edits.expect(path.read_bytes() == before, "the person's own file was changed")
        restored(chance, path, starts)
        for left in recovery_file.leftovers():
            left.discard()
    edits.note = f"kept up to {late:.1f} s before the end; the person's own file untouched"
    starts.note = "offered and restored; also where that start was killed midway"
    yield edits
    yield starts


class Told:
    """Lines that a window prints, with the time until the last."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[list[str]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):
                self.lines.append(line.split())

    def kill(self) -> None:
        """Kill it and wait until what it started has ended too."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        until(lambda: not any(child.is_running() for child in children), 20)
        left = [child for child in children if child.is_running()]
        for child in left:
            child.kill()
        if left:
            raise RuntimeError(f"{len(left)} helper processes outlived their window")


def opened(path: Path, seed: int) -> Told:
    """Start a window with a home of its own."""
    home = {f"XDG_{name}_HOME": str(path.parent) for name in ("CONFIG", "CACHE", "STATE", "DATA")}
    process = start("-m", "tests.kill.editor", path, seed, **home, QT_QPA_PLATFORM="offscreen")
    return Told(process)


def worked(number: int, chance: random.Random, path: Path, row: Row) -> float:
    """Kill a window while somebody works in it; how old what was kept was."""
    told = opened(path, number)
    if not until(lambda: bool(told.lines)):
        told.kill()
        row.wrong.append("the window did not come")
        return 0.0
    time.sleep(chance.uniform(1, 12))
    end = time.time()
    told.kill()
    row.times += 1
    edits = [(int(line[0]), float(line[1])) for line in told.lines]
    due = [edit for edit, at in edits if at < end - LATE - SLACK]
    found = kept()
    if found is None:
        row.expect(not due, "there is no recovery file")
        return end - edits[0][1]
    row.expect(not due or found >= due[-1], f"edit {due[-1:]} is lost, {found} was kept")
    later = [at for edit, at in edits if edit > found and at < end]
    return end - later[0] if later else 0.0


def kept() -> int | None:
    """The number of the last edit in the newest recovery file."""
    left = next(recovery_file.leftovers(), None)
    try:
        return None if left is None else left.read().settings.seed
    except FileError:
        return -1


def restored(chance: random.Random, path: Path, row: Row) -> None:
    """Kill a window that is about to restore, then restore: the work is there all the time."""
    before = kept()
    if before is None:
        return
    told = opened(path, 0)
    time.sleep(chance.uniform(0.3, 3))
    told.kill()
    row.times += 1
    row.expect(kept() == before, "a start that was killed lost the work")
    told = opened(path, 0)
    came = until(lambda: bool(told.lines), 30)
    row.expect(came and told.lines[0] == ["restored", str(before)], f"restored: {told.lines}")
    told.kill()
    row.times += 1
    row.expect(kept() == before, "restored work was lost by a kill right after")
    row.expect(load(path).settings.seed == 0, "the person's own file was changed")

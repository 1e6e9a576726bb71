"""Runs whose window is killed: they go on or end as was chosen, and the next window steers them."""

from __future__ import annotations

import platform
import random
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from studio.model.project_file import load, save
from studio.model.run_layout import RunLayout, read_state
from studio.model.run_owner import OwnerNote, owner_of
from tests.kill.process import ROOT, start, until
from tests.kill.table import Row
from tests.kill.window import Told

STEERED = ("pause", "go_on", "stop")
"""What the next window does to a run that it finds under way."""


def rows(rounds: int, chance: random.Random, folder: Path) -> Iterator[Row]:
    """Kill windows whose runs are to go on, whose runs are to stop, and that steer another's."""
    path = folder / "net.json"
    drawn = load(ROOT / "projects" / "mlp.json")
    save(replace(drawn, settings=replace(drawn.settings, epochs=100_000, device="cpu")), path)
    on = Row("a window is killed, its run is to train on without it")
    off = Row("a window is killed, its run is to stop")
    shell = Row("a window is killed that steers another shell's run")
    for _ in range(max(1, rounds // 3)):
        trained_on(path, chance, on)
        stopped(path, chance, off)
        of_a_shell(path, chance, shell)
    on.note = "the next window sees, pauses, resumes and stops it"
    off.note = "saved to the step it stood at; the next window resumes it"
    shell.note = "trains on; a second owner is refused with host, process and time"
    yield from (on, off, shell)


def opened(path: Path, *given: str) -> Told:
    """A window with a home of its own, in which these buttons are pressed."""
    home = {f"XDG_{name}_HOME": str(path.parent) for name in ("CONFIG", "CACHE", "STATE", "DATA")}
    module = ("-m", "tests.kill.steersman")
    return Told(start(*module, path, *given, **home, QT_QPA_PLATFORM="offscreen"))


def killed(told: Told) -> None:
    """Kill the window alone; what it started is to see to itself."""
    told.process.kill()
    told.process.wait()


def said(told: Told, *line: str) -> bool:
    """Whether a window came to say something, given by the beginning of the line."""
    return until(lambda: any(tuple(found[: len(line)]) == line for found in list(told.lines)))


def begun(path: Path, way: str, chance: random.Random, row: Row) -> RunLayout | None:
    """The run of a window that was killed while it trained."""
    told = opened(path, way, "train")
    trains = said(told, "stands", "training")
    time.sleep(chance.uniform(0, 3))
    killed(told)
    row.times += 1
    row.expect(trains, f"no run came to train: {told.lines}")
    return RunLayout(Path(told.lines[0][1])) if trains else None


def grows(layout: RunLayout) -> bool:
    """Whether a run gets further."""
    before = read_state(layout).done
    return until(lambda: read_state(layout).done > before, 20)


def free(layout: RunLayout) -> bool:
    """Whether nobody comes to train there any more."""
    return until(lambda: owner_of(layout) is None, 20)


def trained_on(path: Path, chance: random.Random, row: Row) -> None:
    """Kill the window of a run that is to go on, and steer it from the next."""
    layout = begun(path, "alone", chance, row)
    if layout is None:
        return
    pid = read_state(layout).pid
    row.expect(grows(layout), "the run ended with its window")
    row.expect(read_state(layout).pid == pid, "another process trains it")
    told = opened(path, "alone", *STEERED)
    for line in (("stands", "training"), ("pause", str(layout.folder)), ("stands", "paused")):
        row.expect(said(told, *line), f"{line} did not come: {told.lines}")
    for line in (
        ("go_on", str(layout.folder)),
        ("stop", str(layout.folder)),
        ("stands", "stopped"),
    ):
        row.expect(said(told, *line), f"{line} did not come: {told.lines}")
    killed(told)
    row.expect(free(layout), "the run was stopped, but is still owned")


def stopped(path: Path, chance: random.Random, row: Row) -> None:
    """Kill the window of a run that is to stop, and go on with it in the next."""
    layout = begun(path, "here", chance, row)
    if layout is None:
        return
    row.expect(free(layout), "the run goes on without its window")
    state = read_state(layout)
    row.expect(state.state == "stopped", f"the run is {state.state}, not stopped")
    row.expect(layout.last.name.startswith(f"last-{state.done}."), f"{layout.last} is too old")
    told = opened(path, "here", "resume")
    row.expect(said(told, "stands", "training"), f"it was not resumed: {told.lines}")
    killed(told)
    row.expect(free(layout), "the resumed run goes on without its window")
    row.expect(read_state(layout).done >= state.done, "the resumed run lost steps")


def of_a_shell(path: Path, chance: random.Random, row: Row) -> None:
    """Kill a window that has steered the run of another shell; that run goes on."""
    before = set((path.parent / "runs").glob("[!.]*/state.json"))
    process = start("-m", "studio.cli", "train", path)
    found = partial(new_run, path, before)
    row.expect(until(lambda: found() is not None), "no run came of the command")
    folder = found()
    assert folder is not None
    layout = RunLayout(folder)
    told = opened(path, "here", "pause", "go_on")
    row.expect(said(told, "pause", str(folder)), f"it cannot be paused: {told.lines}")
    row.expect(said(told, "go_on", str(folder)), f"it did not pause: {told.lines}")
    row.expect(until(lambda: read_state(layout).state == "training"), "it did not go on")
    time.sleep(chance.uniform(0, 1))
    killed(told)
    row.times += 1
    row.expect(grows(layout), "another shell's run ended with a window")
    owner = owner_of(layout)
    row.expect(owner is not None and refused(path, layout, owner), "a second owner was not refused")
    process.kill()
    process.communicate()
    row.expect(free(layout), "its owner was killed, but it is still owned")


def new_run(path: Path, before: set[Path]) -> Path | None:
    """The run that has come since."""
    states = set((path.parent / "runs").glob("[!.]*/state.json")) - before
    return next((state.parent for state in states), None)


def refused(path: Path, layout: RunLayout, owner: OwnerNote) -> bool:
    """Whether another command is told who trains there: host, process and time."""
    process = start("-m", "studio.cli", "train", path, "--resume", layout.folder)
    try:
        _, error = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    parts = (f"process {owner.pid} on {platform.node()} since", owner.since[:10])
    return process.returncode == 1 and all(part in error for part in parts)

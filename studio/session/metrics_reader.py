"""Follows metrics files while they grow: a thread reads what is new and hands it on as arrays."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.model.project_identity import ProjectIdentity
from studio.model.run_layout import MetricsLine, RunLayout, metrics_lines
from studio.session.runs import Run, runs_of

Key: TypeAlias = tuple[str, str]
"""Split and name of a value: `("training", "loss/update")`."""

CHUNK = 16 * 1024
"""Bytes parsed in one go: short enough never to keep the window waiting for the interpreter."""

BATCH = 128
"""Chunks handed on together."""

BREATH = 0.0005
"""Seconds of rest after each chunk."""

LIST_EVERY = 2.0
"""Seconds between two looks for new run folders."""


@dataclass(frozen=True, slots=True)
class Points:
    """New points of one curve, in the order of the file."""

    steps: NDArray[np.float64]
    epochs: NDArray[np.float64]
    seconds: NDArray[np.float64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grown:
    """What is new in a run's metrics. With `anew`, everything before it is void."""

    folder: Path
    points: Mapping[Key, Points]
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """The runs of a project, newest first, as they were when the clock that never goes back
    stood `at` so many seconds."""

    project: ProjectIdentity
    runs: tuple[Run, ...]
    at: float = 0.0


@dataclass
class Tail:
    """One metrics file and how far it has been read; a line without its end is left for later."""

    path: Path
    offset: int = 0
    _rest: bytes = b""
    _file: int = 0
    """Which file it was, by the file system's number: a resumed run begins with another one."""

    def read(self, limit: int = CHUNK) -> tuple[list[MetricsLine], bool]:
        """The lines that are new, at most about `limit` bytes of them, and whether the file was
        cut or replaced, so that it starts anew."""
        try:
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                anew = bool(self.offset) and (
                    status.st_size < self.offset or status.st_ino != self._file
                )
                if anew:
                    self.offset, self._rest = 0, b""
                self._file = status.st_ino
                file.seek(self.offset)
                data = file.read(limit)
        except OSError:
            return [], False
        self.offset += len(data)
        whole, _, self._rest = (self._rest + data).rpartition(b"\n")
        return metrics_lines(whole), anew


def collect(lines: Iterable[MetricsLine]) -> dict[Key, Points]:
    """Lines of a metrics file as points, by split and name."""
    columns: dict[Key, tuple[list[float], list[float], list[float], list[float]]] = {}
    for line in lines:
        for name, value in line.values.items():
            column = columns.setdefault((line.split, name), ([], [], [], []))
            for part, entry in zip(
                column, (line.step, line.epoch, line.seconds, value), strict=True
            ):
                part.append(entry)
    return {
        key: Points(*(np.asarray(part, np.float64) for part in column))
        for key, column in columns.items()
    }


def joined(parts: Iterable[Mapping[Key, Points]]) -> dict[Key, Points]:
    """Points that came in several parts, in order."""
    found: dict[Key, list[Points]] = {}
    for part in parts:
        for key, points in part.items():
            found.setdefault(key, []).append(points)
    return {
        key: Points(
            np.concatenate([p.steps for p in some]),
            np.concatenate([p.epochs for p in some]),
            np.concatenate([p.seconds for p in some]),
            np.concatenate([p.values for p in some]),
        )
        for key, some in found.items()
    }


@dataclass
class _Wish:
    """What the reader is to do, set by its owner."""

    project: ProjectIdentity | None = None
    folders: tuple[Path, ...] = ()
    interval: float | None = None
    stamp: int = 0
    closed: bool = False
    tails: dict[Path, Tail] = field(default_factory=dict)


class MetricsReader:
    """A thread that lists the runs of a project and follows the metrics of some.

    `receive` is called on that thread with `Listed` and `Grown`.
    """

    def __init__(self, receive: Callable[[Listed | Grown], None]) -> None:
        self._receive = receive
        self._wish = _Wish()
        self._changed = threading.Condition()
        self._listed: tuple[Run, ...] | None = None
        self._next_list = 0.0
        self._thread = threading.Thread(target=self._work, name="metrics", daemon=True)
        self._thread.start()

    def follow(
        self, project: ProjectIdentity, folders: Iterable[Path], interval: float | None
    ) -> None:
        """Follow these runs every `interval` seconds; None: rest. What a run has given is not
        given again, unless it was left out in between."""
        with self._changed:
            wish, wanted = self._wish, tuple(folders)
            if (wish.project, wish.folders, wish.interval) == (project, wanted, interval):
                return
            if wish.project != project:
                self._listed, self._next_list = None, 0.0
            wish.project, wish.folders, wish.interval = project, wanted, interval
            wish.tails = {
                folder: wish.tails.get(folder) or Tail(RunLayout(folder).metrics)
                for folder in wanted
            }
            wish.stamp += 1
            self._changed.notify()

    def list_again(self) -> None:
        """Look for runs now."""
        with self._changed:
            self._listed, self._next_list = None, 0.0
            self._wish.stamp += 1
            self._changed.notify()

    def close(self) -> None:
        """End the thread; nothing is received any more."""
        with self._changed:
            self._wish.closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                wish, stamp = self._wish, self._wish.stamp
                tails = dict(wish.tails) if wish.interval is not None else {}
            if wish.interval is not None:
                self._list(wish.project)
                for folder, tail in tails.items():
                    self._follow(folder, tail, stamp)
            with self._changed:
                if not wish.closed and wish.stamp == stamp:
                    self._changed.wait(wish.interval)
                if wish.closed:
                    return

    def _list(self, project: ProjectIdentity | None) -> None:
        if project is None or time.monotonic() < self._next_list:
            return
        began = time.monotonic()
        self._next_list = began + LIST_EVERY
        runs = tuple(runs_of(project))
        if runs != self._listed:
            self._listed = runs
            self._receive(Listed(project, runs, began))

    def _follow(self, folder: Path, tail: Tail, stamp: int) -> None:
        """Hand on all that is new in one run, some chunks at a time."""
        anew, more = tail.offset == 0, True
        while more and self._wish.stamp == stamp and not self._wish.closed:
            parts: list[dict[Key, Points]] = []
            for _ in range(BATCH):
                before = tail.offset
                lines, cut = tail.read()
                if cut:
                    parts, anew = [], True
                parts.append(collect(lines))
                more = cut or tail.offset - before == CHUNK
                if not more:
                    break
                time.sleep(BREATH)
            points = joined(parts)
            if points or (anew and tail.offset):
                self._receive(Grown(folder, points, anew))
            anew = False

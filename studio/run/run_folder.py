"""Makes a run's folder and writes to it while it trains."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from studio.model.files import FileError, made_whole, write_atomically
from studio.model.plain_json import read_object, to_bytes
from studio.model.project import Project
from studio.model.project_file import load, save
from studio.model.run_inbox import RunCommand, drop, take
from studio.model.run_layout import (
    FORMAT,
    MARK,
    PATHS,
    MetricsLine,
    RunLayout,
    SavedState,
    SegmentLayout,
    read_environment,
    read_metrics,
    write_environment,
    write_state,
)
from studio.model.run_owner import RunOwner
from studio.run.loop.training import Record


class RunFolder:
    """A run folder that is there and was made by Netloom. Every write may raise FileError.

    Who trains in it owns it first, and closes it at the end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.layout = RunLayout(path)
        self._metrics: IO[str] | None = None
        self._owner: RunOwner | None = None

    @classmethod
    def create(
        cls,
        path: Path,
        project: Project,
        source: str,
        environment: Mapping[str, Any],
        data: Mapping[str, Any],
    ) -> RunFolder:
        """Make a new one, whole or not at all. Raises FileError."""
        if path.exists():
            raise FileError(f"{path} is there already; choose another folder for the run.")
        paths = "" if project.folder is None else _way(path, project.folder)
        with made_whole(path) as place:
            layout = RunLayout(place)
            layout.checkpoints.mkdir()
            _write_segment(layout, project, source, environment, data, 0)
            write_environment(layout, {**environment, PATHS: paths})
            layout.metrics.touch()
            layout.log.touch()
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """One that is there. Raises FileError where Netloom did not make it."""
        if not path.is_dir():
            raise FileError(f"There is no run folder {path}.")
        layout = RunLayout(path)
        version = read_environment(layout).get(MARK)
        if version is None:
            raise FileError(
                f"{path} is not a run that Netloom made ({layout.environment.name} does not say "
                "so); nothing there was changed."
            )
        if version not in range(1, FORMAT + 1):
            raise FileError(f"{path} was made by a newer Netloom; update Netloom to open it.")
        return cls(path)

    def project(self, segment: int | None = None) -> Project:
        """The project that is trained, or was in an earlier segment. Raises FileError."""
        paths = read_environment(self.layout).get(PATHS)
        if paths is None:  # an older run: paths began where the program was started
            folder: Path | None = Path.cwd()
        else:
            folder = (self.path.absolute() / str(paths)).resolve() if paths else None
        return replace(load(self.layout.segment(segment).project), folder=folder)

    def data(self, segment: int | None = None) -> Mapping[str, Any]:
        """What was kept of the data by stage; nothing of those of older runs."""
        return read_object(self.layout.segment(segment).data)

    def go_on(
        self,
        project: Project,
        source: str,
        environment: Mapping[str, Any],
        data: Mapping[str, Any],
        step: int,
    ) -> None:
        """Begin another segment at a step, with its own project, source and data."""
        known = read_environment(self.layout)
        if known.get(MARK) != FORMAT:
            write_environment(self.layout, known)
        _write_segment(self.layout, project, source, environment, data, step)

    def own(self) -> None:
        """Keep other trainers out, and drop what was asked of an earlier one. Raises FileError
        where one is at work here."""
        self._owner = RunOwner(self.layout)
        drop(self.layout)
        for parent in (self.layout.checkpoints, self.layout.segments):
            for left in parent.glob(".*"):  # what an earlier owner was at when it was killed
                shutil.rmtree(left, ignore_errors=True)
        self._owner.sign()

    def asked(self) -> list[RunCommand]:
        """What was asked of the owner since."""
        return take(self.layout)

    def append(self, record: Record) -> None:
        """Add a line to the metrics; `flush` makes it visible."""
        try:
            if self._metrics is None:
                self._metrics = self.layout.metrics.open("a", encoding="utf-8")
            epoch, seconds = round(record.epoch, 4), round(record.seconds, 4)
            line = MetricsLine(record.step, epoch, seconds, record.split, record.values)
            self._metrics.write(line.to_text())
        except OSError as error:
            raise self._failed(self.layout.metrics, error) from error

    def flush(self) -> None:
        """Make all metrics visible to readers."""
        try:
            if self._metrics is not None:
                self._metrics.flush()
        except OSError as error:
            raise self._failed(self.layout.metrics, error) from error

    def close(self) -> None:
        """Close the metrics file, and let others train here."""
        metrics, self._metrics = self._metrics, None
        try:
            if metrics is not None:
                metrics.close()
        except OSError as error:
            raise self._failed(self.layout.metrics, error) from error
        finally:
            if self._owner is not None:
                self._owner.release()

    def metrics(self) -> list[MetricsLine]:
        """All metrics so far. Raises FileError."""
        try:
            return read_metrics(self.layout)
        except OSError as error:
            problem = error.strerror or error
            raise FileError(f"{self.layout.metrics} cannot be read: {problem}.") from error

    def rewind(self, done: int, validated: float) -> None:
        """Forget metrics from after a checkpoint of `done` steps and `validated` epochs."""
        limits = {"training": done, "validation": done if validated else 0}
        kept = [
            line.to_text()
            for line in self.metrics()
            if line.step <= limits.get(line.split, -1)
            and (line.split == "training" or line.epoch <= validated)
        ]
        write_atomically(self.layout.metrics, "".join(kept).encode())

    def write_state(self, state: SavedState, lasting: bool = True) -> None:
        """Say where the run stands."""
        write_state(self.layout, replace(state, pid=os.getpid()), lasting)

    def log(self, text: str) -> None:
        """Add a line to the log, with the time."""
        try:
            with self.layout.log.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {text}\n")
        except OSError as error:
            raise self._failed(self.layout.log, error) from error

    @staticmethod
    def _failed(path: Path, error: OSError) -> FileError:
        return FileError(
            f"{path} could not be written: {error.strerror or error}. Make room there "
            "and go on from the last checkpoint."
        )


def _write_segment(
    layout: RunLayout,
    project: Project,
    source: str,
    environment: Mapping[str, Any],
    data: Mapping[str, Any],
    step: int,
) -> None:
    """Write the next segment, whole or not at all. Raises FileError."""
    with made_whole(layout.segment(layout.segment_number + 1).folder) as place:
        segment = SegmentLayout(place)
        save(project, segment.project)
        write_atomically(segment.source, source.encode())
        write_atomically(segment.data, json.dumps(data).encode())
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        write_atomically(segment.beginning, to_bytes({"step": step, "since": since, **environment}))


def _way(start: Path, end: Path) -> str:
    """The way from one folder to another, so that both can be moved together."""
    try:
        return os.path.relpath(end.absolute(), start.absolute())
    except ValueError:  # on another drive
        return str(end.absolute())

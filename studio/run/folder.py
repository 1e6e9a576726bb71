"""The folder of a run: project, source, metrics, state, environment, log."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from studio.model.files import FileError, write_atomically
from studio.model.project import Project
from studio.model.project_file import load, save
from studio.run.loop import Record

FORMAT = 1
"""Written to environment.json as `netloom_run`; by it a run folder is told from others."""

METRICS, STATE, ENVIRONMENT, LOG = "metrics.jsonl", "state.json", "environment.json", "log.txt"


class RunFolder:
    """A run folder that is there and was made by Netloom. Every write may raise FileError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._metrics: IO[str] | None = None

    @classmethod
    def create(
        cls, path: Path, project: Project, source: str, environment: Mapping[str, Any]
    ) -> RunFolder:
        """Make a new one, whole or not at all. Raises FileError."""
        if path.exists():
            raise FileError(f"{path} is there already; choose another folder for the run.")
        temporary: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
            (temporary / "checkpoints").mkdir()
            save(project, temporary / "project.json")
            write_atomically(temporary / "source.py", source.encode())
            marked = {"netloom_run": FORMAT, **environment}
            write_atomically(temporary / ENVIRONMENT, _json(marked))
            (temporary / METRICS).touch()
            (temporary / LOG).touch()
            temporary.chmod(0o755)
            temporary.rename(path)
        except OSError as error:
            raise FileError(
                f"The run folder {path} could not be made: {error.strerror or error}. Choose "
                "another place or make room there."
            ) from error
        finally:
            if temporary is not None and temporary.exists():
                shutil.rmtree(temporary, ignore_errors=True)
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """One that is there. Raises FileError where Netloom did not make it."""
        if not path.is_dir():
            raise FileError(f"There is no run folder {path}.")
        try:
            marked = json.loads((path / ENVIRONMENT).read_bytes())
            version = marked["netloom_run"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise FileError(
                f"{path} is not a run that Netloom made ({ENVIRONMENT} does not say so); "
                "nothing there was changed."
            ) from error
        if version != FORMAT:
            raise FileError(f"{path} was made by a newer Netloom; update Netloom to open it.")
        return cls(path)

    def project(self) -> Project:
        """The project that is trained. Raises FileError."""
        return load(self.path / "project.json")

    def replace_project(self, project: Project, source: str) -> None:
        """Write a project with other settings, and its source."""
        save(project, self.path / "project.json")
        write_atomically(self.path / "source.py", source.encode())

    def append(self, record: Record) -> None:
        """Add a line to the metrics; `flush` makes it visible."""
        try:
            if self._metrics is None:
                self._metrics = (self.path / METRICS).open("a", encoding="utf-8")
            fields = {
                "step": record.step,
                "epoch": round(record.epoch, 4),
                "seconds": round(record.seconds, 4),
                "split": record.split,
                "values": record.values,
            }
            self._metrics.write(json.dumps(fields) + "\n")
        except OSError as error:
            raise self._failed(METRICS, error) from error

    def flush(self) -> None:
        """Make all metrics visible to readers."""
        try:
            if self._metrics is not None:
                self._metrics.flush()
        except OSError as error:
            raise self._failed(METRICS, error) from error

    def close(self) -> None:
        """Close the metrics file."""
        metrics, self._metrics = self._metrics, None
        try:
            if metrics is not None:
                metrics.close()
        except OSError as error:
            raise self._failed(METRICS, error) from error

    def metrics(self) -> list[dict[str, Any]]:
        """All lines so far; one that was cut short by a crash, or is none of ours, is left out.
        Raises FileError."""
        try:
            text = (self.path / METRICS).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return []
        except OSError as error:
            problem = error.strerror or error
            raise FileError(f"{self.path / METRICS} cannot be read: {problem}.") from error
        return [line for line in map(_line, text.splitlines()) if line is not None]

    def rewind(self, done: int, validated: float) -> None:
        """Forget metrics from after a checkpoint of `done` steps and `validated` epochs."""
        limits = {"training": done, "validation": done if validated else 0}
        kept = [
            line
            for line in self.metrics()
            if line["step"] <= limits.get(line["split"], -1)
            and (line["split"] == "training" or line["epoch"] <= validated)
        ]
        text = "".join(json.dumps(line) + "\n" for line in kept)
        write_atomically(self.path / METRICS, text.encode())

    def write_state(self, fields: Mapping[str, Any]) -> None:
        """Say where the run stands."""
        write_atomically(self.path / STATE, _json({**fields, "pid": os.getpid()}))

    def log(self, text: str) -> None:
        """Add a line to the log, with the time."""
        try:
            with (self.path / LOG).open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {text}\n")
        except OSError as error:
            raise self._failed(LOG, error) from error

    def _failed(self, name: str, error: OSError) -> FileError:
        return FileError(
            f"{self.path / name} could not be written: {error.strerror or error}. Make room there "
            "and go on from the last checkpoint."
        )


def values_of(lines: Iterable[Mapping[str, Any]], split: str) -> dict[str, float]:
    """The last values of a split."""
    return next((dict(line["values"]) for line in list(lines)[::-1] if line["split"] == split), {})


def _line(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None  # the end of a line is missing where the trainer was killed
    if not isinstance(line, dict) or not isinstance(line.get("split"), str):
        return None
    values = line.get("values")
    if not isinstance(values, dict):
        return None
    numbers = (line.get("step"), line.get("epoch"), *values.values())
    return line if all(isinstance(number, int | float) for number in numbers) else None


def _json(fields: Mapping[str, Any]) -> bytes:
    return (json.dumps(fields, indent=1) + "\n").encode()

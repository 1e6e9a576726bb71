"""Run folders as the window sees them: where the next one goes, which there are, what they hold."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import platformdirs

from studio.model.files import FileError

UNSAVED = "untitled"
"""What runs of a project without a file are called."""

TRASH = ".deleted"
"""Where deleted runs go, beside the others."""

MOST = 1e300
"""Numbers in a run's files are smaller; what is not was not written by a trainer."""

FINISHED = frozenset({"finished", "stopped", "failed"})
"""States in which nothing is written any more."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run folder: its state as last written, and the best values that are known of it."""

    folder: Path
    state: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    device: str = ""
    message: str = ""
    best: Mapping[str, float] = field(default_factory=dict)
    resumable: bool = False
    modified: float = 0.0

    @property
    def name(self) -> str:
        """What people call it: the folder's name."""
        return self.folder.name

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state in FINISHED


def now() -> datetime:
    """The local time."""
    return datetime.now().astimezone()


def runs_folder(project: Path | None) -> Path:
    """Where runs of a project live: beside its file, or with the user's data where it has none."""
    if project is None:
        return platformdirs.user_data_path("netloom") / "runs"
    return project.parent / "runs"


def stem(project: Path | None) -> str:
    """What names of this project's runs begin with."""
    return UNSAVED if project is None else project.stem


def next_folder(
    project: Path | None, clock: Callable[[], datetime] = now, parent: Path | None = None
) -> Path:
    """A folder for the next run, `<project>.<date>-<time>`; not there yet. It goes into
    `parent`, or where runs of the project live."""
    parent = parent or runs_folder(project)
    name = f"{stem(project)}.{clock():%Y-%m-%d-%H%M%S}"
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name}-{number}", number + 1
    return folder


def is_run(folder: Path) -> bool:
    """Whether a folder is a run that Netloom made."""
    return "netloom_run" in environment(folder)


def runs_of(project: Path | None) -> list[Run]:
    """The runs of a project, newest first. A folder that cannot be read has no runs."""
    parent, prefix = runs_folder(project), stem(project)
    try:
        folders = [
            f for f in parent.iterdir() if f.name == prefix or f.name.startswith(f"{prefix}.")
        ]
    except OSError:
        return []
    found = [read_run(folder) for folder in folders if is_run(folder)]
    return sorted(found, key=lambda run: (run.modified, run.name), reverse=True)


def read_run(folder: Path) -> Run:
    """What a run folder says of itself; what is missing or broken there is left empty."""
    state = _json(folder / "state.json")
    best = state.get("best")
    return Run(
        folder,
        state=_text(state.get("state")),
        done=int(number(state.get("done"))),
        total=int(number(state.get("total"))),
        seconds=number(state.get("seconds")),
        device=_text(state.get("device")),
        message=_text(state.get("message")),
        best={
            str(name): number(value)
            for name, value in (best.items() if isinstance(best, dict) else ())
            if finite(value)
        },
        resumable=(folder / "checkpoints" / "last.pt").is_file(),
        modified=_modified(folder),
    )


def environment(folder: Path) -> Mapping[str, Any]:
    """What the run was made with (versions, device, threads); empty where it is not known."""
    return _json(folder / "environment.json")


def rename(folder: Path, project: Path | None, label: str) -> Path:
    """Give a run another label; its name still begins with the project's. Raises FileError."""
    label = label.strip()
    if not label or label.startswith(".") or any(c in '/\\:*?"<>|' or c < " " for c in label):
        raise FileError(
            f"'{label}' cannot name a run: leave out / \\ : * ? \" < > | and a dot in front."
        )
    target = folder.with_name(f"{stem(project)}.{label}")
    if target.exists():
        raise FileError(f"There is a run named {target.name} already: choose another name.")
    return _move(folder, target)


def delete(folder: Path) -> Path:
    """Put a run away in the hidden folder beside it, from where it can be fetched back. Raises
    FileError."""
    trash = folder.parent / TRASH
    target, number = trash / folder.name, 2
    while target.exists():
        target, number = trash / f"{folder.name}-{number}", number + 1
    return _move(folder, target)


def _move(folder: Path, target: Path) -> Path:
    try:
        target.parent.mkdir(exist_ok=True)
        shutil.move(folder, target)
    except OSError as error:
        raise FileError(
            f"{folder} could not be moved: {error.strerror or error}. Nothing was changed."
        ) from error
    return target


def _modified(folder: Path) -> float:
    for name in ("metrics.jsonl", "state.json", ""):
        try:
            return (folder / name).stat().st_mtime
        except OSError:
            continue
    return 0.0


def _json(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def finite(value: object) -> bool:
    """Whether it is a number, and neither infinite nor beyond what a float holds."""
    return isinstance(value, int | float) and -MOST < value < MOST


def number(value: object) -> float:
    """The number, or 0 where it is none."""
    return float(value) if isinstance(value, int | float) and finite(value) else 0.0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

"""Run folders as the window sees them: where the next one goes, which there are, what they hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import platformdirs

from studio.model.files import FileError
from studio.model.messages import STATES, RunState
from studio.model.project_identity import UNTITLED, ProjectIdentity
from studio.model.run_layout import (
    BUSY,
    MARK,
    PROJECT,
    RunLayout,
    SavedState,
    read_environment,
    read_state,
)
from studio.model.run_owner import OwnerNote, owner_of, refuse_owned

TRASH = ".deleted"
"""Where deleted runs go, beside the others."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run folder: its state as last written, and the best values that are known of it."""

    folder: Path
    saved: SavedState = field(default_factory=SavedState)
    resumable: bool = False
    """Whether it has a checkpoint to go on from."""
    modified: float = 0.0
    owner: OwnerNote | None = None
    """Who trains it now."""

    @property
    def name(self) -> str:
        """What people call it: the folder's name."""
        return self.folder.name

    @property
    def under_way(self) -> bool:
        """Whether somebody trains it, here or elsewhere."""
        return self.owner is not None and self.saved.state in ("", *BUSY)

    @property
    def lost(self) -> bool:
        """Whether its trainer went without a word."""
        return self.owner is None and self.saved.state in BUSY


def now() -> datetime:
    """The local time."""
    return datetime.now().astimezone()


def runs_folder(project: Path | None) -> Path:
    """Where runs of a project live: beside its file, or with the user's data where it has none."""
    if project is None:
        return platformdirs.user_data_path("netloom") / "runs"
    return project.parent / "runs"


def next_folder(
    project: Path | None, clock: Callable[[], datetime] = now, parent: Path | None = None
) -> Path:
    """A folder for the next run, `<project>.<date>-<time>`; not there yet. It goes into
    `parent`, or where runs of the project live."""
    parent = parent or runs_folder(project)
    name = f"{ProjectIdentity(project).stem}.{clock():%Y-%m-%d-%H%M%S}"
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name}-{number}", number + 1
    return folder


def runs_of(project: ProjectIdentity) -> list[Run]:
    """The runs of a project, those under way and the newest first; beside its file, and from before
    it had one. A folder that cannot be read has no runs."""
    beside = _inside(project.path and project.path.parent, "*.json")
    others = frozenset(path.stem for path in beside)
    found = [
        read_run(folder)
        for parent in {runs_folder(project.path), runs_folder(None)}
        for folder in _inside(parent)
        if _owns(project, folder, frozenset() if parent == runs_folder(None) else others)
    ]
    return sorted(found, key=_place, reverse=True)


def _place(run: Run) -> tuple[bool, float, str]:
    """Those under way first, in an order that stays as all of them are written to."""
    return run.under_way, 0.0 if run.under_way else run.modified, run.name


def _owns(project: ProjectIdentity, folder: Path, others: frozenset[str]) -> bool:
    if folder.name.startswith("."):
        return False
    environment = read_environment(RunLayout(folder))
    return MARK in environment and project.owns(
        folder.name, str(environment.get(PROJECT, "")), others
    )


def _inside(folder: Path | None, pattern: str = "*") -> list[Path]:
    try:
        return [] if folder is None else list(folder.glob(pattern))
    except OSError:
        return []


def read_run(folder: Path) -> Run:
    """What a run folder says of itself; what is missing or broken there is left empty."""
    layout = RunLayout(folder)
    state = read_state(layout)
    owner = owner_of(layout)
    return Run(folder, state, layout.last.exists(), layout.modified, owner)


def standing(run: Run) -> RunState:
    """Where a run stands, as its folder says."""
    saved = run.saved
    begins = not saved.state and run.owner is not None
    state = "preparing" if begins else STATES.get(saved.state, "stopped")
    return RunState(
        run.folder,
        state,
        saved.done,
        saved.total,
        saved.seconds,
        saved.left if run.owner is not None else None,
        saved.device,
        message=saved.message,
        epochs=saved.epochs,
    )


def label_of(name: str, project: ProjectIdentity) -> str:
    """A run's name without its project's."""
    for stem in (project.stem, UNTITLED):
        if name.startswith(f"{stem}."):
            return name.removeprefix(f"{stem}.")
    return name


def rename(folder: Path, project: ProjectIdentity, label: str) -> Path:
    """Give a run another label; its name then begins with the project's. Raises FileError."""
    label = label.strip()
    if not label or label.startswith(".") or any(c in '/\\:*?"<>|' or c < " " for c in label):
        raise FileError(
            f"'{label}' cannot name a run: leave out / \\ : * ? \" < > | and a dot in front."
        )
    target = folder.with_name(f"{project.stem}.{label}")
    if target.exists():
        raise FileError(f"There is a run named {target.name} already: choose another name.")
    refuse_owned(RunLayout(folder))
    return _move(folder, target)


def delete(folder: Path) -> Path:
    """Put a run away in the hidden folder beside it, from where it can be fetched back. Raises
    FileError."""
    refuse_owned(RunLayout(folder))
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

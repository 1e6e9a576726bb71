"""Train, pause, go on, stop, resume: what can be done when, and what is sent for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction

from studio.model.document import Document
from studio.model.files import FileError
from studio.model.messages import (
    Look,
    OpenRun,
    Pause,
    Resume,
    RunState,
    SetLearningRate,
    Stop,
    Train,
)
from studio.model.project import Project
from studio.model.project_file import load
from studio.model.report import Issue
from studio.model.run_inbox import RunCommand
from studio.model.run_layout import RunLayout
from studio.model.trained_project import trains_alike
from studio.session import runs
from studio.session.metrics_reader import Listed
from studio.ui.training.known_runs import KnownRuns

ACTIONS = {
    "train": ("Train", "Start a new run of this project"),
    "pause": ("Pause", "Hold the chosen run after the step under way"),
    "go_on": ("Go on", "Go on with the chosen run, which is paused"),
    "stop": ("Stop", "End the chosen run after the step under way; it can be resumed later"),
    "resume": ("Resume", "Go on with the chosen run from its last checkpoint"),
}


class TrainerLink(Protocol):
    """What the panels need of the link to the helper processes."""

    trainer_ready: SignalInstance
    probes: SignalInstance
    run_state: SignalInstance
    looked: SignalInstance
    trainer_gone: SignalInstance

    refused: SignalInstance

    def send(self, message: Train | OpenRun | Look) -> None:
        """Start a run, look into one from now on, or look."""

    def steer(self, folder: Path, command: RunCommand) -> None:
        """Ask something of a run, whoever trains it."""

    def leave(self, alone: bool) -> None:
        """Care for no run any more: those under way go on alone, or stop."""


class RunControl(QObject):
    """The runs under way, and the actions that govern the chosen one."""

    changed = Signal()
    """A run stands elsewhere, or another one is chosen."""
    started = Signal(object)
    """A run was asked for; its folder."""
    steered = Signal()
    """Something was asked of a run that another process trains: its folder will tell."""
    refused = Signal(str)
    edited = Signal(str)
    """A run of this name is to go on, but something else is drawn by now: `go_on_with` which?"""

    def __init__(
        self, document: Document, link: TrainerLink, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._link = document, link
        self.clock: Callable[[], datetime] = runs.now
        self.known = KnownRuns()
        self.chosen: runs.Run | None = None
        """The run that all actions but `train` are about."""
        self.alone = False
        """Whether runs under way go on when their project or the window is left."""
        self._errors: Sequence[Issue] = ()
        self.actions = {name: self._action(name) for name in ACTIONS}
        link.run_state.connect(self._told)
        link.trainer_gone.connect(self._gone)
        link.refused.connect(self.refused)
        document.subscribe(self._project_changed)
        self.update()

    def _action(self, name: str) -> QAction:
        text, tip = ACTIONS[name]
        action = QAction(text, self)
        action.setObjectName(f"run_{name}")
        action.setToolTip(tip)
        action.triggered.connect(getattr(self, name))
        return action

    # ---- what it knows -------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether this window trains."""
        return bool(self.known.own)

    @property
    def folder(self) -> Path | None:
        """The run whose weights are meant: the chosen one."""
        return None if self.chosen is None else self.chosen.folder

    @property
    def state(self) -> RunState | None:
        """Where the chosen run stands."""
        return None if self.folder is None else self.known.states.get(self.folder)

    @property
    def under_way(self) -> bool:
        """Whether somebody trains the chosen run."""
        return self.folder in self.known.under_way

    @property
    def words(self) -> str:
        """What there is to say of the chosen run besides."""
        if self.folder is None:
            return ""
        owner = self.known.owners.get(self.folder)
        return self.known.lost.get(self.folder, f"Trained {owner}." if owner is not None else "")

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Take what the checker found; errors forbid to train."""
        self._errors = [issue for issue in issues if issue.severity == "error"]
        self.update()

    def choose(self, run: runs.Run | None) -> None:
        """Make this the run that actions are about. One that trains here is looked into, too."""
        before, self.chosen = self.folder, run
        if self.folder != before and self.folder in self.known.own:
            self._link.send(OpenRun(self.folder))
        self.update()

    def listed(self, listed: Listed) -> None:
        """Hear what run folders say."""
        self.known.listed(listed)
        self.update()

    def refusal(self) -> str | None:
        """Why no run can start now, or None where it can."""
        if any(self.known.states[folder].state == "preparing" for folder in self.known.own):
            return "A run is about to start: wait until it does."
        if self._document.project.training is None:
            return "There is no training board: add one first."
        if self._errors:
            count = len(self._errors)
            rest = f" (and {count - 1} more)" if count > 1 else ""
            return f"Fix the errors first: {self._errors[0].message}{rest}"
        return None

    def update(self) -> None:
        """Enable what can be done now."""
        state = self.state.state if self.state is not None and self.under_way else ""
        refusal, can_resume = self.refusal(), self._resumable()
        enabled = {
            "train": refusal is None,
            "pause": state == "training",
            "go_on": state == "paused",
            "stop": bool(state),
            "resume": can_resume is not None,
        }
        for name, action in self.actions.items():
            action.setEnabled(enabled[name])
        beside = ", beside the one under way" if self.known.under_way else ""
        self.actions["train"].setToolTip(refusal or f"{ACTIONS['train'][1]}{beside}")
        name = "" if can_resume is None else f": {can_resume.name}"
        self.actions["resume"].setToolTip(f"{ACTIONS['resume'][1]}{name}")
        self.changed.emit()

    def _resumable(self) -> Path | None:
        if self.chosen is None or self.state is None or self.under_way:
            return None
        left = self.folder in self.known.lost or self.state.state in ("stopped", "failed")
        return self.folder if self.chosen.resumable or left else None

    # ---- actions -------------------------------------------------------------------------------

    def train(self) -> None:
        """Start a new run."""
        folder = runs.next_folder(self._document.path, self.clock)
        self._start(Train(self._document.project, folder))

    def pause(self) -> None:
        """Hold the run after the step under way; its checkpoint is written."""
        self._steer(Pause())

    def go_on(self) -> None:
        """Go on with it."""
        self._steer(Resume())

    def stop(self) -> None:
        """End the run after the step under way; it can be resumed later."""
        self._steer(Stop())

    def stop_all(self) -> None:
        """End all runs of this window."""
        for folder in self.known.own:
            self._link.steer(folder, Stop())

    def leave(self) -> None:
        """Care for no run any more; those under way go on if that was wanted, or stop."""
        self._link.leave(self.alone and self.busy)
        self.known.forget()
        self.chosen = None

    def resume(self) -> None:
        """Go on with an earlier run, for as many epochs as this project asks. Where something else
        is drawn by now, the person is asked which is meant."""
        folder = self._resumable()
        if folder is not None and self._is_edited(folder):
            self.edited.emit(folder.name)
        else:
            self.go_on_with(drawn=False)

    def go_on_with(self, drawn: bool) -> None:
        """Go on with an earlier run: with its own project, or with what is drawn now."""
        folder = self._resumable()
        if folder is not None:
            self._start(Train(self._document.project, folder, resume=True, edited=drawn))

    def _is_edited(self, folder: Path) -> bool:
        """Whether a run could go on with another project than it had."""
        try:
            before = load(RunLayout(folder).segment().project)
        except FileError:
            return False
        return self.refusal() is None and not trains_alike(before, self._document.project)

    def set_learning_rate(self, value: float) -> None:
        """Change the learning rate of the chosen run."""
        self._steer(SetLearningRate(value))

    def _steer(self, command: RunCommand) -> None:
        if self.folder is not None:
            self._link.steer(self.folder, command)
            if self.folder not in self.known.own:
                self.steered.emit()

    def _start(self, message: Train) -> None:
        self.known.begin(message.folder)
        self._link.send(message)
        self.chosen = runs.Run(message.folder)
        self.started.emit(message.folder)
        self.update()

    # ---- answers -------------------------------------------------------------------------------

    def _told(self, state: RunState) -> None:
        before = self.known.states.get(state.folder)
        if not self.known.told(state):
            return
        if before is None or before.state != state.state:
            self.update()
        else:
            self.changed.emit()

    def _gone(self, folder: Path | None, reason: str) -> None:
        if self.known.gone(folder, reason):
            self.update()

    def _project_changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.leave()
        if before is None or (before.training is None) != (after.training is None):
            self.update()

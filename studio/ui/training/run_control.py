"""Train, pause, go on, stop, resume: what can be done when, and what is sent for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction

from studio.model import project_file
from studio.model.document import Document
from studio.model.files import FileError
from studio.model.messages import Pause, Resume, RunState, SetLearningRate, Stop, ToTrainer, Train
from studio.model.project import Project
from studio.model.report import Issue
from studio.model.run_layout import RunLayout
from studio.session import runs

BUSY = frozenset({"preparing", "training", "paused"})
"""States in which the trainer has a run under way."""

LOST = (
    "The trainer stopped unexpectedly{why}. It starts again by itself; the run can be resumed "
    "from its last checkpoint."
)

ACTIONS = {
    "train": ("Train", "Start a new run of this project"),
    "pause": ("Pause", "Hold the run after the step under way"),
    "go_on": ("Go on", "Go on with the paused run"),
    "stop": ("Stop", "End the run after the step under way; it can be resumed later"),
    "resume": ("Resume", "Go on with the chosen run from its last checkpoint"),
}


class TrainerLink(Protocol):
    """What the panels need of the link to the helper processes."""

    trainer_ready: SignalInstance
    probes: SignalInstance
    run_state: SignalInstance
    looked: SignalInstance
    trainer_gone: SignalInstance

    def send(self, message: ToTrainer) -> None:
        """Tell the trainer something."""


class RunControl(QObject):
    """The run under way, and the actions that govern it."""

    changed = Signal()
    started = Signal(object)
    """A run was asked for; its folder."""
    refused = Signal(str)

    def __init__(
        self, document: Document, link: TrainerLink, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._link = document, link
        self.clock: Callable[[], datetime] = runs.now
        self.state: RunState | None = None
        self.lost = ""
        """What is said where the trainer died during a run."""
        self.chosen: runs.Run | None = None
        """The run that `resume` is about."""
        self.epochs = 0
        """How many epochs the run under way has in all."""
        self._errors: Sequence[Issue] = ()
        self.actions = {name: self._action(name) for name in ACTIONS}
        link.run_state.connect(self._told)
        link.trainer_gone.connect(self._gone)
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
        """Whether a run is under way."""
        return self.state is not None and self.state.state in BUSY and not self.lost

    @property
    def folder(self) -> Path | None:
        """The run whose weights are meant: the chosen one, or the one under way."""
        if self.chosen is not None:
            return self.chosen.folder
        return self.state.folder if self.state is not None else None

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Take what the checker found; errors forbid to train."""
        self._errors = [issue for issue in issues if issue.severity == "error"]
        self.update()

    def choose(self, run: runs.Run | None) -> None:
        """Make this the run that `resume` is about."""
        self.chosen = run
        self.update()

    def refusal(self) -> str | None:
        """Why no run can start now, or None where it can."""
        if self.busy:
            return "A run is under way: stop it first."
        if self._document.project.training is None:
            return "There is no training board: add one first."
        if self._errors:
            count = len(self._errors)
            rest = f" (and {count - 1} more)" if count > 1 else ""
            return f"Fix the errors first: {self._errors[0].message}{rest}"
        return None

    def update(self) -> None:
        """Enable what can be done now."""
        state = self.state.state if self.state is not None and self.busy else ""
        refusal, can_resume = self.refusal(), self._resumable()
        enabled = {
            "train": refusal is None,
            "pause": state == "training",
            "go_on": state == "paused",
            "stop": self.busy,
            "resume": not self.busy and can_resume is not None,
        }
        for name, action in self.actions.items():
            action.setEnabled(enabled[name])
        self.actions["train"].setToolTip(refusal or ACTIONS["train"][1])
        name = "" if can_resume is None else f": {can_resume.name}"
        self.actions["resume"].setToolTip(f"{ACTIONS['resume'][1]}{name}")
        self.changed.emit()

    def _resumable(self) -> Path | None:
        if self.chosen is not None and self.chosen.resumable:
            return self.chosen.folder
        if self.state is not None and (self.lost or self.state.state in ("stopped", "failed")):
            return self.state.folder
        return None

    # ---- actions -------------------------------------------------------------------------------

    def train(self) -> None:
        """Start a new run."""
        folder = runs.next_folder(self._document.path, self.clock)
        self._start(Train(self._document.project, folder))

    def pause(self) -> None:
        """Hold the run after the step under way; its checkpoint is written."""
        self._link.send(Pause())

    def go_on(self) -> None:
        """Go on with it."""
        self._link.send(Resume())

    def stop(self) -> None:
        """End the run after the step under way; it can be resumed later."""
        self._link.send(Stop())

    def resume(self) -> None:
        """Go on with an earlier run, for as many epochs as the project now asks for."""
        folder = self._resumable()
        if folder is None:
            return
        try:
            project = project_file.load(RunLayout(folder).project)
        except FileError as error:
            self.refused.emit(str(error))
            return
        epochs = max(project.settings.epochs, self._document.project.settings.epochs)
        settings = replace(project.settings, epochs=epochs)
        self._start(Train(replace(project, settings=settings), folder, resume=True))

    def set_learning_rate(self, value: float) -> None:
        """Change the learning rate of the run under way."""
        self._link.send(SetLearningRate(value))

    def _start(self, message: Train) -> None:
        self.lost, self.epochs = "", message.project.settings.epochs
        self.state = RunState(message.folder, "preparing")
        self._link.send(message)
        self.started.emit(message.folder)
        self.update()

    # ---- answers -------------------------------------------------------------------------------

    def _told(self, state: RunState) -> None:
        self.lost = ""
        before, self.state = self.state, state
        if before is None or before.folder != state.folder:
            self.epochs = self.epochs or self._document.project.settings.epochs
        if before is None or before.state != state.state or before.folder != state.folder:
            self.update()
        else:
            self.changed.emit()

    def _gone(self, reason: str) -> None:
        if self.busy:
            self.lost = LOST.format(why=f" ({reason.rstrip('.')})" if reason else "")
        self.update()

    def _project_changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.state, self.chosen, self.lost, self.epochs = None, None, "", 0
        if before is None or (before.training is None) != (after.training is None):
            self.update()

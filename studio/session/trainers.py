"""The window's end of the trainer processes: one for each run under way, and one to spare.

The spare one is there before it is needed, since a process takes a second or two to import torch.
It starts the next run, or looks into a run that is over; a trainer whose run has ended is spare.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from studio.model.files import FileError
from studio.model.messages import (
    FromTrainer,
    GoOnAlone,
    Look,
    Looked,
    OpenRun,
    Probes,
    RunState,
    ShareCores,
    Train,
)
from studio.model.run_inbox import RunCommand, post
from studio.model.run_layout import BUSY, RunLayout
from studio.session.helper_process import HelperGone, HelperProcess

SPARE_AFTER = 3.0
"""Seconds that a run gets to start before the next spare trainer does."""

IDLE = 600.0
"""Seconds after which a trainer that nobody asks ends: it holds some 200 MB."""

PATIENCE = 20.0
"""Seconds that a run which was asked to stop gets to save."""


@dataclass(frozen=True, slots=True)
class TrainerGone:
    """The trainer that had this run, or was looking into it, ended by itself; why, in words."""

    folder: Path | None
    reason: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A run could not be told what to do; why, in a sentence."""

    folder: Path
    reason: str


FromTrainers: TypeAlias = FromTrainer | TrainerGone | NotAsked


class _Trainer:
    """A process and what it is at: `folder` is the run whose networks it has, if any, `state` that
    of its own run, empty where it has none."""

    def __init__(
        self, receive: Callable[[_Trainer, FromTrainer | HelperGone], None], idle: float
    ) -> None:
        self.folder: Path | None = None
        self.state = ""
        self.probes: Probes | None = None
        self.child = HelperProcess(
            "trainer",
            "studio.run.trainer_process",
            lambda message: receive(self, message),
            (idle,),
            again=False,
        )

    @property
    def busy(self) -> bool:
        """Whether it has a run under way."""
        return self.state in BUSY


class Trainers:
    """Starts trainers, asks them, ends them; nobody waits for that. `receive` is called on other
    threads: with states of all runs, with what is seen in the networks that are looked into. A
    trainer of which nothing was asked for `idle` seconds ends; another starts when need be."""

    def __init__(self, receive: Callable[[FromTrainers], None], idle: float = IDLE) -> None:
        self._receive, self._idle = receive, idle
        self._lock = threading.RLock()
        self._all: list[_Trainer] = []
        self._shown: Path | None = None
        """The run that is looked into."""
        self._alone = self._closed = False
        self._asked: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._worker = threading.Thread(target=self._work, name="trainers", daemon=True)
        self._worker.start()
        self._asked.put(self._warm)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process numbers of all trainers."""
        with self._lock:
            return tuple(trainer.child.pid or 0 for trainer in self._all)

    # ---- what is asked -------------------------------------------------------------------------

    def send(self, message: Train | OpenRun | Look) -> None:
        """Start a run; look into one from now on, wherever its networks are; or look."""
        if isinstance(message, Train):
            self._asked.put(lambda: self._train(message))
        elif isinstance(message, OpenRun):
            self._asked.put(lambda: self._open(message))
        else:
            self._asked.put(lambda: self._look(message))

    def steer(self, folder: Path, command: RunCommand) -> None:
        """Ask something of a run, whoever trains it."""
        self._asked.put(lambda: self._steer(folder, command))

    def go_on_alone(self, wanted: bool) -> None:
        """Whether runs go on when the window ends unexpectedly; else they stop and are saved."""
        self._asked.put(lambda: self._go_on_alone(wanted))

    def leave(self, alone: bool) -> None:
        """Care for no run any more: those under way go on alone, or stop and are saved."""
        self._asked.put(lambda: self._leave(alone))

    def kill(self, folder: Path) -> None:
        """End the trainer of a run at once."""
        with self._lock:
            own = self._of(folder)
        if own is not None:
            own.child.kill()

    def close(self) -> None:
        """End all trainers for good, those at work once they have saved; nothing is received any
        more."""
        self._asked.put(None)
        self._worker.join()
        with self._lock:
            self._closed = True
            trainers, self._all = self._all, []
        for trainer in trainers:
            trainer.child.send(GoOnAlone(False))
            trainer.child.leave()
        for trainer in trainers:
            trainer.child.close(PATIENCE if trainer.busy else 2.0)

    def _work(self) -> None:
        while (work := self._asked.get()) is not None:
            with self._lock:
                work()

    # ---- who does it ---------------------------------------------------------------------------

    def _train(self, message: Train) -> None:
        trainer = self._spare()
        trainer.folder, trainer.state, trainer.probes = message.folder, "preparing", None
        self._shown = message.folder
        self._share()
        trainer.child.send(message)
        self._spare_later()

    def _open(self, message: OpenRun) -> None:
        self._shown = message.folder
        own = self._of(message.folder)
        if own is not None and (own.busy or own.probes is not None):
            if own.probes is not None:
                self._receive(own.probes)
            return
        trainer = self._spare()
        trainer.folder, trainer.probes = message.folder, None
        trainer.child.send(message)

    def _look(self, message: Look) -> None:
        if self._shown is not None and self._of(self._shown) is None:
            self._open(OpenRun(self._shown))  # its trainer had nothing to do for long, and ended
        shown = self._of(self._shown) if self._shown is not None else None
        if shown is not None and shown.busy and shown.probes is not None:
            shown = self._inspector(shown) if message.probe in shown.probes.slow else shown
        (shown or self._spare()).child.send(message)

    def _inspector(self, training: _Trainer) -> _Trainer:
        """A spare trainer with the networks of a run under way, as they were saved last."""
        spare = self._spare()
        if training.folder is not None:
            spare.folder, spare.probes = training.folder, None
            spare.child.send(OpenRun(training.folder, snapshot=True))
        return spare

    def _steer(self, folder: Path, command: RunCommand) -> None:
        own = self._of(folder)
        if own is not None and own.state == "preparing":
            own.child.send(command)  # its folder may not be there yet
            return
        try:
            post(RunLayout(folder), command)
        except FileError as error:
            self._receive(NotAsked(folder, str(error)))

    def _go_on_alone(self, wanted: bool) -> None:
        self._alone = wanted
        for trainer in self._all:
            trainer.child.send(GoOnAlone(wanted))

    def _leave(self, alone: bool) -> None:
        self._shown = None
        for trainer in [trainer for trainer in self._all if trainer.folder is not None]:
            self._all.remove(trainer)
            trainer.child.send(GoOnAlone(alone))
            trainer.child.leave()
        self._spare_later()

    def _of(self, folder: Path) -> _Trainer | None:
        found = [trainer for trainer in self._all if trainer.folder == folder]
        return next((trainer for trainer in found if trainer.busy), found[0] if found else None)

    def _share(self) -> None:
        """Let runs under way share the cores."""
        runs = sum(trainer.busy for trainer in self._all)
        for trainer in self._all:
            if trainer.busy:
                trainer.child.send(ShareCores(runs))

    # ---- spare ones ----------------------------------------------------------------------------

    def _spare(self) -> _Trainer:
        """A trainer with nothing under way."""
        for trainer in self._all:
            if not trainer.busy:
                return trainer
        trainer = _Trainer(self._take, self._idle)
        self._all.append(trainer)
        trainer.child.send(GoOnAlone(self._alone))
        return trainer

    def _warm(self) -> None:
        self._spare()

    def _spare_later(self) -> None:
        timer = threading.Timer(SPARE_AFTER, self._asked.put, (self._warm,))
        timer.daemon = True
        timer.start()

    def _end_surplus(self) -> None:
        """One spare trainer is enough: the one whose networks are looked into, if any."""
        spare = [trainer for trainer in self._all if not trainer.busy]
        spare.sort(key=lambda spare: (spare.folder == self._shown, spare.probes is not None))
        for trainer in spare[:-1]:
            self._all.remove(trainer)
            trainer.child.leave()

    # ---- what comes ----------------------------------------------------------------------------

    def _take(self, trainer: _Trainer, message: FromTrainer | HelperGone) -> None:
        with self._lock:
            if self._closed or trainer not in self._all:
                return
            if isinstance(message, HelperGone):
                self._all.remove(trainer)
                if trainer.busy:
                    self._share()
                    self._spare_later()
                if trainer.busy or not message.idle:
                    self._receive(TrainerGone(trainer.folder, message.reason))
                return
            if isinstance(message, RunState):
                busy, trainer.state = trainer.busy, message.state
                if busy and not trainer.busy:
                    self._share()
                    self._end_surplus()
            elif isinstance(message, Probes):
                trainer.probes = message
            of = message.folder if isinstance(message, Probes) else trainer.folder
            if isinstance(message, Probes | Looked) and (of is None or of != self._shown):
                return  # of a run that was looked into before
        self._receive(message)

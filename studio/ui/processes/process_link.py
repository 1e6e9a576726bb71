"""The helper processes as Qt sees them: messages from reader threads become signals."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance, Slot

from studio.model.board_path import BoardPath
from studio.model.messages import (
    Analysed,
    Checked,
    CheckerReady,
    ExplainType,
    Look,
    Looked,
    NodesChecked,
    NotOpened,
    OpenRun,
    Probes,
    RunState,
    SourceReady,
    Train,
    TrainerReady,
    TypeExplained,
)
from studio.model.project import Project
from studio.model.run_inbox import RunCommand

if TYPE_CHECKING:
    from studio.session.checker import Checker
    from studio.session.trainers import Trainers

SLICE = 25
"""Node reports delivered in one go."""

TURN = 0.002
"""Seconds of deliveries before the window gets a turn."""


class ProcessLink(QObject):
    """Starts, asks and hears the checker and the trainers; every signal comes on the GUI thread."""

    nodes_checked = Signal(object)
    checked = Signal(object)
    source_ready = Signal(object)
    analysed = Signal(object)
    type_explained = Signal(object)
    plugins_loaded = Signal(object)
    checker_gone = Signal(str)
    checking = Signal(bool)
    """True from a question to the checker until it is answered in full."""
    trainer_ready = Signal(object)
    probes = Signal(object)
    run_state = Signal(object)
    looked = Signal(object)
    trainer_gone = Signal(object, str)
    """The run that it had, or None, and why."""
    refused = Signal(str)
    """Why what was asked of a run cannot be done."""
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._checker: Checker | None = None
        self._trainers: Trainers | None = None
        self._waiting: deque[object] = deque()
        self._project: Project | None = None
        self._place: BoardPath | None = None
        self._oldest = 0
        """The first generation of the checker's answers that is about this project."""
        self._closed = False
        self.left = False
        """Whether runs go on that nobody here waits for."""
        self._unsent: list[Callable[[Trainers], None]] = []
        """What the trainers were asked before they were started."""
        self._signals: Mapping[type, SignalInstance] = {
            NodesChecked: self.nodes_checked,
            Checked: self.checked,
            SourceReady: self.source_ready,
            Analysed: self.analysed,
            TypeExplained: self.type_explained,
            CheckerReady: self.plugins_loaded,
            TrainerReady: self.trainer_ready,
            Probes: self.probes,
            RunState: self.run_state,
            Looked: self.looked,
        }
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._deliver)
        self._arrived.connect(self._turn.start)

    def start(self) -> None:
        """Start the processes and check the project that was asked about last."""
        from studio.session.checker import Checker
        from studio.session.trainers import Trainers

        self._checker = Checker(self.receive)
        self._trainers = Trainers(self.receive)
        for ask in self._unsent:
            ask(self._trainers)
        self._unsent.clear()
        if self._project is not None:
            self.check(self._project)

    def check(self, project: Project) -> None:
        """Ask for shapes, issues, totals and source of a project."""
        self._project = project
        if self._checker is not None:
            self.checking.emit(True)
            self._checker.check(project, self._place)

    def open(self, project: Project) -> None:
        """Turn to another project: what is still to come of the checker about the one before is not
        delivered, and all is told of this one."""
        self._project, self._place = project, None
        if self._checker is not None:
            self.checking.emit(True)
            self._oldest = self._checker.open(project)

    def look_into(self, place: BoardPath | None) -> None:
        """Ask to be told, from now on, also what is at a place inside another board."""
        self._place = place
        if self._project is not None:
            self.check(self._project)

    def analyse(self) -> None:
        """Ask what the project costs that is being checked, or was."""
        if self._checker is not None:
            self._checker.analyse()

    def explain(self, question: ExplainType) -> None:
        """Ask for the help of a node type."""
        if self._checker is not None:
            self._checker.explain(question)

    def send(self, message: Train | OpenRun | Look) -> None:
        """Start a run; look into one from now on, wherever its networks are; or look."""
        self._ask(lambda trainers: trainers.send(message))

    def steer(self, folder: Path, command: RunCommand) -> None:
        """Ask something of a run, whoever trains it."""
        self._ask(lambda trainers: trainers.steer(folder, command))

    def go_on_alone(self, wanted: bool) -> None:
        """Whether runs go on when the window ends unexpectedly."""
        self._ask(lambda trainers: trainers.go_on_alone(wanted))

    def leave(self, alone: bool) -> None:
        """Care for no run any more: those under way go on alone, or stop and are saved."""
        self.left |= alone
        self._ask(lambda trainers: trainers.leave(alone))

    def _ask(self, ask: Callable[[Trainers], None]) -> None:
        if self._trainers is not None:
            ask(self._trainers)
        elif not self._closed:
            self._unsent.append(ask)

    def close(self) -> None:
        """End all processes; nothing is delivered any more."""
        self._closed = True
        self._turn.stop()
        for process in (self._checker, self._trainers):
            if process is not None:
                process.close()
        self._checker = self._trainers = None
        self._waiting.clear()

    def receive(self, message: object) -> None:
        """Called on a reader thread."""
        if self._closed:
            return
        self._waiting.extend(_slices(message))
        self._arrived.emit()

    @Slot()
    def _deliver(self) -> None:
        end = time.perf_counter() + TURN
        while self._waiting and time.perf_counter() < end:
            self._tell(self._waiting.popleft())
        if not self._waiting:
            self._turn.stop()
            if self._waiting:  # one may have come between the two lines above
                self._turn.start()

    def _tell(self, message: object) -> None:
        if self._is_old(message):
            return
        signal = self._signals.get(type(message))
        if signal is not None:
            signal.emit(message)
            if isinstance(message, Checked):
                self.checking.emit(False)
            return
        from studio.session.helper_process import HelperGone
        from studio.session.trainers import NotAsked, TrainerGone

        if isinstance(message, HelperGone):
            self.checker_gone.emit(message.reason)
        elif isinstance(message, TrainerGone):
            self.trainer_gone.emit(message.folder, message.reason)
        elif isinstance(message, NotAsked | NotOpened):
            self.refused.emit(message.reason)

    def _is_old(self, message: object) -> bool:
        """Whether it is about a project that was open before."""
        return (
            isinstance(message, NodesChecked | Checked | SourceReady | Analysed)
            and message.generation < self._oldest
        )


def _slices(message: object) -> Iterator[object]:
    """The message, or several of the same content where it is long."""
    if not isinstance(message, NodesChecked) or len(message.reports) <= SLICE:
        yield message
        return
    reports = list(message.reports.items())
    for start in range(0, len(reports), SLICE):
        part = dict(reports[start : start + SLICE])
        yield replace(message, reports=part, gone=message.gone if start == 0 else frozenset())

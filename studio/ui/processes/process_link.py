"""The helper processes as Qt sees them: messages from reader threads become signals."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance, Slot

from studio.model.messages import (
    Checked,
    CheckerReady,
    LeaveProject,
    Looked,
    NodesChecked,
    Probes,
    ProjectLeft,
    RunState,
    SourceReady,
    ToTrainer,
    TrainerReady,
    TypeExplained,
)
from studio.model.project import Project

if TYPE_CHECKING:
    from studio.session.checker import Checker
    from studio.session.trainer import Trainer

SLICE = 25
"""Node reports delivered in one go."""

TURN = 0.002
"""Seconds of deliveries before the window gets a turn."""


class ProcessLink(QObject):
    """Starts, asks and hears the checker and the trainer; every signal comes on the GUI thread."""

    nodes_checked = Signal(object)
    checked = Signal(object)
    source_ready = Signal(object)
    type_explained = Signal(object)
    plugins_loaded = Signal(object)
    checker_gone = Signal(str)
    checking = Signal(bool)
    """True from a question to the checker until it is answered in full."""
    trainer_ready = Signal(object)
    probes = Signal(object)
    run_state = Signal(object)
    looked = Signal(object)
    trainer_gone = Signal(str)
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._checker: Checker | None = None
        self._trainer: Trainer | None = None
        self._waiting: deque[object] = deque()
        self._project: Project | None = None
        self._oldest = 0
        """The first generation of the checker's answers that is about this project."""
        self._leaving = 0
        """How many projects the trainer has yet to say that it left."""
        self._busy = False
        """Whether the trainer was told something about this project."""
        self._closed = False
        self._unsent: list[ToTrainer] = []
        """What the trainer was told before it was started."""
        self._signals: Mapping[type, SignalInstance] = {
            NodesChecked: self.nodes_checked,
            Checked: self.checked,
            SourceReady: self.source_ready,
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
        """Start both processes and check the project that was asked about last."""
        from studio.session.checker import Checker
        from studio.session.trainer import Trainer

        self._checker = Checker(self.receive)
        self._trainer = Trainer(self.receive)
        for message in self._unsent:
            self._trainer.send(message)
        self._unsent.clear()
        if self._project is not None:
            self.check(self._project)

    def check(self, project: Project) -> None:
        """Ask for shapes, issues, totals and source of a project."""
        self._project = project
        if self._checker is not None:
            self.checking.emit(True)
            self._checker.check(project)

    def open(self, project: Project) -> None:
        """Turn to another project: what is still to come about the one before is not delivered,
        and all is told of this one. A run under way ends, so that it can be resumed."""
        self._project = project
        self._unsent.clear()
        if self._trainer is not None and self._busy:
            self._leaving += 1
            self._trainer.send(LeaveProject())
        self._busy = False
        if self._checker is not None:
            self.checking.emit(True)
            self._oldest = self._checker.open(project)

    def explain(self, type: str) -> None:
        """Ask for the help text of a node type."""
        if self._checker is not None:
            self._checker.explain(type)

    def send(self, message: ToTrainer) -> None:
        """Tell the trainer something."""
        self._busy = True
        if self._trainer is not None:
            self._trainer.send(message)
        elif not self._closed:
            self._unsent.append(message)

    def kill_trainer(self) -> None:
        """End the trainer process at once; it starts again by itself."""
        if self._trainer is not None:
            self._trainer.kill()

    def close(self) -> None:
        """End both processes; nothing is delivered any more."""
        self._closed = True
        self._turn.stop()
        for process in (self._checker, self._trainer):
            if process is not None:
                process.close()
        self._checker = self._trainer = None
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
        if isinstance(message, ProjectLeft):
            self._leaving = max(self._leaving - 1, 0)
            return
        if self._is_old(message):
            return
        signal = self._signals.get(type(message))
        if signal is not None:
            signal.emit(message)
            if isinstance(message, Checked):
                self.checking.emit(False)
            return
        from studio.session.helper_process import HelperGone

        if isinstance(message, HelperGone):
            if message.name == "trainer":
                self._leaving = 0
            gone: Callable[[str], None] = (
                self.checker_gone.emit if message.name == "checker" else self.trainer_gone.emit
            )
            gone(message.reason)

    def _is_old(self, message: object) -> bool:
        """Whether it is about a project that was open before."""
        if isinstance(message, NodesChecked | Checked | SourceReady):
            return message.generation < self._oldest
        return self._leaving > 0 and isinstance(message, RunState | Probes | Looked)


def _slices(message: object) -> Iterator[object]:
    """The message, or several of the same content where it is long."""
    if not isinstance(message, NodesChecked) or len(message.reports) <= SLICE:
        yield message
        return
    reports = list(message.reports.items())
    for start in range(0, len(reports), SLICE):
        part = dict(reports[start : start + SLICE])
        yield replace(message, reports=part, gone=message.gone if start == 0 else frozenset())

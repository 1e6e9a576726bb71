"""One training at work: logs, checkpoints and commands between its steps."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TypeAlias

import psutil
import torch

from studio.model.files import FileError
from studio.model.messages import (
    Look,
    Pause,
    Resume,
    RunState,
    SetLearningRate,
    ShareCores,
    State,
    Stop,
)
from studio.model.run_layout import BUSY, SavedState
from studio.run.checkpoints import Checkpoints
from studio.run.failures import Failure, explain, not_finite
from studio.run.loaded_project import LoadedProject
from studio.run.loop.training import NotFinite, Record
from studio.run.run_folder import RunFolder
from studio.run.shown_pictures import is_time, keep, shown
from studio.run.thread_pace import ThreadPace

Event: TypeAlias = "RunState | Record | LoadedProject"
OnEvent: TypeAlias = Callable[[Event], None]
OnLook: TypeAlias = Callable[[Look], None]
Inbox: TypeAlias = "SimpleQueue[object]"

SCAN_SECONDS = 0.05
"""Between two looks for messages in the folder: each takes some 10 µs."""

TELL_SECONDS = 0.2
BEAT_SECONDS = 1.0
"""Between two times that the folder says where the run stands."""

SAVE_SECONDS = 10.0
EPOCH_SAVE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class WindowGone:
    """The window that started the run ended. A run that is to go on `alone` does."""

    alone: bool


class _Stopped(Exception):
    pass


class TrainingRun:
    """Trains to the end unless told otherwise. What is asked is read between two steps, from the
    run's folder and from `inbox`. That the window went meanwhile is left in `next`. `runs` are
    under way beside each other, this one counted, and share the cores; `words` are what there is to
    say of it until it ends."""

    def __init__(
        self,
        loaded: LoadedProject,
        folder: RunFolder,
        inbox: Inbox,
        on_event: OnEvent,
        on_look: OnLook,
        runs: int = 1,
        words: str = "",
    ) -> None:
        self.loaded, self.stages, self.folder = loaded, loaded.stages, folder
        self.checkpoints = Checkpoints(folder.layout)
        self.next: WindowGone | None = None
        self.last = RunState(folder.path, "preparing")
        self._inbox, self._on_event, self._on_look = inbox, on_event, on_look
        self._shown = self.stages.validated
        self._words = words
        self._start = (self.stages.done, self.stages.seconds)
        self._pace = thread_pace(loaded.device)
        self._share(runs)
        self._told = self._saved = self._beaten = self._scanned = 0.0

    def run(self) -> RunState:
        """Train, and tell how it ended."""
        try:
            self._go()
        except _Stopped:
            self._end("stopped", Failure(""))
        except NotFinite as error:
            self._end("failed", not_finite(self.loaded, error, self.checkpoints.last), save=False)
        except FileError as error:
            self._end("failed", Failure(str(error)), save=False)
        except Exception as error:  # a layer may raise anything: it ends the run, not the trainer
            failure = explain(self.loaded, error)
            self._log("".join(traceback.format_exception(error)))
            del error
            self._end("failed", failure, save=False)
        return self.last

    def _go(self) -> None:
        self._save()
        if self._words:
            self.folder.log(self._words)
        self._tell("training")
        for record in self._steps():
            if record is not None:
                self._note(record)
            if self.stages.validated != self._shown:
                self._show()
            now = time.perf_counter()
            if now - self._scanned >= SCAN_SECONDS or not self._inbox.empty():
                self._attend()
            if now - self._told >= TELL_SECONDS:
                self._tell("training")
            if now - self._saved >= self._patience(record) and not self.checkpoints.busy:
                self._save()
        self._end("finished", Failure(""))
        if self.stages.best:
            self.stages.current.load_weights(self.stages.best)

    def _steps(self) -> Iterator[Record | None]:
        """The loop, with as many threads as serve it best."""
        began, done = time.perf_counter(), self.stages.done
        for record in self.stages.run():
            seconds, step = time.perf_counter() - began, self.stages.done
            change = self._pace.took(seconds) if self._pace is not None and step > done else ""
            if change:
                self.folder.log(f"step {step}: {change}.")
            yield record
            began, done = time.perf_counter(), step

    def _show(self) -> None:
        """Keep what the training board shows, some times in a stage."""
        self._shown, loop = self.stages.validated, self.stages.current
        if is_time(loop.validated, loop.plan.epochs):
            keep(self.folder.layout, self.stages.done, shown(loop))

    def _patience(self, record: Record | None) -> float:
        ended = record is not None and record.split == "validation"
        return EPOCH_SAVE_SECONDS if ended else SAVE_SECONDS

    def _note(self, record: Record) -> None:
        self.folder.append(record)
        self._on_event(record)

    def _save(self) -> None:
        if record := self.stages.flush():
            self._note(record)
        self.folder.flush()
        self.checkpoints.save(self.stages.state(), self.stages.best)
        self._saved = time.perf_counter()
        self._write_state(self.last)

    # ---- commands ------------------------------------------------------------------------------

    def _attend(self) -> None:
        """Do what was asked for; a paused run waits here for more."""
        paused = False
        while (messages := self._asked(paused)) or paused:
            for message in messages:
                paused = self._do(message, paused)
            if paused and time.perf_counter() - self._told >= BEAT_SECONDS:
                self._tell("paused")

    def _asked(self, paused: bool) -> list[object]:
        """What was asked since, by files and by the process that started the run."""
        messages: list[object] = [*self.folder.asked()]
        self._scanned = time.perf_counter()
        with suppress(Empty):
            messages.append(self._inbox.get(paused and not messages, SCAN_SECONDS))
            while True:
                messages.append(self._inbox.get_nowait())
        return messages

    def _do(self, message: object, paused: bool) -> bool:
        """Do one thing that was asked; whether the run is paused then."""
        if isinstance(message, Pause):
            if not paused:
                self._save()
                self.checkpoints.wait()
                self._tell("paused")
            return True
        if isinstance(message, Resume):
            if paused:
                self._tell("training")
            return False
        if isinstance(message, SetLearningRate):
            self._set_rate(message)
        elif isinstance(message, Look):
            self._on_look(message)
        elif isinstance(message, ShareCores):
            self._share(message.runs)
        elif isinstance(message, WindowGone):
            self.next = message
            if not message.alone:
                raise _Stopped
        elif isinstance(message, Stop):
            raise _Stopped
        return paused

    def _share(self, runs: int) -> None:
        """Use no more threads than this run's share of the cores."""
        change = self._pace.share(runs) if self._pace is not None else ""
        if change:
            self.folder.log(f"step {self.stages.done}: {change}.")

    def _set_rate(self, message: SetLearningRate) -> None:
        rates = self.stages.current.rates
        for name in rates:
            if message.update in ("", name):
                rates[name] = message.value
        self.folder.log(f"learning rate {message.value:g} {message.update}".rstrip())
        self._save()

    # ---- telling -------------------------------------------------------------------------------

    def _tell(self, state: State, failure: Failure | None = None) -> None:
        stages, changed = self.stages, state != self.last.state
        done, seconds = stages.done - self._start[0], stages.seconds - self._start[1]
        left = seconds / done * (stages.total - stages.done) if done else None
        failure = failure or Failure("")
        self.last = RunState(
            self.folder.path,
            state,
            stages.done,
            stages.total,
            stages.seconds,
            left,
            str(self.loaded.device),
            memory(self.loaded.device),
            failure.message or (self._words if state in BUSY else ""),
            failure.board,
            failure.node,
            sum(loop.plan.epochs for _, loop in stages.loops),
        )
        self._told = time.perf_counter()
        self.folder.flush()
        if changed or self._told - self._beaten >= BEAT_SECONDS:
            self._write_state(self.last, lasting=changed)
        if changed:
            self.folder.log(f"{state} at step {stages.done}. {failure.message}".rstrip(". "))
        self._on_event(self.last)

    def _write_state(self, state: RunState, lasting: bool = True) -> None:
        stages = self.stages
        saved = SavedState(
            state.state,
            stages.done,
            stages.total,
            stages.seconds,
            state.device,
            state.message,
            stages.best_values,
            epochs=state.epochs,
            left=state.left,
        )
        self.folder.write_state(saved, lasting)
        self._beaten = time.perf_counter()

    def _log(self, text: str) -> None:
        with self._reporting():
            self.folder.log(text)

    def _end(self, state: State, failure: Failure, save: bool = True) -> None:
        """Leave the folder so that the run can go on from it; the disk may be full by now."""
        with self._reporting():
            if save:
                self._save()
            self.checkpoints.wait()
            self._tell(state, failure)
        if self._pace is not None:
            self._pace.close()
        with self._reporting():
            self.folder.close()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Where the folder cannot be written, the message goes to the window alone."""
        try:
            yield
        except FileError as error:
            first = self.last.message
            message = f"{first} {error}" if first and str(error) != first else str(error)
            path, stages = self.folder.path, self.stages
            self.last = RunState(path, "failed", stages.done, stages.total, message=message)
            self._on_event(self.last)


def thread_pace(device: torch.device) -> ThreadPace | None:
    """What sets the number of threads, where there is a choice."""
    threads = torch.get_num_threads()
    if device.type != "cpu" or threads == 1:
        return None
    return ThreadPace(threads, torch.set_num_threads)


def memory(device: torch.device) -> int:
    """Bytes that this process holds on a device."""
    if device.type == "cuda":
        return torch.cuda.memory_reserved(device)
    return int(psutil.Process().memory_info().rss)

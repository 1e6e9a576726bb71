"""The trainer process: trains on its main thread, listens on another."""

from __future__ import annotations

import importlib
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue

from studio.compile.training_source import CannotCompile
from studio.model.files import FileError
from studio.model.messages import (
    FromTrainer,
    LeaveProject,
    Look,
    Looked,
    OpenRun,
    ProjectLeft,
    RunState,
    ToTrainer,
    Train,
    TrainerReady,
)
from studio.run.loaded_project import LoadedProject, devices, load_run
from studio.run.probing import Probing
from studio.run.run_loop import Event, Inbox
from studio.run.training_runs import start

WARM_AFTER = 3.0
"""Seconds that the window gets to start before anything else is prepared."""


class Closed:
    """Put into the inbox when the window is gone."""


def serve(connection: Connection[FromTrainer, ToTrainer]) -> None:
    """Do what the window asks until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which then stops us
    inbox: Inbox = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, inbox), daemon=True).start()
    _Server(connection, inbox).run()


def _listen(connection: Connection[FromTrainer, ToTrainer], inbox: Inbox) -> None:
    while True:
        try:
            inbox.put(connection.recv())
        except (EOFError, OSError):
            inbox.put(Closed())
            return


class _Server:
    def __init__(self, connection: Connection[FromTrainer, ToTrainer], inbox: Inbox) -> None:
        self._connection, self._inbox = connection, inbox
        self._probing: Probing | None = None

    def run(self) -> None:
        self._send(TrainerReady(devices()))
        message = self._first()
        while not isinstance(message, Closed):
            message = self._take(self._inbox.get() if message is None else message)

    def _first(self) -> object:
        """The first message. While there is none, import what torch's optimisers would on first
        use, once the window has had time to start: it takes a second."""
        try:
            return self._inbox.get(timeout=WARM_AFTER)
        except Empty:
            importlib.import_module("torch._dynamo")
            return self._inbox.get()

    def _send(self, message: FromTrainer) -> None:
        try:
            self._connection.send(message)
        except OSError:
            self._inbox.put(Closed())  # the window is gone: the run under way is saved and stopped

    def _take(self, message: object) -> object:
        """Do what a message asks; a message that came while training and ended it is returned."""
        if isinstance(message, Train):
            return self._train(message)
        if isinstance(message, OpenRun):
            self._open(message)
        elif isinstance(message, LeaveProject):
            self._probing = None
            self._send(ProjectLeft())
        elif isinstance(message, Look):
            self._look(message)
        return message if isinstance(message, Closed) else None

    def _train(self, message: Train) -> object:
        self._probing = None
        try:
            work = start(
                message.project,
                message.folder,
                message.resume,
                self._event,
                self._inbox,
                self._look,
            )
        except Exception as error:  # layers and data may raise anything while they are built
            self._send(_failure(message.folder, error))
            return None
        work.run()
        return work.next

    def _event(self, event: Event) -> None:
        if isinstance(event, RunState):
            self._send(event)
        elif isinstance(event, LoadedProject):
            self._loaded(event)

    def _loaded(self, loaded: LoadedProject) -> None:
        self._probing = Probing(loaded)
        self._send(self._probing.probes())

    def _open(self, message: OpenRun) -> None:
        try:
            self._loaded(load_run(message.folder))
        except Exception as error:  # as above
            self._probing = None
            self._send(_failure(message.folder, error))

    def _look(self, message: Look) -> None:
        if self._probing is None:
            self._send(
                Looked(message.ticket, error="There is no network yet; train or open a run.")
            )
        else:
            self._send(self._probing.look(message))


def _failure(folder: Path, error: Exception) -> RunState:
    """Why nothing could be started, in a sentence."""
    text = " ".join(str(error).split()) or type(error).__name__
    if not isinstance(error, FileError | CannotCompile):
        text = f"The run could not start: {text}"
    return RunState(folder, "failed", message=text)

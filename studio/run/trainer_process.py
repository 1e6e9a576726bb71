"""A trainer process: trains on its main thread, listens on another."""

from __future__ import annotations

import importlib
import signal
import threading
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue

from studio.compile.training_source import CannotCompile
from studio.model.files import FileError
from studio.model.messages import (
    FromTrainer,
    GoOnAlone,
    Look,
    Looked,
    NotOpened,
    OpenRun,
    RunState,
    ShareCores,
    ToTrainer,
    Train,
    TrainerReady,
)
from studio.model.run_layout import RunLayout
from studio.run.loaded_project import LoadedProject, devices, load_run
from studio.run.probing import Probing
from studio.run.run_loop import Event, Inbox, WindowGone
from studio.run.training_runs import start

WARM_AFTER = 3.0
"""Seconds that the window gets to start before anything else is prepared."""


def serve(connection: Connection[FromTrainer, ToTrainer], idle: float) -> None:
    """Do what the window asks until it is gone, or asks nothing for so many seconds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which then stops us
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # so is the end of its terminal
    inbox: Inbox = SimpleQueue()
    signal.signal(signal.SIGTERM, lambda number, frame: inbox.put(WindowGone(False)))
    threading.Thread(target=_listen, args=(connection, inbox), daemon=True).start()
    _Server(connection, inbox).run(idle)


def _listen(connection: Connection[FromTrainer, ToTrainer], inbox: Inbox) -> None:
    alone = False
    while True:
        try:
            message = connection.recv()
        except (EOFError, OSError):
            inbox.put(WindowGone(alone))
            return
        if isinstance(message, GoOnAlone):
            alone = message.wanted
        else:
            inbox.put(message)


class _Server:
    def __init__(self, connection: Connection[FromTrainer, ToTrainer], inbox: Inbox) -> None:
        self._connection, self._inbox = connection, inbox
        self._probing: Probing | None = None
        self._runs = 1
        self._snapshot: Path | None = None
        """The checkpoint of a run under way elsewhere that is looked into."""

    def run(self, idle: float) -> None:
        self._send(TrainerReady(devices()))
        message = self._first()
        while not isinstance(message, WindowGone):
            following = self._take(message)
            try:
                message = following or self._inbox.get(timeout=idle)
            except Empty:
                return

    def _first(self) -> object:
        """The first message. While there is none, import what torch's optimisers would on first
        use, once the window has had time to start: it takes a second."""
        try:
            return self._inbox.get(timeout=WARM_AFTER)
        except Empty:
            importlib.import_module("torch._dynamo")
            return None

    def _send(self, message: FromTrainer) -> None:
        with suppress(OSError):  # the window is gone: the inbox says so too
            self._connection.send(message)

    def _take(self, message: object) -> object:
        """Do what a message asks; that the window went while it trained is returned."""
        if isinstance(message, Train):
            return self._train(message)
        if isinstance(message, OpenRun):
            self._open(message)
        elif isinstance(message, Look):
            self._look(message)
        elif isinstance(message, ShareCores):
            self._runs = message.runs
        return None

    def _train(self, message: Train) -> object:
        self._probing = self._snapshot = None
        try:
            work = start(message, self._event, self._inbox, self._look, self._runs)
        except Exception as error:  # layers and data may raise anything while they are built
            self._send(RunState(message.folder, "failed", message=_sentence(error)))
            return None
        work.run()
        return work.next

    def _event(self, event: Event) -> None:
        if isinstance(event, RunState):
            self._send(event)
        elif isinstance(event, LoadedProject):
            self._loaded(event)

    def _loaded(self, loaded: LoadedProject) -> None:
        self._snapshot = None
        self._probing = Probing(loaded)
        self._send(replace(self._probing.probes(), folder=loaded.folder))

    def _open(self, message: OpenRun) -> None:
        try:
            if message.snapshot:
                self._renew(message.folder)
            else:
                self._loaded(load_run(message.folder))
        except Exception as error:  # as above
            self._probing = None
            self._send(NotOpened(message.folder, _sentence(error)))

    def _renew(self, folder: Path) -> None:
        """Have the networks of a run as it saved them last. What can be seen in them is known."""
        newest = RunLayout(folder).last
        if self._snapshot != newest:
            self._probing = Probing(load_run(folder, "cpu", "last"))
            self._snapshot = newest

    def _look(self, message: Look) -> None:
        if self._probing is None:
            self._send(
                Looked(message.ticket, error="There is no network yet; train or open a run.")
            )
        else:
            self._send(self._probing.look(message))


def _sentence(error: Exception) -> str:
    """Why a run could not be started or opened."""
    text = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, FileError | CannotCompile):
        return text
    return f"The run could not start: {text}"

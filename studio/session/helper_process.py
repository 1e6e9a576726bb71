"""A helper process: started by spawn, spoken to through a pipe, where wanted started again when it
dies."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any


@dataclass(frozen=True, slots=True)
class HelperGone:
    """A helper process ended by itself; `reason` is a sentence, `signal` what ended it, if one
    did; it was `idle` where it ended because nothing was asked of it."""

    name: str
    reason: str
    signal: int = 0
    idle: bool = False


QUICK = 5.0
"""Seconds within which a death counts as quick."""

Receive = Callable[[Any], None]


class PipeEnds:
    """A helper's ends of its two pipes, as one connection: each side can then close the pipe that
    it writes to while the other still reads."""

    def __init__(self, incoming: Connection[Any, Any], outgoing: Connection[Any, Any]) -> None:
        self.recv, self.poll, self.send = incoming.recv, incoming.poll, outgoing.send


def enter(
    module: str, incoming: Connection[Any, Any], outgoing: Connection[Any, Any], *given: object
) -> None:
    """First thing that runs in a helper process: import its module there and serve."""
    with contextlib.suppress(KeyboardInterrupt):
        importlib.import_module(module).serve(PipeEnds(incoming, outgoing), *given)


class HelperProcess:
    """A process that runs `serve` of a module, with what is `given` to it. `receive` gets its
    messages on a reader thread. When it dies, `ended` is called, a new one is started if it is to
    live `again`, and `receive` gets `HelperGone`."""

    def __init__(
        self,
        name: str,
        module: str,
        receive: Receive,
        given: tuple[object, ...] = (),
        ended: Callable[[], None] = lambda: None,
        again: bool = True,
    ) -> None:
        self._name = name
        self._module = module
        self._given = given
        self._ended = ended
        self._again = again
        self._receive = receive
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._quick_deaths = 0
        self._start()

    @property
    def pid(self) -> int | None:
        """Process number of the helper that runs now."""
        return self._process.pid

    def send(self, message: object) -> None:
        """Send a message, without waiting for a busy helper to take it. What was sent to a helper
        that dies is lost with it."""
        self._outbox.put(message)

    def kill(self) -> None:
        """End the helper at once."""
        self._process.kill()

    def leave(self) -> None:
        """Say nothing to the helper any more and hear nothing: it ends when it finds that out, or
        later if it has reasons to."""
        self._end.set()
        self._outbox.put(_END)

    def close(self, patience: float = 2.0) -> None:
        """End the helper for good."""
        self.leave()
        self._process.join(patience)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(patience)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        (commands, ours), (answers, theirs) = context.Pipe(False), context.Pipe(False)
        process = context.Process(
            target=enter,
            args=(self._module, commands, theirs, *self._given),
            name=f"netloom-{self._name}",
            daemon=True,
        )
        process.start()
        self._started = time.monotonic()
        commands.close()
        theirs.close()
        with self._lock:
            outbox: queue.SimpleQueue[object] = queue.SimpleQueue()
            self._process, self._outbox = process, outbox
        for work, arguments in ((self._read, (process, answers)), (_write, (ours, outbox))):
            threading.Thread(target=work, args=arguments, name=self._name, daemon=True).start()

    def _read(self, process: Any, connection: Connection[Any, Any]) -> None:
        for message in _incoming(connection):
            if not self._end.is_set():
                self._receive(message)
        self._outbox.put(_END)
        if self._end.is_set():
            return
        process.join()
        self._ended()
        if self._again:
            self._wait_after_quick_deaths()
            if self._end.is_set():
                return
            self._start()
        code = process.exitcode or 0
        self._receive(HelperGone(self._name, _reason(code), max(0, -code), not code))

    def _wait_after_quick_deaths(self) -> None:
        """Do not start a helper over and over that cannot live."""
        lived = time.monotonic() - self._started
        self._quick_deaths = self._quick_deaths + 1 if lived < QUICK else 0
        if self._quick_deaths > 1:
            self._end.wait(min(2.0**self._quick_deaths, 60.0))


_END = object()
"""PipeEnds a writer thread, which then closes the pipe."""


def _incoming(connection: Connection[Any, Any]) -> Iterator[Any]:
    with connection:
        while True:
            try:
                message = connection.recv()
            except (EOFError, OSError):  # the helper is gone
                return
            yield message


def _write(connection: Connection[Any, Any], outbox: queue.SimpleQueue[object]) -> None:
    with contextlib.suppress(OSError), connection:
        while (message := outbox.get()) is not _END:
            connection.send(message)


def _reason(exitcode: int) -> str:
    if exitcode < 0:
        return f"it was ended by signal {-exitcode}" + (
            ", perhaps because memory ran out" if exitcode == -9 else ""
        )
    return f"it stopped with code {exitcode}"

"""The window's end of the checker process."""

from __future__ import annotations

import threading
from collections.abc import Callable

from studio.model.delta import between
from studio.model.messages import Check, ExplainType, FromChecker
from studio.model.project import Project
from studio.session.helper_process import HelperGone, HelperProcess


class Checker:
    """Sends projects as differences and passes on what comes back. `receive` is called on a reader
    thread, with `HelperGone` when the process died; the project is then sent again in whole."""

    def __init__(self, receive: Callable[[FromChecker | HelperGone], None]) -> None:
        self._receive = receive
        self._generation = self._base = 0
        self._known = Project()
        self._lock = threading.Lock()
        self._child = HelperProcess("checker", "studio.compile.checker_process", self._take)

    @property
    def pid(self) -> int | None:
        """Process number of the checker."""
        return self._child.pid

    def check(self, project: Project) -> int:
        """Have a project checked; the newest wins. Returns the generation of the answers."""
        with self._lock:
            return self._send(project)

    def open(self, project: Project) -> int:
        """Have another project checked, with nothing kept of the one before: everything is told,
        also what both have in common. Returns the generation of the answers."""
        with self._lock:
            return self._send_whole(project)

    def explain(self, type_name: str) -> None:
        """Ask for the help text of a node type."""
        self._child.send(ExplainType(type_name))

    def kill(self) -> None:
        """End the process at once; a new one is started."""
        self._child.kill()

    def close(self) -> None:
        """End the process for good; nothing is received any more."""
        self._child.close()

    def _take(self, message: FromChecker | HelperGone) -> None:
        if isinstance(message, HelperGone):
            with self._lock:
                self._send_whole(self._known)
        self._receive(message)

    def _send_whole(self, project: Project) -> int:
        self._known, self._base = Project(), 0
        return self._send(project)

    def _send(self, project: Project) -> int:
        self._generation += 1
        change = between(self._known, project)
        self._child.send(Check(self._generation, change, self._base))
        self._known, self._base = project, self._generation
        return self._generation

"""The window's end of the checker process."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping

from studio.model.board_path import BoardPath
from studio.model.delta import between
from studio.model.messages import Analyse, Check, ExplainType, FromChecker
from studio.model.project import Project
from studio.model.work_note import Work, WorkNote
from studio.session.helper_process import HelperGone, HelperProcess

PATIENCE = 30.0
"""Seconds that a node may take, reading its file included."""

GLANCE = 1.0
"""Seconds between two looks at whether it takes longer."""

KILLED = frozenset({signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)})
"""What a process is ended by from outside: by a person, or by a system that has no memory left."""

Place = tuple[str, str]


class Checker:
    """Sends projects as differences and passes on what comes back. `receive` is called on a reader
    thread, with `HelperGone` when the process died; the project is then sent again in whole.

    A node at which the process died, or that takes longer than PATIENCE, is left out from then on,
    until it or what comes before it on its board is another.
    """

    def __init__(self, receive: Callable[[FromChecker | HelperGone], None]) -> None:
        self._receive = receive
        self._generation = self._base = 0
        self._known = Project()
        self._place: BoardPath | None = None
        self._spoilt: dict[Place, tuple[object, str]] = {}
        """Nodes to leave out: what they were and what came before them, and why."""
        self._suspect: Place | None = None
        """At which node somebody ended the process: by chance, if it comes by it next time."""
        self._last: Work | None = None
        """What was under work when the process ended."""
        self._late = False
        self._lock = threading.Lock()
        self._note = WorkNote()
        self._closed = threading.Event()
        module = "studio.compile.checker_process"
        self._child = HelperProcess("checker", module, self._take, (self._note,), self._ended)
        threading.Thread(target=self._watch, name="checker watch", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """Process number of the checker."""
        return self._child.pid

    def check(self, project: Project, place: BoardPath | None = None) -> int:
        """Have a project checked, and told besides what is at a place inside another board; the
        newest wins. Returns the generation of the answers."""
        with self._lock:
            self._place = place
            return self._send(project)

    def open(self, project: Project) -> int:
        """Have another project checked, with nothing kept of the one before: everything is told,
        also what both have in common. Returns the generation of the answers."""
        with self._lock:
            self._spoilt.clear()
            self._place = None
            return self._send_whole(project)

    def explain(self, question: ExplainType) -> None:
        """Ask for the help of a node type."""
        self._child.send(question)

    def analyse(self) -> None:
        """Ask what the project costs that was sent last, once it is checked."""
        with self._lock:
            self._child.send(Analyse(self._generation))

    def kill(self) -> None:
        """End the process at once; a new one is started."""
        self._child.kill()

    def close(self) -> None:
        """End the process for good; nothing is received any more."""
        self._closed.set()
        self._child.close()

    def _take(self, message: FromChecker | HelperGone) -> None:
        if isinstance(message, HelperGone):
            with self._lock:
                self._blame(message)
                self._send_whole(self._known)
        self._receive(message)

    def _send_whole(self, project: Project) -> int:
        self._known, self._base = Project(), 0
        return self._send(project)

    def _send(self, project: Project) -> int:
        self._generation += 1
        change = between(self._known, project)
        unchecked = self._unchecked(project) if self._spoilt else {}
        check = Check(self._generation, change, self._base, unchecked, self._place)
        self._child.send(check)
        self._known, self._base = project, self._generation
        return self._generation

    # ---- what it died of -----------------------------------------------------------------------

    def _watch(self) -> None:
        """End the process where a node takes too long."""
        while not self._closed.wait(GLANCE):
            work = self._note.read()
            if work is not None and time.monotonic() - work.since > PATIENCE:
                self._late = True
                self._child.kill()

    def _ended(self) -> None:
        """Take the note before the next process is there."""
        self._last = self._note.read()
        self._note.clear()

    def _blame(self, gone: HelperGone) -> None:
        """Leave the node out at which the process died."""
        work, late, suspect = self._last, self._late, self._suspect
        self._late, self._suspect = False, None
        if work is None:
            return
        place = work.board, work.node
        if not late and gone.signal in KILLED and place != suspect:
            self._suspect = place
            return
        why = f"it ended the checker ({gone.reason})"
        if late:
            why = f"it took longer than {PATIENCE:g} seconds"
        self._spoilt[place] = (_around(self._known, place), why)

    def _unchecked(self, project: Project) -> Mapping[Place, str]:
        """The nodes to leave out; those that are others by now are tried again."""
        self._spoilt = {
            place: (was, why)
            for place, (was, why) in self._spoilt.items()
            if _around(project, place) == was
        }
        return {place: why for place, (_, why) in self._spoilt.items()}


def _around(project: Project, place: Place) -> object:
    """A node and what comes before it on its board; None where there is no such node."""
    name, id = place
    board = project.boards.get(name)
    if board is None or id not in board.nodes:
        return None
    before = {id, *board.before(id)}
    nodes = [board.nodes[other] for other in sorted(before)]
    inside = [project.boards[other] for node in nodes for other in project.reached(node.stands_for)]
    return (
        [(node.id, node.type, node.params, node.uses) for node in nodes],
        [wire for wire in board.wires if wire.target in before],
        board.params,
        inside,
        project.folder,
    )

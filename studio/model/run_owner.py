"""Who trains in a run's folder: one process at a time, held to it by a lock of the system.

The lock goes with its process, however that ends. The note beside it is for people, and for other
machines: where a folder is shared by a network, their locks may know nothing of each other.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from studio.model.files import FileError, write_atomically
from studio.model.plain_json import read_object
from studio.model.run_layout import RunLayout

if TYPE_CHECKING:
    from filelock import BaseFileLock


PATIENCE = 0.3
"""Seconds to wait for a folder: who looks whether anybody trains there locks it for a moment."""


@dataclass(frozen=True, slots=True)
class OwnerNote:
    """Who trains in a folder: host, process and time, each empty where it is not known."""

    host: str = ""
    pid: str = ""
    since: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether that is another machine, of which nothing more can be known."""
        return self.host not in ("", platform.node())

    def __str__(self) -> str:
        if not (self.host and self.pid and self.since):
            return "by another process"
        since = self.since.replace("T", " ")[:19]
        return f"by process {self.pid} on {self.host} since {since}"


def owner_of(layout: RunLayout) -> OwnerNote | None:
    """Who trains in a folder now; None where nobody does, or not any more."""
    if not layout.owner.exists():
        return None
    note = _note(layout)
    if note.elsewhere:
        return note
    from filelock import FileLock, Timeout

    lock = FileLock(layout.lock)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return note
    lock.release()
    return None


class RunOwner:
    """Holds a run's folder until it is released, or its process ends."""

    def __init__(self, layout: RunLayout) -> None:
        """Take the folder. Raises FileError with host, process and time where another has it."""
        from filelock import FileLock, Timeout  # slow to import, and no start of a window needs it

        self._layout = layout
        self._lock: BaseFileLock = FileLock(layout.lock)
        try:
            self._lock.acquire(timeout=PATIENCE, poll_interval=0.01)
        except Timeout as error:
            raise FileError(_refusal(layout, _note(layout))) from error
        except OSError as error:
            raise FileError(
                f"{layout.folder} could not be locked: {error.strerror or error}. A run can only "
                "go on where files can be written and locked."
            ) from error
        owner = _note(layout)
        if owner.elsewhere:
            self._lock.release()
            raise FileError(_refusal(layout, owner))

    def sign(self) -> None:
        """Say who owns the folder. Raises FileError."""
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        note = {"host": platform.node(), "pid": os.getpid(), "since": since}
        write_atomically(self._layout.owner, json.dumps(note).encode())

    def release(self) -> None:
        """Let others train here."""
        if self._lock.is_locked:
            self._layout.owner.unlink(missing_ok=True)
            self._lock.release()


def refuse_owned(layout: RunLayout) -> None:
    """Raise FileError where a trainer is at work in a folder."""
    owner = owner_of(layout)
    if owner is not None:
        raise FileError(_refusal(layout, owner))


def _refusal(layout: RunLayout, owner: OwnerNote) -> str:
    if owner.elsewhere:
        return (
            f"{layout.folder} was being trained {owner}, and that machine has not said that it "
            f"ended. If it has, delete {layout.owner} and try again."
        )
    return f"{layout.folder} is being trained {owner}: stop it there, or wait until it ends."


def _note(layout: RunLayout) -> OwnerNote:
    found = read_object(layout.owner)
    return OwnerNote(*(str(found.get(key, "")) for key in ("host", "pid", "since")))

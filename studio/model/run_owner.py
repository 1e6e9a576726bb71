"""Who trains in a run's folder: one process at a time, held to it by a lock of the system.

The lock goes with its process, however that ends. The note beside it is for people, and for other
machines: where a folder is shared by a network, their locks may know nothing of each other.
"""

from __future__ import annotations

import json
import os
import platform
from datetime import datetime
from typing import TYPE_CHECKING

from studio.model.files import FileError, write_atomically
from studio.model.run_layout import RunLayout, read_object

if TYPE_CHECKING:
    from filelock import BaseFileLock


class RunOwner:
    """Holds a run's folder until it is released, or its process ends."""

    def __init__(self, layout: RunLayout) -> None:
        """Take the folder. Raises FileError with host, process and time where another has it."""
        from filelock import FileLock, Timeout  # slow to import, and no start of a window needs it

        self._layout = layout
        self._lock: BaseFileLock = FileLock(layout.lock)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise FileError(
                f"{layout.folder} is being trained {_told(layout)}: stop it there, or wait "
                "until it ends."
            ) from error
        except OSError as error:
            raise FileError(
                f"{layout.folder} could not be locked: {error.strerror or error}. A run can only "
                "go on where files can be written and locked."
            ) from error
        host = read_object(layout.owner).get("host", platform.node())
        if host != platform.node():
            self._lock.release()
            raise FileError(
                f"{layout.folder} was being trained {_told(layout)}, and that machine has not said "
                f"that it ended. If it has, delete {layout.owner} and try again."
            )

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
    RunOwner(layout).release()


def _told(layout: RunLayout) -> str:
    note = read_object(layout.owner)
    known = {key: str(note[key]) for key in ("host", "pid", "since") if key in note}
    if len(known) < 3:
        return "by another process"
    since = known["since"].replace("T", " ")[:19]
    return f"by process {known['pid']} on {known['host']} since {since}"

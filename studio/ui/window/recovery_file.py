"""Unsaved work is kept in a recovery file, which a later start offers after a crash."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.model.document import Document
from studio.model.files import FileError, write_atomically
from studio.model.project import Project
from studio.model.project_file import load
from studio.model.project_writing import to_text

DELAY = 2000
"""Milliseconds after the first change that is not kept yet, however many follow it."""


def folder() -> Path:
    """Where recovery files are."""
    import platformdirs

    return platformdirs.user_data_path("netloom") / "recovery"


@dataclass(frozen=True)
class Leftover:
    """Work that a window which is gone did not save. `origin` is the person's own file, `known` by
    what that was known when it was read or written last."""

    file: Path
    origin: Path | None
    known: str | None = None

    @property
    def name(self) -> str:
        """What the work was called."""
        return self.origin.name if self.origin else "an unsaved project"

    def read(self) -> Project:
        """The work. Raises FileError."""
        return load(self.file)

    def discard(self) -> None:
        """Remove the work and the note whose it was."""
        self.file.unlink(missing_ok=True)
        self.file.with_suffix(".owner").unlink(missing_ok=True)


def leftovers() -> Iterator[Leftover]:
    """Recovery files of windows that do not run any more, the newest first."""
    found = [path for path in folder().glob("*.json") if path.is_file()]
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        owner = _owner(path.with_suffix(".owner"))
        if not _runs(owner.get("pid"), owner.get("started")):
            origin, known = (
                text if isinstance(text := owner.get(key), str) and text else None
                for key in ("origin", "known")
            )
            yield Leftover(path, None if origin is None else Path(origin), known)


def _owner(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # whose file it was is lost; the work itself is still offered
        return {}
    return found if isinstance(found, dict) else {}


def _runs(pid: object, started: object) -> bool:
    import psutil

    if not isinstance(pid, int) or not isinstance(started, int | float):
        return False
    try:
        return abs(float(psutil.Process(pid).create_time()) - started) < 1
    except psutil.Error:
        return False


def _mine(origin: Path | None, known: str | None) -> bytes:
    import psutil

    started = psutil.Process().create_time()
    whose = {"pid": os.getpid(), "started": started}
    return json.dumps({**whose, "origin": str(origin or ""), "known": known or ""}).encode()


class Recovery(QObject):
    """Writes the recovery file of one document, in a thread of its own."""

    failed = Signal(str)
    """Why the file could not be written; told once."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._file = folder() / f"{uuid.uuid4().hex}.json"
        self._on = True
        self._told = False
        self._thread = ThreadPoolExecutor(1, "recovery")
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.write)
        document.subscribe(self._changed)

    @property
    def file(self) -> Path:
        """The recovery file; it is there while there is unsaved work."""
        return self._file

    def switch(self, on: bool) -> None:
        """Keep a recovery file, or none."""
        self._on = on
        self._timer.start(0) if on else self.remove()

    def write(self) -> Future[None]:
        """Keep what is unsaved now; done when the future is."""
        document = self._document
        if not self._on or not document.modified:
            return self.remove()
        return self._thread.submit(
            self._write, document.project, _mine(document.path, document.known)
        )

    def remove(self) -> Future[None]:
        """There is nothing unsaved: take the file away."""
        self._timer.stop()
        return self._thread.submit(Leftover(self._file, None).discard)

    def close(self, keep: bool = False) -> None:
        """End; the file goes unless the work is to be kept."""
        self._document.unsubscribe(self._changed)
        self._timer.stop()
        if not keep:
            self.remove()
        self._thread.shutdown(wait=True)

    def _changed(self, before: Project | None, after: Project) -> None:
        if self._on and not self._timer.isActive():
            self._timer.start(DELAY)

    def _write(self, project: Project, owner: bytes) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file.with_suffix(".owner"), owner)
            write_atomically(self._file, to_text(project).encode())
        except (OSError, FileError) as error:
            if not self._told:
                self._told = True
                self.failed.emit(f"Unsaved work is not kept for after a crash: {error}")

"""What is asked of whoever trains in a run's folder: files, read in the order of their names.

Each has a name of its own and is renamed into place when it is whole, so that any window or command
may ask, on any machine that sees the folder. Who owns the run takes them out.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from studio.model.files import FileError, read_file, write_atomically
from studio.model.messages import Pause, Resume, SetLearningRate, Stop
from studio.model.plain_json import as_number, as_object
from studio.model.run_layout import RunLayout

RunCommand: TypeAlias = Pause | Resume | Stop | SetLearningRate

WORDS: Mapping[str, type[Pause | Resume | Stop]] = {
    "pause": Pause,
    "resume": Resume,
    "stop": Stop,
}
"""What commands without a value are called in their files."""

RATE = "learning_rate"
"""What the other one is called."""

LONGEST = 4096
"""Bytes of a message at most; what is longer was not written by Netloom."""


def post(layout: RunLayout, command: RunCommand) -> Path:
    """Ask something of whoever trains there, by a file that is gone once it was read. Raises
    FileError."""
    try:
        layout.inbox.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError(
            f"{layout.folder} takes no messages: {error.strerror or error}. Whoever steers a run "
            "must be able to write there."
        ) from error
    path = layout.inbox / f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.json"
    write_atomically(path, json.dumps(_fields(command)).encode(), lasting=False)
    return path


def take(layout: RunLayout) -> list[RunCommand]:
    """What was asked since, the oldest first; it is gone from the folder then. What cannot be
    understood is left out."""
    found = (_read(path) for path in _waiting(layout))
    return [command for command in found if command is not None]


def drop(layout: RunLayout) -> None:
    """Forget what was asked of somebody who trains there no more."""
    for path in _waiting(layout):
        _remove(path)


def _waiting(layout: RunLayout) -> list[Path]:
    try:
        with os.scandir(layout.inbox) as entries:
            names = [entry.name for entry in entries if entry.name.endswith(".json")]
    except OSError:  # nobody has asked anything yet
        return []
    return [layout.inbox / name for name in sorted(names)]


def _read(path: Path) -> RunCommand | None:
    try:
        text = read_file(path, LONGEST)
    except FileError:
        text = b""
    return _command(as_object(text)) if _remove(path) else None


def _remove(path: Path) -> bool:
    """Whether a message is gone: one that cannot be removed would be done again and again."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _fields(command: RunCommand) -> Mapping[str, Any]:
    if isinstance(command, SetLearningRate):
        return {"command": RATE, "value": command.value, "update": command.update}
    return {"command": next(name for name, kind in WORDS.items() if isinstance(command, kind))}


def _command(fields: Mapping[str, Any]) -> RunCommand | None:
    name, value = fields.get("command"), as_number(fields.get("value"))
    if name == RATE and value > 0:
        return SetLearningRate(value, str(fields.get("update", "")))
    return WORDS[name]() if isinstance(name, str) and name in WORDS else None

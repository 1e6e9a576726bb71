"""Files that are written whole or not at all, and what is said where that fails."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileError(Exception):
    """A file that cannot be read or written; the message says what, where and what to do."""


def read_file(path: Path, most: int) -> bytes:
    """A file of at most so many bytes. Raises FileError, also for what is no plain file: a pipe or
    a device may never end."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a directory" if stat.S_ISDIR(status.st_mode) else "no plain file"
            raise FileError(f"{path} cannot be read: it is {kind}.")
        if status.st_size <= most:
            with path.open("rb") as file:
                data = file.read(most + 1)
            if len(data) <= most:
                return data
    except (OSError, ValueError) as error:  # a path with a zero in it is no value for a system call
        problem = getattr(error, "strerror", None) or error
        raise FileError(f"{path} cannot be read: {problem}.") from error
    raise FileError(f"{path} is larger than the {most // 2**20} MB that are read of such a file.")


@contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """A folder to fill: it comes into its place once it is whole, or not at all. Raises FileError,
    also where something is there already."""
    temporary: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        yield temporary
        for path in temporary.rglob("*"):
            if path.is_file():
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
        temporary.chmod(0o755)
        temporary.rename(folder)
    except OSError as error:
        raise FileError(
            f"{folder} could not be made: {error.strerror or error}. Choose another place or make "
            "room there."
        ) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def write_atomically(path: Path, data: bytes, lasting: bool = True) -> None:
    """Write a file so that a crash or a full disk leaves the old one; where it need not be
    `lasting`, that of the whole machine may leave an empty one. Raises FileError."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        else:
            temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise FileError(
            f"{path} could not be written: {error.strerror or error}. Nothing was changed; "
            "choose another place or make room there."
        ) from error

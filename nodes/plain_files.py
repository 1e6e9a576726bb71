"""Files of the reader's own: only plain ones, since a pipe or a device may never end."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def plain_file(path: str, most: int) -> Iterator[BinaryIO]:
    """A file of at most so many bytes, open for reading. Raises OSError, and ValueError for
    anything else."""
    _refuse(path, Path(path).stat(), most)
    # What stands there now may be another: it is looked at again, and opening it never waits.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        _refuse(path, os.fstat(file.fileno()), most)
        yield file


def _refuse(path: str, status: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(f"{path} cannot be read: it is no plain file")
    if status.st_size > most:
        raise ValueError(
            f"{path} is larger than the {most // 2**20:,} MB that are read of such a file"
        )

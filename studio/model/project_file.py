"""Project files: reading and writing them whole."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from studio.model.files import FileError, read_file, write_atomically
from studio.model.project import Project
from studio.model.project_reading import parse
from studio.model.project_writing import to_text

LARGEST = 64 * 2**20
"""Bytes; what is larger is no project. One of 5,000 nodes has half a megabyte."""


class FileChanged(FileError):
    """A project file holds something else than when it was read or written last."""


def load(path: Path) -> Project:
    """Read a project file. Raises FileError."""
    return read(path)[0]


def read(path: Path) -> tuple[Project, str]:
    """The project of a file, and by what a later `save` knows the file again. Raises FileError."""
    data = read_file(path, LARGEST)
    try:
        project = parse(data.decode("utf-8"))
        return replace(project, folder=path.absolute().parent), _digest(data)
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a text file in UTF-8; is it a Netloom project?") from error
    except FileError as error:
        raise FileError(f"{path}: {error}") from error


def save(project: Project, path: Path, known: str | None = None) -> str:
    """Write a project file, whole or not at all; gives what `read` gives besides the project.

    Raises FileError, and FileChanged where the file is not the `known` one any more.
    """
    try:
        data = to_text(project).encode()
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} could not be written: {error}. Nothing was changed.") from error
    if known is not None and path.exists() and _digest(read_file(path, LARGEST)) != known:
        raise FileChanged(
            f"{path} was changed by another window or program since it was read here; nothing was "
            "written. Save under another name, or open it again."
        )
    write_atomically(path, data)
    return _digest(data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

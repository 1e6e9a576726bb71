"""A project with the weights of one of its runs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.failure import Failure
from studio.model import files

if TYPE_CHECKING:
    from studio.run.loaded import Loaded


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, help="a project")
    parser.add_argument("--run", type=Path, required=True, help="the folder of one of its runs")


def load(file: Path, run: Path) -> Loaded:
    """The project's networks with the run's weights, the best where there are any.

    Raises Failure, FileError where the weights do not fit.
    """
    project = files.load(file)
    from studio.run import checkpoints
    from studio.run.folder import RunFolder
    from studio.run.loaded import build

    with sentences():
        RunFolder.open(run)
        best, last = run / "checkpoints" / "best.pt", run / "checkpoints" / "last.pt"
        path = best if best.exists() else last
        content = checkpoints.read(path)
        loaded = build(project)
        checkpoints.fit(loaded.networks, content["networks"], path)
    loaded.folder = run
    return loaded


@contextmanager
def sentences() -> Iterator[None]:
    """Turn a project's errors into a Failure."""
    from studio.compile.training import CannotCompile

    try:
        yield
    except CannotCompile as error:
        raise Failure(str(error)) from error

"""A project with the weights of one of its runs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli import trusting
from studio.cli.command_error import CommandError
from studio.model import project_file
from studio.model.run_layout import RunLayout

if TYPE_CHECKING:
    from studio.model.project import Project
    from studio.run.loaded_project import LoadedProject


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, help="a project")
    parser.add_argument("--run", type=Path, required=True, help="the folder of one of its runs")
    trusting.configure(parser)


def load(arguments: argparse.Namespace) -> LoadedProject:
    """The run's networks with its weights, the best where there are any, and its data.

    Raises CommandError, FileError where the weights do not fit the project in the file.
    """
    run: Path = arguments.run
    project = project_file.load(arguments.file)
    trusting.ask(project, arguments)
    trusting.ask_of_run(run, arguments)
    from studio.run.loaded_project import load_run

    refuse_misfit(project, run)
    with sentences():
        return load_run(run)


def refuse_misfit(project: Project, run: Path) -> None:
    """Raise a FileError, with names and shapes, where a run's weights do not fit a project."""
    from studio.compile.compiled import check
    from studio.run import checkpoints
    from studio.run.loop.training import OBJECTIVE
    from studio.run.run_folder import RunFolder

    RunFolder.open(run)
    path, content = checkpoints.read(RunLayout(run), "last")
    with sentences():
        compiled = check(project)
        networks = {name: compiled.network(board) for name, board in project.instances.items()}
    weights = {name: given for name, given in content["networks"].items() if name != OBJECTIVE}
    checkpoints.refuse_misfits(networks, weights, path)


@contextmanager
def sentences() -> Iterator[None]:
    """Turn a project's errors into a CommandError."""
    from studio.compile.training_source import CannotCompile

    try:
        yield
    except CannotCompile as error:
        raise CommandError(str(error)) from error

"""`netloom train`: a run with a progress bar."""

from __future__ import annotations

import argparse
import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from nodes.catalogue import builtin, plugins
from studio.cli import project_changes, trusting
from studio.cli.command_error import CommandError
from studio.cli.json_output import print_object
from studio.cli.progress import Progress, sentence
from studio.cli.trained_run import refuse_misfit, sentences
from studio.model import project_file
from studio.model.files import FileError
from studio.model.messages import Stop
from studio.session.runs import next_folder

if TYPE_CHECKING:
    from studio.api import Trained
    from studio.model.project import Project

INTERRUPTED = 130
"""Exit code after Ctrl-C."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, help="a project")
    project_changes.configure(parser)
    parser.add_argument("--runs", type=Path, help="where runs go (runs, beside the project)")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with this run")
    parser.add_argument(
        "--edited",
        action="store_true",
        help="go on with the project as it is now: weights are kept as far as they have a place",
    )
    parser.add_argument(
        "--from",
        type=Path,
        metavar="RUN",
        dest="weights",
        help="begin with the weights of this run, or file, as far as they have a place",
    )
    parser.add_argument(
        "--keep-every",
        type=int,
        default=0,
        metavar="K",
        help="keep each K-th checkpoint besides the last and the best",
    )
    trusting.configure(parser)
    parser.add_argument("--json", action="store_true", help="end with one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Train; exit code 1 where the run failed, 130 where it was interrupted."""
    project = project_file.load(arguments.file)
    trusting.ask(project, arguments)
    if arguments.resume:
        trusting.ask_of_run(arguments.resume, arguments)
    if arguments.edited and not arguments.resume:
        raise CommandError("--edited goes with --resume RUN: name the run that goes on.")
    if arguments.weights and arguments.resume:
        raise CommandError("--from is for a new run, --resume goes on with one: choose either.")
    if arguments.resume and not arguments.edited:
        project = resumed(project, arguments)
        folder = arguments.resume
    else:
        types = builtin().with_plugins(*plugins()).types
        project = project_changes.changed(project, arguments, types)
        folder = arguments.resume or next_folder(arguments.file, parent=arguments.runs)
    if arguments.keep_every < 0:
        raise CommandError("--keep-every takes a number from 1 on; without it, none is kept.")
    trusting.ask(project, arguments)  # what was changed by --set
    given = bool(arguments.resume), arguments.keep_every, arguments.edited, arguments.weights
    ended = train(project, folder, *given)
    if ended.state.state == "failed":
        raise CommandError(ended.state.message)
    if arguments.json:
        summary = {"run": folder, "metrics": ended.metrics, "seconds": ended.state.seconds}
        print_object({**summary, "state": ended.state.state, "device": ended.state.device})
    else:
        print("\n".join(sentence(part, values) for part, values in ended.metrics.items()))
        print(f"Run: {folder}")
    if ended.state.state != "stopped":
        return 0
    again = shlex.join(["netloom", "train", str(arguments.file), "--resume", str(folder)])
    raise CommandError(f"Stopped and saved; go on with: {again}", INTERRUPTED)


def train(
    project: Project,
    folder: Path,
    resume: bool = False,
    keep_every: int = 0,
    edited: bool = False,
    weights: Path | None = None,
) -> Trained:
    """Train with a progress bar; Ctrl-C stops after the step under way. Raises CommandError."""
    from studio import api

    progress = Progress()
    inbox: SimpleQueue[object] = SimpleQueue()
    with sentences(), stopping(inbox):
        try:
            return api.Project(project).train(
                folder,
                resume=resume,
                on_event=progress.take,
                inbox=inbox,
                keep_every=keep_every,
                edited=edited,
                weights=weights,
            )
        finally:
            progress.close()


def resumed(project: Project, arguments: argparse.Namespace) -> Project:
    """The project with the epochs of the run that goes on, or those asked for.

    Raises CommandError where anything else is to change, FileError where the run's weights do not
    fit.
    """
    if arguments.changes or arguments.seed or arguments.device or arguments.runs:
        raise CommandError(
            "A resumed run keeps its own project: only --epochs goes with --resume. Add --edited "
            "to go on with the project as it is now."
        )
    from studio.run.run_folder import RunFolder

    own = RunFolder.open(arguments.resume).project()
    try:
        refuse_misfit(project, arguments.resume)
    except FileError as error:
        raise FileError(f"{error} Or go on with what still fits: add --edited.") from error
    epochs = replace(project.settings, epochs=own.settings.epochs)
    return project_changes.changed(replace(project, settings=epochs), arguments, {})


@contextmanager
def stopping(inbox: SimpleQueue[object]) -> Iterator[None]:
    """Let Ctrl-C end the run in an orderly way; a second one ends the program."""

    def stop(number: int, frame: object) -> None:
        inbox.put(Stop())
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

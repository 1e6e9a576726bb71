"""`netloom edit`: the operations of the canvas, by command."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import NoReturn

from nodes.catalogue import builtin, plugins
from studio.cli.command_error import CommandError
from studio.cli.edit_operations import OPERATIONS, EditedFile, Given, Operation, read_text
from studio.cli.json_output import print_object
from studio.model import project_file
from studio.model.operations.edited import Refusal


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, help="a project; 'netloom new empty FILE' writes one")
    parser.add_argument(
        "--lines",
        metavar="FILE",
        help="take operations from a file, one a line ('-': standard input); all are done or none",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    commands = parser.add_subparsers(dest="operation", metavar="OPERATION")
    for operation in OPERATIONS:
        _configure(commands.add_parser(operation.name, help=operation.help), operation)


def run(arguments: argparse.Namespace) -> int:
    """Edit a project file."""
    path: Path = arguments.file
    steps = _lines(arguments.lines) if arguments.lines else []
    if arguments.operation:
        steps.append(("", arguments))
    if not steps:
        known = ", ".join(operation.name for operation in OPERATIONS)
        raise CommandError(f"Say which operation: {known}.", 2)
    project, known = project_file.read(path)
    edited = EditedFile(project, builtin().with_plugins(*plugins()).types)
    for where, given in steps:
        edited = _done(edited, given, where)
    project_file.save(edited.document, path, known)
    if arguments.json:
        done = [{"label": e.label, "selected": sorted(e.selected or ())} for e in edited.done]
        print_object({"file": path, "done": done})
    else:
        print("\n".join(f"{step.label}." for step in edited.done))
    return 0


def _done(edited: EditedFile, given: Given, where: str) -> EditedFile:
    """One operation, or a CommandError that says in which line."""
    operation = next(known for known in OPERATIONS if known.name == given.operation)
    try:
        return operation.work(edited, given)
    except Refusal as refusal:
        raise CommandError(f"{where}{refusal}") from refusal


# ---- words -------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in a sentence."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message[0].upper()}{message[1:]}.", 2)


def _lines(source: str) -> list[tuple[str, Given]]:
    """Operations of a file, each with the words that a failure begins with. Raises CommandError."""
    text = sys.stdin.read() if source == "-" else read_text(Path(source))
    parser = _Parser(prog="netloom edit", add_help=False)
    commands = parser.add_subparsers(dest="operation", required=True, metavar="OPERATION")
    for operation in OPERATIONS:
        _configure(commands.add_parser(operation.name, add_help=False), operation)
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        where = f"Line {number}: "
        try:
            words = shlex.split(line, comments=True)
            if words:
                found.append((where, parser.parse_args(words)))
        except ValueError as error:
            raise CommandError(f"{where}{error}.") from error
        except CommandError as failure:
            raise CommandError(f"{where}{failure}", failure.code) from failure
    return found


def _configure(parser: argparse.ArgumentParser, operation: Operation) -> None:
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    for name in operation.takes:
        bare = name.strip("[]").removesuffix("...")
        many = "*" if name.startswith("[") else "+" if name.endswith("...") else None
        parser.add_argument(bare, nargs=many, metavar=bare.upper())
    for option, words in operation.options:
        parser.add_argument(option, help=words)

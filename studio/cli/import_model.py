"""`netloom import`: a module that somebody wrote becomes a project."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from studio.cli.command_error import CommandError
from studio.cli.json_output import print_object


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "model", help="file and class, or function without arguments: module.py:ClassName"
    )
    parser.add_argument(
        "--input",
        dest="inputs",
        metavar="SIZES",
        action="append",
        required=True,
        help="an input, samples first: 1,3,224,224, 2,9:int64, by keyword mask:2,9:bool; N=35,34 "
        "names what may have another size",
    )
    parser.add_argument(
        "--trust", action="store_true", help="run the file without asking: importing has to"
    )
    parser.add_argument(
        "-o", "--out", type=Path, required=True, help="the project to write; must not be there yet"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Import, and say how far the boards compute from what the model does."""
    out: Path = arguments.out
    if out.exists():
        raise CommandError(f"{out} is there already and was left as it is: choose another name.")
    if not arguments.trust:
        _ask(arguments.model)
    from studio.importing.drafts import CannotImport
    from studio.importing.files import import_file

    try:
        report = import_file(arguments.model, arguments.inputs, out)
    except CannotImport as error:
        raise CommandError(f"{error}.") from error
    if arguments.json:
        print_object(vars(report))
    else:
        print(report)
    return 0


def _ask(model: str) -> None:
    """Raise CommandError unless the person lets the file run."""
    file = model.rpartition(":")[0] or model
    if not sys.stdin.isatty():
        raise CommandError(
            f"Importing runs {file}, whatever it does: read it, and give --trust if it may run."
        )
    answer = input(f"Importing runs {file}, whatever it does. Run it? [y/N] ")
    if answer.strip().lower() not in ("y", "yes"):
        raise CommandError(f"{file} was not run, and nothing was written.")

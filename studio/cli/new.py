"""`netloom new`: a project from a template of the gallery."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli.command_error import CommandError
from studio.model.files import write_atomically
from studio.model.gallery import EMPTY, gallery, template_text


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("template", help=f"one of {', '.join((EMPTY, *gallery()))}")
    parser.add_argument("file", type=Path, help="the project to write; must not be there yet")


def run(arguments: argparse.Namespace) -> int:
    """Write the template to the file."""
    path: Path = arguments.file
    found = (EMPTY, *gallery())
    if arguments.template not in found:
        raise CommandError(
            f"'{arguments.template}' is no template: choose one of {', '.join(found)}."
        )
    if path.exists():
        raise CommandError(f"{path} is there already and was left as it is: choose another name.")
    if not path.parent.is_dir():
        raise CommandError(f"{path.parent} is no folder: make it first.")
    write_atomically(path, template_text(arguments.template).encode())
    print(f"{path} is written: open it with 'netloom {path}'.")
    return 0

"""`netloom new`: a project from a template of the gallery."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from studio.cli.command_error import CommandError
from studio.model.gallery import EMPTY, architectures, gallery, template
from studio.model.project_file import save
from studio.model.uids import fresh_uid


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("template", help=f"one of {', '.join(_templates())}")
    parser.add_argument("file", type=Path, help="the project to write; must not be there yet")


def run(arguments: argparse.Namespace) -> int:
    """Write the template to the file."""
    path: Path = arguments.file
    found = _templates()
    if arguments.template not in found:
        raise CommandError(
            f"'{arguments.template}' is no template: choose one of {', '.join(found)}."
        )
    if path.exists():
        raise CommandError(f"{path} is there already and was left as it is: choose another name.")
    if not path.parent.is_dir():
        raise CommandError(f"{path.parent} is no folder: make it first.")
    save(replace(template(arguments.template), uid=fresh_uid()), path)
    print(f"{path} is written: open it with 'netloom {path}'.")
    return 0


def _templates() -> tuple[str, ...]:
    return (EMPTY, *gallery(), *architectures())

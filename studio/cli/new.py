"""`netloom new`: a project from a template of the gallery."""

from __future__ import annotations

import argparse
from importlib import resources
from pathlib import Path

from studio.cli.failure import Failure
from studio.model.files import write_atomically


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("template", help=f"one of {', '.join(templates()) or 'none'}")
    parser.add_argument("file", type=Path, help="the project to write; must not be there yet")


def run(arguments: argparse.Namespace) -> int:
    """Write the template to the file."""
    path: Path = arguments.file
    found = templates()
    if arguments.template not in found:
        raise Failure(f"'{arguments.template}' is no template: choose one of {', '.join(found)}.")
    if path.exists():
        raise Failure(f"{path} is there already and was left as it is: choose another name.")
    if not path.parent.is_dir():
        raise Failure(f"{path.parent} is no folder: make it first.")
    write_atomically(path, found[arguments.template].encode())
    print(f"{path} is written: open it with 'netloom {path}'.")
    return 0


def templates() -> dict[str, str]:
    """Name -> text of each project of the gallery."""
    folder = resources.files("projects")
    found = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {
        entry.name.removesuffix(".json"): entry.read_text(encoding="utf-8")
        for entry in found
        if entry.name.endswith(".json")
    }

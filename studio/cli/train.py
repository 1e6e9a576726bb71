"""`netloom train`."""

from __future__ import annotations

import argparse
from pathlib import Path

from nodes.catalogue import builtin, plugins
from studio.cli import change
from studio.model import files


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, help="a project")
    change.configure(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train a project."""
    types = builtin().with_plugins(*plugins()).types
    project = change.changed(files.load(arguments.file), arguments, types)
    print(project)
    return 0

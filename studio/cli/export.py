"""`netloom export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.model import files


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, help="a project")
    parser.add_argument(
        "--to", required=True, choices=("python", "script", "checkpoint", "safetensors")
    )


def run(arguments: argparse.Namespace) -> int:
    """Train a project."""
    files.load(arguments.file)
    return 0

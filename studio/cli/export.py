"""`netloom export`: PyTorch code or weights."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli import trusting
from studio.cli.json_output import print_object
from studio.cli.trained_run import sentences
from studio.model import project_file

TARGETS = ("python", "script", "checkpoint", "safetensors")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, help="a project")
    parser.add_argument("--to", required=True, choices=TARGETS, help="what to write")
    parser.add_argument("--run", type=Path, help="the run whose weights to take")
    parser.add_argument(
        "-o", "--out", type=Path, help="file, or folder to write into (where the project is)"
    )
    parser.add_argument("--network", help="which network, where there are several")
    trusting.configure(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Write the export and say how far it is from the network here."""
    project = project_file.load(arguments.file)
    trusting.ask(project, arguments)
    if arguments.run is not None:
        trusting.ask_of_run(arguments.run, arguments)
    from studio.run.exports import export

    out = arguments.out or arguments.file.parent
    with sentences():
        report = export(project, arguments.to, out, arguments.run, arguments.network)
    if arguments.json:
        print_object({"path": report.path, "difference": report.difference})
    else:
        print(report.message)
    return 0

"""`netloom evaluate`: loss and metrics of a run on a part of the data."""

from __future__ import annotations

import argparse

from studio.cli import trained_run
from studio.cli.json_output import print_object
from studio.cli.progress import sentence
from studio.model.data_parts import PARTS


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    trained_run.configure(parser)
    parser.add_argument("--data", choices=PARTS, default="test", help="part of the data (test)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print loss and metrics of the part; always exit code 0, as there is nothing to pass."""
    loaded = trained_run.load(arguments)
    from studio.run.training_runs import evaluate

    values = evaluate(loaded, arguments.data)
    if arguments.json:
        print_object({"run": arguments.run, "metrics": {arguments.data: values}})
    else:
        print(sentence(arguments.data, values))
    return 0

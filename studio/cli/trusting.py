"""`--trust`: whether Python that a project holds may run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from studio.model import project_file, trust
from studio.model.project import Project
from studio.model.run_layout import RunLayout, is_run


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the argument."""
    parser.add_argument(
        "--trust",
        action="store_true",
        help="let Python that the project holds run here, now and later; read it before",
    )


def ask(project: Project, arguments: argparse.Namespace) -> None:
    """Trust what a project holds where that was said; on a terminal, show it and ask. What is not
    trusted is refused where it would run. Raises FileError where trust cannot be kept."""
    for content, (board, node) in trust.waiting(project).items():
        if arguments.trust or (_is_terminal() and _agreed(content, f"{board}.{node}")):
            trust.trust(content)


def ask_of_run(run: Path, arguments: argparse.Namespace) -> None:
    """The same of a run's own project; what is no run is refused where it is opened. Raises
    FileError."""
    if is_run(run):
        ask(project_file.load(RunLayout(run).segment().project), arguments)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _agreed(content: str, where: str) -> bool:
    shown = "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in content)
    print(f"{where} holds code that has not run here yet:\n\n{shown.rstrip()}\n", file=sys.stderr)
    print("Trust it, so that it may run? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")

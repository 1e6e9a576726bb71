"""Opens the window; the only part of the command line that needs Qt."""

from __future__ import annotations

from pathlib import Path

from studio.cli import display, qt_libraries
from studio.cli.command_error import CommandError


def open_window(path: Path | None) -> int:
    """Open Netloom, with a project where one is named; returns the exit code."""
    if path is not None and not path.is_file():
        raise CommandError(
            f"{path}: there is no such file, and no such command (see netloom --help)."
        )
    if problem := display.problem():
        raise CommandError(f"{problem} Without a window: netloom --help")
    try:
        from studio.ui.app import main
    except ImportError as error:
        raise CommandError(
            qt_libraries.prepare(again=True) or f"Qt cannot be loaded: {error}."
        ) from error
    return main(path)

"""The `netloom` command: opens the window, or does the same work without one."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from studio.cli.command_error import CommandError
from studio.model.files import FileError

COMMANDS = {
    "new": "write a new project from a template",
    "import": "make a project of a PyTorch module",
    "edit": "do to a project what the canvas does",
    "check": "shapes, counts and issues",
    "train": "train, with a progress bar",
    "steer": "pause a run under way, go on with it, stop it, or change its learning rate",
    "evaluate": "loss and accuracy of a trained network",
    "predict": "what a trained network says to images or a text",
    "look": "pictures of what goes on inside a trained network",
    "tour": "the main job from end to end on a template",
    "help": "what a node type computes, and which there are",
    "export": "take it away as PyTorch code or weights",
}
"""Each is a module of this package with `configure` and `run`."""

_MODULES = {"import": "import_model"}
"""Those that are not called like their command, as that is a word of Python."""


class Command(Protocol):
    """What a module of a command has."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; returns the exit code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `netloom`; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # they are for programmers
    try:
        return _run(given)
    except CommandError as error:
        return _fail(str(error), error.code)
    except FileError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("Interrupted.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}.")
    except Exception as error:  # ours, not the person's: keep the details for whoever mends it
        return _fail(_own_fault(error))


def _run(given: list[str]) -> int:
    if not given or (given[0] not in COMMANDS and not given[0].startswith("-")):
        return _open_window(given)
    if given == ["--version"]:
        print(f"netloom {_version()}")
        return 0
    parser = argparse.ArgumentParser(
        "netloom",
        description="Draw a neural network, train it, look inside it, take it away as PyTorch.",
        epilog="netloom, or netloom FILE, opens the window.",
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    modules: dict[str, Command] = {}
    for name, summary in COMMANDS.items():
        modules[name] = importlib.import_module(f"studio.cli.{_MODULES.get(name, name)}")
        modules[name].configure(commands.add_parser(name, help=summary, description=summary))
    chosen = parser.parse_args(given)
    return modules[chosen.command].run(chosen)


def _version() -> str:
    try:
        return version("netloom")
    except PackageNotFoundError:
        return "of a source folder that is not installed"


def _open_window(given: list[str]) -> int:
    from studio.cli.window import open_window

    if len(given) > 1:
        known = ", ".join(COMMANDS)
        return _fail(f"netloom: '{given[0]}' is no command; there are {known}.", 2)
    return open_window(Path(given[0]) if given else None)


def _fail(sentence: str, code: int = 1) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return code


def _own_fault(error: Exception) -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="netloom-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exc(file=file)
    return (
        f"Netloom failed through a fault of its own ({type(error).__name__}: {error}); "
        f"please report it with {file.name}."
    )

"""Qt's system libraries: are they there, and how they get there. Needs nothing but Python."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = (
    "libegl1",
    "libgl1",
    "libglib2.0-0",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
)
"""Debian's and Ubuntu's names of what Qt loads."""

LOADS = """
import ctypes, pathlib, PySide6
from PySide6 import QtCore, QtGui, QtSvg, QtWidgets
plugin = pathlib.Path(PySide6.__file__).parent / "Qt/plugins/platforms/libqxcb.so"
if plugin.exists():
    ctypes.CDLL(str(plugin))
"""

STAMP = Path(sys.prefix) / "qt-works"
"""There once Qt has been loaded, so that later starts need not try."""


def missing() -> str | None:
    """What Qt cannot load, as the loader says it, or None where it loads."""
    tried = subprocess.run([sys.executable, "-c", LOADS], capture_output=True, text=True)
    if tried.returncode == 0:
        return None
    lines = tried.stderr.strip().splitlines()
    return lines[-1] if lines else f"it stopped with code {tried.returncode}"


def prepare(again: bool = False) -> str | None:
    """Make Qt loadable, installing where we may; a sentence with the command where we may not.

    What worked before is not tried again, unless `again` says so.
    """
    if STAMP.exists() and not again:
        return None
    problem = missing()
    if problem and sys.platform == "linux" and shutil.which("apt-get"):
        if os.geteuid() != 0:
            return f"Qt needs system libraries; install them with: sudo {_command()}"
        print("Installing the system libraries that Qt needs.", flush=True)
        _install()
        problem = missing()
    if problem:
        return f"Qt cannot be loaded ({problem}); install the system libraries that Qt 6 needs."
    with contextlib.suppress(OSError):  # a place we may not write to: the next start tries again
        STAMP.touch()
    return None


def _command() -> str:
    return f"apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"


def _install() -> None:
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update", _command()):
        subprocess.run(command.split(), capture_output=True, env=quietly)


def main() -> int:
    """Prepare Qt; exit code 1 with a sentence where that cannot be done."""
    problem = prepare()
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())

"""Starting processes that are to be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds that anything may take before it counts as hanging."""


def start(*arguments: object, **variables: str) -> subprocess.Popen[str]:
    """A Python process of this tree, with one compute thread."""
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """This process's own, with one compute thread and these."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **variables}


def until(holds: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Wait until something holds; whether it came to."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True

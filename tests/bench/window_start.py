"""A window that tells when it is painted, when its panels are there, and what it holds when idle:
`SECOND OF ITS START`."""

from __future__ import annotations

import os
import sys
import time

import psutil
from PySide6.QtCore import QTimer

from studio.ui.app import application
from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.startup import after_first_paint
from studio.ui.window.window import Window
from studio.ui.window.window_settings import WindowSettings

PANELS = {"insight": "InsightPanel", "training": "TrainingPanel"}
"""The classes of the panels that come last; to import them here would bring them early."""


IDLE = 4000
"""Milliseconds after which helpers have started and nothing happens any more."""


def megabytes(process: psutil.Process) -> float:
    """Memory that would be free without a process."""
    return float(process.memory_full_info().uss) / 2**20


def main(started: float) -> None:
    """Open the window, print `painted SECONDS`, `usable SECONDS` and, idle, the megabytes of
    `window` and `helpers`; leave."""
    app = application()
    window = Window(WindowSettings(), ProcessLink())

    def painted() -> None:
        print("painted", time.time() - started, flush=True)
        after_first_paint(window)
        poll()

    def poll() -> None:
        here = {name: type(window.docks[name].widget()).__name__ for name in PANELS}
        if here == PANELS:
            QTimer.singleShot(0, usable)
        else:
            QTimer.singleShot(10, poll)

    def usable() -> None:
        print("usable", time.time() - started, flush=True)
        QTimer.singleShot(IDLE, idle)

    def idle() -> None:
        own = psutil.Process()
        print("window", megabytes(own), flush=True)
        print("helpers", sum(map(megabytes, own.children(recursive=True))), flush=True)
        window.link.close()
        os._exit(0)

    window.painted.connect(painted)
    window.files.start(None)
    window.show()
    app.exec()


if __name__ == "__main__":
    main(float(sys.argv[1]))

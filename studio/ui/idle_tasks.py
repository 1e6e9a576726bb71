"""Long work on the window's thread, done in slices that are too short to be felt."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

TURN = 0.002
"""Seconds of one slice."""


class IdleTasks(QObject):
    """Runs an iterator's steps: some at once, the rest between the window's events."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[object] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)

    def start(self, work: Iterator[object]) -> None:
        """Do this work, in place of what is left of earlier work."""
        self._work = work
        self._timer.start()
        self._turn()

    def _turn(self) -> None:
        end = time.perf_counter() + TURN
        for _ in self._work:
            if time.perf_counter() >= end:
                return
        self._timer.stop()

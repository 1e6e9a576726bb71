"""How many threads compute: fewer while another process needs the cores, all of them again after.

Threads that compute a step together wait for the slowest of them, so that one busy core makes each
step many times slower than a single thread would be. When steps get slow, half as many threads are
tried, and kept where that is faster; after a while more are tried again, ever less often while that
fails. What is computed with other threads may differ in the last bits, so each change is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median

SLOW = 1.6
"""Times the usual from which steps are slow."""

FASTER = 0.9
"""Times the steps before below which a trial is worth it."""

WINDOW = 0.4
"""Seconds of steps that are judged by their median."""

LEAST = 8
"""Steps that are judged at least."""

PATIENCE = 2.0
"""Seconds of steps between a trial and the next; twice as many after one that failed."""

LONGEST = 60.0


class ThreadPace:
    """Is told how long each step took, and sets the number of threads."""

    def __init__(self, threads: int, set_threads: Callable[[int], None]) -> None:
        self.threads = self._most = self._all = threads
        self._set_threads = set_threads
        self._usual: dict[int, float] = {}
        """The quickest steps with so many threads."""
        self._failed = 0
        """The number that was tried last in vain."""
        self._steps: list[float] = []
        self._window = self._rest = 0.0
        self._patience = PATIENCE
        self._before: tuple[int, float] | None = None
        """Threads and steps before the trial under way."""

    def took(self, seconds: float) -> str:
        """A step took so long; tells what is changed for the next, if anything."""
        self._steps.append(seconds)
        self._window += seconds
        if self._window < WINDOW or len(self._steps) < LEAST:
            return ""
        pace = median(self._steps)
        self._rest += self._window
        self._steps, self._window = [], 0.0
        self._usual[self.threads] = min(pace, self._usual.get(self.threads, math.inf))
        return self._try(pace) if self._before is None else self._judge(*self._before, pace)

    def share(self, runs: int) -> str:
        """So many runs share the cores from now on; tells what is changed at once, if anything.
        More threads than before are tried when they are due."""
        self._most = max(1, self._all // max(1, runs))
        if self.threads <= self._most:
            return ""
        self._change(self._most)
        self._before, self._steps, self._window = None, [], 0.0
        return f"uses {_counted(self._most)}, as {runs} runs share the cores"

    def close(self) -> None:
        """Leave as many threads as there were."""
        self._set_threads(self._all)

    def _try(self, pace: float) -> str:
        if self._rest < self._patience:
            return ""
        slow = pace > SLOW * min(self._usual.values())
        fewer, more = self.threads // 2, min(2 * self.threads, self._most)
        if slow and fewer and fewer != self._failed:
            other = fewer
        elif more > self.threads:
            other = more
        elif slow and fewer:
            other = fewer
        else:
            return ""
        self._before = self.threads, pace
        self._change(other)
        return f"tries {_counted(other)}, as steps take {1000 * pace:.3g} ms"

    def _judge(self, threads: int, before: float, pace: float) -> str:
        self._before, self._rest = None, 0.0
        if pace < FASTER * before:
            self._patience, self._failed = PATIENCE, 0
            return f"keeps {_counted(self.threads)}: steps take {1000 * pace:.3g} ms"
        self._patience = min(2 * self._patience, LONGEST)
        self._failed = tried = self.threads
        self._change(threads)
        return f"goes back to {_counted(threads)}: with {tried} steps took {1000 * pace:.3g} ms"

    def _change(self, threads: int) -> None:
        self.threads = threads
        self._set_threads(threads)


def _counted(threads: int) -> str:
    return "1 thread" if threads == 1 else f"{threads} threads"

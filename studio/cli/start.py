"""What `make run` does: the window where one can be opened, the same job without one elsewhere."""

from __future__ import annotations

import sys

from studio.cli import display, main, qt_libraries


def start() -> int:
    """Open the window, or take the tour; returns the exit code."""
    unusable, unseen = qt_libraries.prepare(), display.problem()
    if unusable:
        print(unusable, file=sys.stderr)
    if not unseen:
        return 1 if unusable else main([])
    print(f"{unseen} Doing the same job without a window.", flush=True)
    return main(["tour"])


if __name__ == "__main__":
    sys.exit(start())

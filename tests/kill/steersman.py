"""A window in which somebody presses buttons of runs, one as soon as it can be pressed after the
other: what `outlived` kills.

Prints a line for each, `BUTTON FOLDER`, and `stands STATE` as soon as the chosen run does.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer

from studio.ui.app import application
from studio.ui.processes.process_link import ProcessLink
from studio.ui.training.training_panel import TrainingPanel
from studio.ui.window.startup import after_first_paint
from studio.ui.window.window import Window
from studio.ui.window.window_settings import WindowSettings

GLANCE = 20
"""Milliseconds between two looks."""


class Steersman:
    """Presses buttons until there are none left."""

    def __init__(self, window: Window, buttons: Sequence[str]) -> None:
        self._window, self._runs, self._buttons = window, window.runs, list(buttons)
        self._stands = ""

    def look(self) -> None:
        """Tell what is new, press what can be pressed, and come again."""
        state = self._runs.state
        if state is not None and state.state != self._stands:
            self._stands = state.state
            print("stands", self._stands, flush=True)
        if self._buttons and self._runs.actions[self._buttons[0]].isEnabled():
            button = self._buttons.pop(0)
            self._runs.actions[button].trigger()
            print(button, self._runs.folder, flush=True)
        elif self._buttons == ["resume"]:
            self._choose_newest()
        QTimer.singleShot(GLANCE, self.look)

    def _choose_newest(self) -> None:
        """Select the first run of the list: a window selects those under way alone."""
        panel = self._window.docks["training"].widget()
        newest = panel.runs.topLevelItem(0) if isinstance(panel, TrainingPanel) else None
        if isinstance(panel, TrainingPanel) and newest is not None:
            panel.runs.setCurrentItem(newest)


def main(path: Path, alone: bool, *buttons: str) -> int:
    """Open a window on a file, with runs to go on `alone` or not."""
    app = application()
    window = Window(WindowSettings(), ProcessLink())
    window.painted.connect(lambda: after_first_paint(window))
    window.files.start(path)
    window.commands["alone"].setChecked(alone)
    window.show()
    steersman = Steersman(window, buttons)  # named, as a timer keeps nobody alive
    QTimer.singleShot(GLANCE, steersman.look)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2] == "alone", *sys.argv[3:]))

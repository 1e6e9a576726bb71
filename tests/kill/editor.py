"""A window in which somebody works without saving, and one that restores it: what `window` kills.

Prints a line for each edit, `NUMBER TIME`, and `restored NUMBER` once work has been restored.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from studio.model.project import Project
from studio.ui.app import application
from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.startup import after_first_paint
from studio.ui.window.window import Window
from studio.ui.window.window_settings import WindowSettings

PAUSES = (0.02, 0.1, 0.4, 2.6)
"""Seconds between two edits: dragging, typing, clicking, thinking."""


def counted(project: Project, number: int) -> Project:
    """The project with a number in it, as an edit would leave it."""
    return replace(project, settings=replace(project.settings, seed=number))


class Editor:
    """Edits at random moments until killed."""

    def __init__(self, window: Window, seed: int) -> None:
        self._window, self._chance = window, random.Random(seed)
        self._number = 1000 * seed
        self._pause = 0.1

    def edit(self) -> None:
        """Make an edit, tell of it, and come again."""
        document = self._window.document
        self._number += 1
        document.edit("Edit", counted(document.project, self._number))
        print(self._number, time.time(), flush=True)
        if self._chance.random() < 0.1:
            self._pause = self._chance.choice(PAUSES)
        QTimer.singleShot(int(1000 * self._pause), self.edit)


def restore(window: Window) -> None:
    """Press Restore as soon as it is offered, and tell of it."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        roles = {box.buttonRole(button): button for button in box.buttons()}
        QTimer.singleShot(0, lambda: tell(window))
        roles[QMessageBox.ButtonRole.AcceptRole].click()
    else:
        QTimer.singleShot(5, lambda: restore(window))


def tell(window: Window) -> None:
    """Say what was restored, once it is there."""
    if not window.document.modified:
        QTimer.singleShot(5, lambda: tell(window))
        return
    print("restored", window.document.project.settings.seed, flush=True)


def main(path: Path, seed: int) -> int:
    """Open a window on a file; with seed 0, restore what another left."""
    app = application()
    link = ProcessLink()
    window = Window(WindowSettings(), link)
    window.painted.connect(lambda: after_first_paint(window))
    window.files.start(path)
    window.show()
    work = Editor(window, seed).edit if seed else lambda: restore(window)
    QTimer.singleShot(300, work)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))

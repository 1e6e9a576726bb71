"""One training in the trainer's process: `alone` or under a `window`, EPOCHS, PROJECT, RUN.

Prints the message that ended the run, as JSON of its state and seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from studio.model.messages import RunState, Train, TrainerReady
from studio.model.project import Project
from studio.model.project_file import load
from studio.session.trainers import FromTrainers, Trainers

CALM = 6.0
"""Seconds from the first message to the training: helpers start, forms are prepared."""


def drawn(path: Path, epochs: int) -> Project:
    """The project of a file, to be trained on the CPU for some epochs."""
    project = load(path)
    return replace(project, settings=replace(project.settings, epochs=epochs, device="cpu"))


def over(message: object) -> bool:
    """Whether a message ends a run."""
    return isinstance(message, RunState) and message.state in ("finished", "failed")


def alone(project: Project, folder: Path) -> RunState:
    """Train with nothing else there."""
    heard: list[FromTrainers] = []
    trainer = Trainers(heard.append)
    while not any(isinstance(message, TrainerReady) for message in heard):
        time.sleep(0.05)
    time.sleep(CALM)
    trainer.send(Train(project, folder))
    ended: list[RunState] = []
    while not ended:
        ended = [m for m in heard if isinstance(m, RunState) and over(m)]
        time.sleep(0.05)
    trainer.close()
    return ended[0]


def under_a_window(project: Project) -> RunState:
    """Press Train in a window and look at its curves until the end."""
    from studio.ui.app import application
    from studio.ui.insight.insight_panel import InsightPanel
    from studio.ui.processes.process_link import ProcessLink
    from studio.ui.training.training_panel import TrainingPanel
    from studio.ui.window.startup import after_first_paint
    from studio.ui.window.window import Window
    from studio.ui.window.window_settings import WindowSettings

    app = application()
    window = Window(WindowSettings(), ProcessLink())
    window.painted.connect(lambda: after_first_paint(window))
    window.files.show(project, None)
    window.resize(1440, 900)
    window.show()

    def until(done: Callable[[], bool]) -> None:
        while not done():
            app.processEvents()
            time.sleep(0.004)

    until(lambda: isinstance(window.docks["insight"].widget(), InsightPanel))
    panel = window.docks["training"].widget()
    assert isinstance(panel, TrainingPanel)
    until(panel.run_actions["train"].isEnabled)
    calm = time.time() + CALM
    until(lambda: time.time() > calm)
    window.docks.reveal("training")
    ended: list[RunState] = []

    def hear(message: RunState) -> None:
        if over(message):
            ended.append(message)
            app.quit()

    window.link.run_state.connect(hear)
    panel.run_actions["train"].trigger()
    app.exec()
    window.link.close()
    return ended[0]


def main(arm: str, epochs: int, path: Path, folder: Path) -> None:
    """Train once and tell how it ended."""
    project = drawn(path, epochs)
    end = under_a_window(project) if arm == "window" else alone(project, folder)
    print(json.dumps({"state": end.state, "seconds": end.seconds}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))

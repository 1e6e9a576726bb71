"""How soon the window is there, and what it costs a training beside it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.table import Row

ROUNDS = 5
EPOCHS = 60

START = """
import sys, time
if __name__ == "__main__":
    from studio.ui.app import application
    app = application()
    from studio.ui.processes.process_link import ProcessLink
    from studio.ui.window.window_settings import WindowSettings
    from studio.ui.window.startup import after_first_paint
    from studio.ui.window.window import Window
    window = Window(WindowSettings(), ProcessLink())
    started = float(sys.argv[1])
    def painted():
        print("painted", time.time() - started, flush=True)
        after_first_paint(window)
        poll()
    def poll():
        from PySide6.QtCore import QTimer
        panels = [type(window.docks[name].widget()).__name__ for name in ("insight", "training")]
        if panels == ["InsightPanel", "TrainingPanel"]:
            QTimer.singleShot(0, usable)
        else:
            QTimer.singleShot(10, poll)
    def usable():
        print("usable", time.time() - started, flush=True)
        window.link.close()
        import os
        os._exit(0)
    window.painted.connect(painted)
    window.files.start(None)
    window.show()
    app.exec()
"""


def rows() -> Iterator[Row]:
    """Start and training, each measured in processes of their own, in turns."""
    yield from _start()
    yield from _beside()


def _environment(home: str) -> dict[str, str]:
    base = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    paths = {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
    return {"QT_QPA_PLATFORM": "offscreen", **base, **paths}


def _start() -> Iterator[Row]:
    found: dict[str, list[float]] = {"painted": [], "usable": []}
    with tempfile.TemporaryDirectory() as home:
        script = Path(home) / "start.py"
        script.write_text(START)
        environment = {**_environment(home), "PYTHONPATH": str(Path(__file__).parents[2])}
        for number in range(ROUNDS + 1):
            command = [sys.executable, str(script), str(time.time())]
            done = subprocess.run(
                command, capture_output=True, text=True, env=environment, check=True
            )
            for line in done.stdout.splitlines():
                what, seconds = line.split()
                if number:  # the first start fills the caches of the disk
                    found[what].append(float(seconds))
    yield Row("window painted, warm start", statistics.median(found["painted"]), 0.6, "s")
    yield Row("window usable, all panels there", statistics.median(found["usable"]), 1.5, "s")


BESIDE = """
import json, sys, time
from pathlib import Path
if __name__ == "__main__":
    shown, folder, epochs = sys.argv[1] == "window", Path(sys.argv[2]), int(sys.argv[3])
    from dataclasses import replace
    from studio.model.files import load
    from studio.model.messages import RunState, Train, TrainerReady
    project = load(Path(sys.argv[4]))
    settings = replace(project.settings, epochs=epochs, device="cpu")
    project = replace(project, settings=settings)
    ended = []
    def hear(message):
        if isinstance(message, RunState) and message.state in ("finished", "failed"):
            ended.append(message)
    if shown:
        from studio.ui.app import application
        app = application()
        from studio.ui.processes.process_link import ProcessLink
        from studio.ui.window.window_settings import WindowSettings
        from studio.ui.window.startup import after_first_paint
        from studio.ui.window.window import Window
        window = Window(WindowSettings(), ProcessLink())
        window.painted.connect(lambda: after_first_paint(window))
        window.files.show(project, None)
        window.resize(1440, 900)
        window.show()
        def until(done):
            while not done():
                app.processEvents()
                time.sleep(0.004)
        until(lambda: type(window.docks["insight"].widget()).__name__ == "InsightPanel")
        window.link.run_state.connect(hear)
        panel = window.docks["training"].widget()
        until(lambda: panel.run_actions["train"].isEnabled())
        end = time.time() + 6
        until(lambda: time.time() > end)
        window.docks.reveal("training")
        panel.run_actions["train"].trigger()
        window.link.run_state.connect(lambda message: app.quit() if ended else None)
        app.exec()
        window.link.close()
    else:
        from studio.session.trainer import Trainer
        ready = []
        def receive(message):
            ready.append(message)
            hear(message)
        trainer = Trainer(receive)
        while not any(isinstance(m, TrainerReady) for m in ready):
            time.sleep(0.05)
        time.sleep(6)
        trainer.send(Train(project, folder))
        while not ended:
            time.sleep(0.05)
        trainer.close()
    print(json.dumps({"state": ended[0].state, "seconds": ended[0].seconds}), flush=True)
    import os
    os._exit(0)
"""


def _beside() -> Iterator[Row]:
    project = Path(__file__).parents[2] / "projects" / "lenet.json"
    ratios = []
    for number in range(ROUNDS):
        order = ("window", "alone") if number % 2 else ("alone", "window")
        seconds = {arm: _trained(arm, project) for arm in order}
        ratios.append(seconds["window"] / seconds["alone"])
    yield Row(
        "LeNet training with the window open, curves moving / without",
        statistics.median(ratios),
        1.05,
        note=f"{EPOCHS} epochs, same trainer process",
    )


def _trained(arm: str, project: Path) -> float:
    with tempfile.TemporaryDirectory() as home:
        script = Path(home) / "beside.py"
        script.write_text(BESIDE)
        command = [sys.executable, str(script), arm, f"{home}/run", str(EPOCHS), str(project)]
        environment = {**_environment(home), "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["state"] == "finished", found
    return float(found["seconds"])

"""What is started once the window can be seen: helper processes, and panels with plots."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from studio.ui.slices import Slices
from studio.ui.window import rescue

if TYPE_CHECKING:
    from studio.ui.training.panel import TrainingPanel
    from studio.ui.window.window import Window


COLLECT = (10_000, 20, 100)
"""When Python looks for unused circles of objects: rarely, as with a large project a full search
holds the window for some 30 ms, and projects hold no circles."""


def after_first_paint(window: Window) -> None:
    """Start the helpers, fill the panels that need plots one by one, offer what a crash left."""
    window.link.start()
    gc.set_threshold(*COLLECT)
    for delay, work in ((0, _training), (20, _insight), (60, rescue.offer), (600, _forms)):
        QTimer.singleShot(delay, window, lambda work=work: work(window))


def _forms(window: Window) -> None:
    slices, node = Slices(window), window.inspector.node
    slices.start(node.prepare())
    window.theme_changed.connect(lambda: slices.start(node.prepare()))


def _training(window: Window) -> None:
    from studio.ui.training.panel import TrainingPanel

    panel = TrainingPanel(window.document, window.types, window.link)
    window.docks["training"].put(panel)
    panel.set_theme(window.theme)
    panel.set_issues(window.findings.issues)
    panel.show_node.connect(window.go_to)
    panel.board_added.connect(window.tabs.open_board)
    window.theme_changed.connect(panel.set_theme)
    window.findings.issues_changed.connect(lambda: panel.set_issues(window.findings.issues))
    window.closing.connect(panel.close_reader)
    window.run_folder = lambda: _run(panel)
    window.leaving.busy = lambda: panel.control.busy
    _share_actions(window, panel)


def _share_actions(window: Window, panel: TrainingPanel) -> None:
    """Let menu and tool bar do what the panel's own actions do, when those can."""
    own, commands = panel.run_actions, window.commands

    def follow() -> None:
        for name in ("train", "stop", "resume"):
            commands[name].setEnabled(own[name].isEnabled())
        going_on = own["go_on"].isEnabled()
        commands["pause"].setEnabled(going_on or own["pause"].isEnabled())
        commands["pause"].setText("Go on" if going_on else "Pause")

    def pause() -> None:
        own["go_on" if own["go_on"].isEnabled() else "pause"].trigger()

    for action in own.values():
        action.changed.connect(follow)
    for name in ("train", "stop", "resume"):
        commands[name].triggered.connect(own[name].trigger)
        commands[name].triggered.connect(lambda: window.docks.reveal("training"))
    commands["pause"].triggered.connect(pause)
    follow()


def _run(panel: TrainingPanel) -> Path | None:
    """The run whose weights are meant: the chosen one, or the one under way."""
    control = panel.control
    if control.chosen is not None:
        return control.chosen.folder
    return control.state.folder if control.state is not None else None


def _insight(window: Window) -> None:
    from studio.ui.insight.panel import InsightPanel
    from studio.ui.training.panel import TrainingPanel

    panel = InsightPanel(window.document, window.types, window.link)
    window.docks["insight"].put(panel)
    panel.set_theme(window.theme)
    window.theme_changed.connect(panel.set_theme)
    window.node_selected.connect(panel.show_node)

    def look(run: Path) -> None:
        window.docks.reveal("insight")
        panel.open_run(run)

    training = window.docks["training"].widget()
    if isinstance(training, TrainingPanel):
        training.look_inside.connect(look)

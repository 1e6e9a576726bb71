"""What is started once the window can be seen: helper processes, and panels with plots."""

from __future__ import annotations

import gc
from pathlib import Path

from PySide6.QtCore import QTimer

from studio.ui.idle_tasks import IdleTasks
from studio.ui.window.recovery_dialog import offer_recovery
from studio.ui.window.window import Window

COLLECT = (10_000, 20, 100)
"""When Python looks for unused circles of objects: rarely, as with a large project a full search
holds the window for some 30 ms, and projects hold no circles."""


def after_first_paint(window: Window) -> None:
    """Start the helpers, fill the panels that need plots one by one, offer what a crash left."""
    window.link.start()
    gc.set_threshold(*COLLECT)
    works = (_training, 0), (_insight, 20), (_recovery, 60), (_library, 300), (_forms, 600)
    for work, delay in works:
        QTimer.singleShot(delay, window, lambda work=work: work(window))


def _recovery(window: Window) -> None:
    offer_recovery(window, window.files, window.recovery)


def _library(window: Window) -> None:
    window.library_files.read_shipped()


def _forms(window: Window) -> None:
    idle, forms = IdleTasks(window), window.inspector.node.forms
    idle.start(forms.prepare(window.types))
    window.theme_changed.connect(lambda: idle.start(forms.prepare(window.types)))


def _training(window: Window) -> None:
    from studio.ui.training.training_panel import TrainingPanel

    panel = TrainingPanel(window.document, window.types, window.link, window.runs)
    window.docks["training"].put(panel)
    panel.set_theme(window.theme)
    panel.show_node.connect(window.go_to)
    panel.board_added.connect(window.tabs.open_board)
    window.tabs.board_changed.connect(panel.form.show_board)
    window.node_selected.connect(panel.form.show_node)
    window.theme_changed.connect(panel.set_theme)
    window.closing.connect(panel.close_reader)


def _insight(window: Window) -> None:
    from studio.ui.insight.insight_panel import InsightPanel
    from studio.ui.training.training_panel import TrainingPanel

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

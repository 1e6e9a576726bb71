"""What is started once the window can be seen: helper processes, and panels with plots."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from studio.ui.window.window import Window


def after_first_paint(window: Window) -> None:
    """Start the helpers, then fill the panels that need plots, one by one."""
    window.link.start()
    for delay, work in ((0, _training), (30, _insight)):
        QTimer.singleShot(delay, window, lambda work=work: work(window))


def _training(window: Window) -> None:
    _put(window, "training", "studio.ui.training.panel", "TrainingPanel")


def _insight(window: Window) -> None:
    _put(window, "insight", "studio.ui.insight.panel", "InsightPanel")


def _put(window: Window, name: str, module: str, kind: str) -> None:
    if importlib.util.find_spec(module) is None:
        return
    panel: QWidget = getattr(importlib.import_module(module), kind)(
        window.document, window.types, window.link
    )
    window.docks[name].put(panel)

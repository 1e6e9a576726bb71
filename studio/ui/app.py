"""Starts the window."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.window_settings import WindowSettings


def application() -> QApplication:
    """The Qt application, sharp at any scaling."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("netloom")
    app.setApplicationDisplayName("Netloom")
    app.setDesktopFileName("netloom")
    app.setStyle("Fusion")
    font = app.font()
    font.setPointSizeF(10)
    app.setFont(font)
    return app


def main(path: Path | None) -> int:
    """Open the window, with a project file where one is given; returns the exit status."""
    app = application()
    from studio.ui.window.startup import after_first_paint
    from studio.ui.window.window import Window

    link = ProcessLink()
    window = Window(WindowSettings(), link)
    window.painted.connect(lambda: after_first_paint(window))
    window.files.start(path)
    window.show()
    status = app.exec()
    if link.left:
        os._exit(status)  # Python's own end would end the trainers too
    return status

"""A window for tests, without helper processes unless a test starts them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.model.gallery import template
from studio.model.project import Project
from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.window import Window
from studio.ui.window.window_settings import WindowSettings


@contextmanager
def window_with(qtbot: QtBot, project: Project | None = None) -> Iterator[Window]:
    """A shown window with a project, LeNet by default; closed without a question."""
    window = Window(WindowSettings(), ProcessLink())
    window.files.show(project or template("lenet"), None)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    try:
        yield window
    finally:
        window.document.load(window.document.project, None)
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()


def find(window: QWidget, name: str) -> QWidget:
    """The shown widget of that name, once what was added has come to be shown."""
    QApplication.processEvents()
    found = [w for w in window.findChildren(QWidget, name) if w.isVisible()]
    assert found, f"there is no {name} to be seen"
    return found[0]

"""A window into which texts are pasted by the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.ui.app import application
from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.window import Window
from studio.ui.window.window_settings import WindowSettings
from tests.compile.test_incremental import start


class Hand:
    """Somebody at the keyboard."""

    def __enter__(self) -> Hand:
        self._app = QApplication.instance() or application()
        self._window = Window(WindowSettings(), ProcessLink())
        self._window.files.show(start(), None)
        self._window.show()
        return self

    def __exit__(self, *error: object) -> None:
        window = self._window
        window.document.load(window.document.project, None)
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def paste(self, text: str) -> None:
        """Paste, look at it, undo."""
        window, document = self._window, self._window.document
        QGuiApplication.clipboard().setText(text)
        before = document.project
        canvas = window.tabs.canvas
        assert canvas is not None
        canvas.commands.paste()
        self._app.processEvents()
        canvas.grab()
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        while document.undo_label:
            document.undo()
        self._app.processEvents()
        assert document.project == before

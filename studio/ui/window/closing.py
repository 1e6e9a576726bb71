"""Closing the window: runs under way go on without it, or are ended in order before it goes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.training.run_control import RunControl
from studio.ui.window.document_files import DocumentFiles

PATIENCE = 30_000
"""Milliseconds for a run to write its checkpoint before the window closes without it."""


class Closing(QObject):
    """Decides whether the window may close; closes it later where a run has to end first."""

    message = Signal(str)

    def __init__(self, window: QWidget, files: DocumentFiles, runs: RunControl) -> None:
        super().__init__(window)
        self._window, self._files, self._runs = window, files, runs
        self._stopping = self._done = False
        self._limit = QTimer(self, singleShot=True, interval=PATIENCE)
        self._limit.timeout.connect(self._close)
        runs.changed.connect(self._look)

    def may_close(self) -> bool:
        """Whether the window may close now; asks where work would be lost or interrupted."""
        if self._done:
            return True
        if self._stopping or not self._files.may_leave():
            return False
        if self._runs.alone:
            self._runs.leave()
        if not self._runs.busy:
            return True
        self._stop()
        return False

    def _stop(self) -> None:
        self._stopping = True
        self.message.emit("Stopping and saving what is under way; Netloom then closes.")
        self._window.setEnabled(False)
        self._runs.stop_all()
        self._limit.start()

    def _look(self) -> None:
        if self._stopping and not self._runs.busy:
            self._close()

    def _close(self) -> None:
        self._stopping, self._done = False, True
        self._limit.stop()
        QTimer.singleShot(0, self._window, self._window.close)

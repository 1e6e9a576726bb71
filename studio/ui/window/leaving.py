"""Closing the window: asks about unsaved work and a run under way, and ends the run in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from studio.model.messages import Stop
from studio.ui.window import dialogs

if TYPE_CHECKING:
    from studio.ui.window.window import Window

PATIENCE = 30_000
"""Milliseconds for a run to write its checkpoint before the window closes without it."""


class Leaving(QObject):
    """Decides whether the window may close; closes it later where a run has to end first."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.busy: Callable[[], bool] = lambda: False
        """Whether a run is under way."""
        self._stopping = self._done = False
        self._limit = QTimer(self, singleShot=True, interval=PATIENCE)
        self._limit.timeout.connect(self._close)
        for told in (window.link.run_state, window.link.trainer_gone):
            told.connect(lambda: QTimer.singleShot(0, self, self._look))

    def may_close(self) -> bool:
        """Whether the window may close now; asks where work would be lost or interrupted."""
        if self._done:
            return True
        if self._stopping or (self.busy() and not dialogs.ask_running(self._window)):
            return False
        if not self._window.files.may_leave():
            return False
        if not self.busy():
            return True
        self._stop()
        return False

    def _stop(self) -> None:
        self._stopping = True
        self._window.say("Stopping the run and saving its checkpoint; Netloom then closes.")
        self._window.setEnabled(False)
        self._window.link.send(Stop())
        self._limit.start()

    def _look(self) -> None:
        if self._stopping and not self.busy():
            self._close()

    def _close(self) -> None:
        self._stopping, self._done = False, True
        self._limit.stop()
        QTimer.singleShot(0, self._window, self._window.close)

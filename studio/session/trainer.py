"""The window's end of the trainer process."""

from __future__ import annotations

from collections.abc import Callable

from studio.model.messages import FromTrainer, ToTrainer
from studio.session.helper_process import HelperGone, HelperProcess


class Trainer:
    """Sends commands and passes on what comes back. `receive` is called on a reader thread, with
    `HelperGone` when the process died."""

    def __init__(self, receive: Callable[[FromTrainer | HelperGone], None]) -> None:
        self._child = HelperProcess("trainer", "studio.run.trainer_process", receive)

    @property
    def pid(self) -> int | None:
        """Process number of the trainer."""
        return self._child.pid

    def send(self, message: ToTrainer) -> None:
        """Tell the trainer something, without waiting until it is free to hear it."""
        self._child.send(message)

    def kill(self) -> None:
        """End the process at once; a new one is started."""
        self._child.kill()

    def close(self) -> None:
        """End the process for good; nothing is received any more."""
        self._child.close()

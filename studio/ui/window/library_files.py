"""Reads blocks to take from files, on a thread of its own: project files may be large."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import Shiboken

from studio.model.files import FileError
from studio.model.library import Library, LibraryBlock
from studio.model.library_reading import blocks_of, shipped_library
from studio.ui.window import dialogs
from studio.ui.window.window_settings import WindowSettings


class LibraryFiles(QObject):
    """Fills the library: with what comes with Netloom, and with what other projects hold."""

    message = Signal(str)
    _arrived = Signal(object, str)

    def __init__(self, library: Library, settings: WindowSettings, window: QWidget) -> None:
        super().__init__(window)
        self._library, self._settings, self._window = library, settings, window
        self._arrived.connect(self._take)

    @property
    def recent(self) -> list[Path]:
        """Project files used last."""
        return self._settings.recent

    def read_shipped(self) -> None:
        """Offer the blocks that come with Netloom."""
        self._read(shipped_library, "")

    def read(self, path: Path) -> None:
        """Offer the blocks of a project file."""
        self._read(lambda: blocks_of(path), path.name)

    def choose(self) -> None:
        """Offer the blocks of a project file that is asked for."""
        folder = next((path.parent for path in self.recent), Path.home())
        path = dialogs.ask_open(self._window, folder)
        if path is not None:
            self.read(path)

    def _read(self, work: Callable[[], list[LibraryBlock]], name: str) -> None:
        def read() -> None:
            try:
                found: list[LibraryBlock] | str = work()
            except FileError as error:
                found = str(error)
            if Shiboken.isValid(self):
                self._arrived.emit(found, name)

        threading.Thread(target=read, name="blocks", daemon=True).start()

    def _take(self, found: list[LibraryBlock] | str, name: str) -> None:
        if isinstance(found, str):
            self.message.emit(found)
            return
        self._library.add(found)
        if name and found:
            count = f"{len(found)} block{'s' if len(found) > 1 else ''}"
            self.message.emit(f"The palette offers {count} of {name}, under Other projects.")
        elif name:
            self.message.emit(f"{name} has no blocks.")


def offer_files(menu: QMenu, files: LibraryFiles) -> None:
    """Let a project be chosen from a menu, whose blocks the palette is to offer."""
    menu.addSeparator()
    inner = menu.addMenu("Offer those of another project")
    inner.setObjectName("menu_blocks_elsewhere")
    for path in files.recent:
        inner.addAction(path.name, partial(files.read, path)).setToolTip(str(path))
    inner.setToolTipsVisible(True)
    inner.addSeparator()
    inner.addAction("Choose a file…", files.choose).setObjectName("action_choose_library")

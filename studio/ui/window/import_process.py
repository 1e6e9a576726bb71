"""Import: a process of its own runs the file and writes a project, which is opened then."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal
from PySide6.QtWidgets import QDialog, QWidget

from studio.ui.window import dialogs
from studio.ui.window.document_files import DocumentFiles
from studio.ui.window.import_dialog import ImportDialog


class ImportProcess(QObject):
    """One import after another, none of which holds the window up."""

    message = Signal(str)

    def __init__(self, window: QWidget, files: DocumentFiles) -> None:
        super().__init__(window)
        self._window, self._files = window, files
        self._process: QProcess | None = None

    def ask(self) -> None:
        """Ask what to import, whether its file may run, and where to write the project."""
        dialog = ImportDialog(self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        start = dialog.file.with_name(f"{dialog.name.lower()}.json")
        out = dialogs.ask_save(self._window, start, "Save the project", dialogs.PROJECTS)
        if out is not None:
            self.start(f"{dialog.file}:{dialog.name}", dialog.inputs, out)

    def start(self, place: str, inputs: Sequence[str], out: Path) -> None:
        """Import what `module.py:ClassName` names, of which the person said that it may run."""
        if self._process is not None:
            self.message.emit("One import is still under way: wait for it.")
            return
        arguments = ["-m", "studio.cli", "import", place, "--trust", "--json", "-o", str(out)]
        for text in inputs:
            arguments += ["--input", text]
        process = QProcess(self)
        process.finished.connect(lambda code: self._done(code, out))
        process.errorOccurred.connect(self._failed)
        self._process = process
        self.message.emit(f"Importing {place}…")
        process.start(sys.executable, arguments)

    def _done(self, code: int, out: Path) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        said = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace").strip()
        wrong = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        process.deleteLater()
        if code:
            last = wrong.splitlines()[-1:] or ["the process ended without a word."]
            dialogs.tell(self._window, "Cannot import", last[0])
            return
        self._files.open(out)
        told = json.loads(said.splitlines()[-1])
        self.message.emit(
            f"{told['network']}: {told['parameters']:,} parameters; its outputs are at most "
            f"{told['difference']:.2g} from the model's."
        )

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            process, self._process = self._process, None
            sentence = f"Python could not be started: {process.errorString()}."
            dialogs.tell(self._window, "Cannot import", sentence)

"""Export: a process of its own writes the files, as the window has no torch."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal
from PySide6.QtWidgets import QWidget

from studio.model.document import Document
from studio.model.files import FileError
from studio.model.project_file import save
from studio.ui.training.run_control import RunControl
from studio.ui.window import dialogs
from studio.ui.window.document_files import DocumentFiles

FORMS = {
    "python": ("Export a Python module", ".py", "Python (*.py)"),
    "script": ("Export a training script", "_train.py", "Python (*.py)"),
    "checkpoint": ("Export a checkpoint", ".pt", "PyTorch (*.pt)"),
    "safetensors": ("Export safetensors", ".safetensors", "Safetensors (*.safetensors)"),
}
WITH_WEIGHTS = ("checkpoint", "safetensors")
OF_ALL = ("script",)
"""What holds all networks."""


class ExportProcess(QObject):
    """One export after another; the last line that the process prints is what came of it."""

    message = Signal(str)

    def __init__(
        self, window: QWidget, document: Document, files: DocumentFiles, runs: RunControl
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._files, self._runs = window, document, files, runs
        self._process: QProcess | None = None

    def ask(self, form: str) -> None:
        """Ask where to, then export."""
        title, ending, filters = FORMS[form]
        run = self._runs.folder
        if form in WITH_WEIGHTS and run is None:
            dialogs.tell(
                self._window,
                title,
                "There are no trained weights yet: train the network first, or open a run.",
                bad=False,
            )
            return
        document, network = self._document, ""
        networks = [board.name for board in document.project.of_kind("network")]
        if len(networks) > 1 and form not in OF_ALL:
            chosen = dialogs.ask_which(self._window, title, "Which network?", networks)
            if chosen is None:
                return
            network = chosen
        folder = document.path.parent if document.path else Path.home()
        stem = self._files.name.removesuffix(" (copy)").removesuffix(".json").lower()
        name = f"{stem}_{network.lower()}" if network else stem
        path = dialogs.ask_save(self._window, folder / f"{name}{ending}", title, filters)
        if path is not None:
            self.start(form, path, run, network)

    def start(self, form: str, path: Path, run: Path | None, network: str = "") -> None:
        """Export to a file: that network, or the only one there is."""
        if self._process is not None:
            self.message.emit("One export is still under way: wait for it.")
            return
        folder = Path(tempfile.mkdtemp(prefix="netloom-"))
        try:
            copy = _copy(self._document, self._files.name, folder)
        except FileError as error:
            dialogs.tell(self._window, "Cannot export", str(error))
            return
        arguments = ["-m", "studio.cli", "export", str(copy), "--to", form, "-o", str(path)]
        if network:
            arguments += ["--network", network]
        if run is not None:
            arguments += ["--run", str(run)]
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        process.setWorkingDirectory(str(Path.cwd()))
        process.finished.connect(lambda code: self._done(code, folder))
        process.errorOccurred.connect(lambda error: self._failed(error, folder))
        self._process = process
        self.message.emit(f"Exporting {path.name}…")
        process.start(sys.executable, arguments)

    def _done(self, code: int, folder: Path) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        lines = bytes(process.readAll().data()).decode("utf-8", "replace").strip().splitlines()
        last = lines[-1] if lines else "the process said nothing."
        process.deleteLater()
        shutil.rmtree(folder, ignore_errors=True)
        if code:
            dialogs.tell(self._window, "Cannot export", last)
        else:
            dialogs.tell(self._window, "Exported", "\n".join(lines[-3:]) or last, bad=False)

    def _failed(self, error: QProcess.ProcessError, folder: Path) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            process, self._process = self._process, None
            shutil.rmtree(folder, ignore_errors=True)
            sentence = f"Python could not be started: {process.errorString()}."
            dialogs.tell(self._window, "Cannot export", sentence)


def _copy(document: Document, name: str, folder: Path) -> Path:
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in Path(name).stem) or "project"
    path = folder / f"{stem}.json"
    save(document.project, path)
    return path

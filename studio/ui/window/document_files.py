"""Opening, saving and closing the document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from studio.model.document import Document
from studio.model.files import FileError
from studio.model.gallery import empty, gallery, template
from studio.model.project import Project
from studio.model.project_file import FileChanged, read, save
from studio.model.uids import fresh_uid
from studio.ui.training.run_control import RunControl
from studio.ui.window import dialogs
from studio.ui.window.window_settings import WindowSettings

FIRST = "lenet"
"""The template that the first start opens."""


class DocumentFiles(QObject):
    """Does what the File menu says, and asks first where work would be lost or interrupted."""

    saved = Signal()
    """The document has another path or is saved now."""
    message = Signal(str)

    def __init__(
        self, window: QWidget, document: Document, settings: WindowSettings, runs: RunControl
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._settings = window, document, settings
        self._runs = runs
        self._origin = ""

    @property
    def name(self) -> str:
        """What the document is called."""
        path = self._document.path
        return path.name if path else self._origin or "Untitled"

    def show(
        self,
        project: Project,
        path: Path | None,
        name: str = "",
        saved: bool = True,
        known: str | None = None,
    ) -> None:
        """Work on another project from now on; one that is new gets a uid."""
        self._origin = name
        if path is None and not project.uid:
            project = replace(project, uid=fresh_uid())
        self._document.load(project, path, saved, known)
        if path is not None:
            self._settings.remember(path)
        self.saved.emit()

    def start(self, path: Path | None) -> None:
        """What the window opens with: the file given, the last one, or the first template."""
        recent = next((p for p in self._settings.recent if p.is_file()), None)
        if path is not None and self.read(path):
            return
        if path is None and recent is not None and self.read(recent):
            return
        if path is None and FIRST in gallery():
            self.show(template(FIRST), None, f"{FIRST} (copy)")
        else:
            self.show(empty(), None)

    def new(self) -> None:
        """Start with an empty network."""
        if self.may_leave():
            self.show(empty(), None)

    def new_from(self, name: str) -> None:
        """Start with a copy of a template."""
        if self.may_leave():
            self.show(template(name), None, f"{name} (copy)")

    def open(self, path: Path | None = None) -> None:
        """Open a file, the one given or one that is asked for."""
        if not self.may_leave():
            return
        path = path or dialogs.ask_open(self._window, self._folder())
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> bool:
        """Open a file; says why where that fails."""
        try:
            project, known = read(path)
        except FileError as error:
            self._settings.forget_recent(path)
            dialogs.tell(self._window, "Cannot open", str(error))
            return False
        self.show(project, path.absolute(), known=known)
        return True

    def save(self) -> bool:
        """Save; whether that was done."""
        path = self._document.path
        return self.save_as() if path is None else self._write(path)

    def save_as(self) -> bool:
        """Save in a place that is asked for; whether that was done."""
        stem = self.name.removesuffix(" (copy)").removesuffix(".json").lower()
        start = self._document.path or self._folder() / f"{stem}.json"
        path = dialogs.ask_save(self._window, start, "Save the project", dialogs.PROJECTS)
        return path is not None and self._write(path)

    def may_leave(self) -> bool:
        """Whether the project may be given up; asks where it trains or is not saved."""
        typing = self._window.focusWidget()
        if typing is not None:
            typing.clearFocus()  # a name that is being typed is meant for this project
        leaves = self._asked()
        if not leaves and typing is not None and Shiboken.isValid(typing):
            typing.setFocus()
        return leaves

    def _asked(self) -> bool:
        runs, wish = len(self._runs.known.own), "stop_run"
        if runs:
            wish = dialogs.ask_running(self._window, self.name, runs, self._settings.alone)
        if wish == "keep_working" or not self._settled():
            return False
        self._runs.alone = wish == "train_on"
        return True

    def _settled(self) -> bool:
        """Whether what is not saved is, or is given up."""
        if not self._document.modified:
            return True
        answer = dialogs.ask_unsaved(self._window, self.name)
        return self.save() if answer == "save" else answer == "discard"

    def _write(self, path: Path) -> bool:
        document = self._document
        copied = document.path not in (None, path)  # a project of its own from now on
        uid = fresh_uid() if copied or not document.project.uid else document.project.uid
        known = document.known if path == document.path else None
        try:
            known = save(replace(document.project, uid=uid), path, known)
        except FileChanged:
            answer = dialogs.ask_changed(self._window, path.name)
            if answer == "save_as":
                return self.save_as()
            if answer == "cancel":
                return False
            document.known = None
            return self._write(path)
        except FileError as error:
            dialogs.tell(self._window, "Cannot save", str(error))
            return False
        document.identify(uid, path.absolute().parent)
        document.mark_saved(document.project, path, known)
        self._settings.remember(path)
        self.saved.emit()
        self.message.emit(f"Saved {path}")
        return True

    def _folder(self) -> Path:
        path = self._document.path
        return (
            path.parent
            if path
            else next((p.parent for p in self._settings.recent if p.parent.is_dir()), Path.home())
        )

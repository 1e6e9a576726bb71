"""The project a window works on: undo is keeping the previous ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path

from studio.model.delta import differ
from studio.model.operations.edited import Edited
from studio.model.project import Project
from studio.model.project_identity import ProjectIdentity

Listener = Callable[[Project | None, Project], None]
"""Is told the project before and after an edit, an undo or a redo; before is None where another
project was opened, and nothing that is known of the earlier one holds."""

DEPTH = 500
"""Undo steps kept."""


class Document:
    """Holds the current project, its past and its future, and where it is saved.

    Everything that changes a project goes through `edit`; `load` puts another one in its place.
    Listeners are told of both, and which it was. `known` is by what the file is known again.
    """

    def __init__(self, project: Project | None = None, path: Path | None = None) -> None:
        self.project = project or Project()
        self.path = path
        self.known: str | None = None
        self._saved = self.project
        self._past: list[tuple[str, Project]] = []
        self._future: list[tuple[str, Project]] = []
        self._merge: Hashable | None = None
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Call `listener(before, after)` after every change."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        """Tell a listener of no more changes; it must have been subscribed."""
        self._listeners.remove(listener)

    def edit(self, label: str, project: Project, merge: Hashable | None = None) -> None:
        """Make `project` the current one, undone as `label`. Edits in a row with the same `merge`
        (a drag, typing in one field) are one step."""
        if not differ(self.project, project):
            return
        if merge is None or merge != self._merge:
            self._past = [*self._past[-DEPTH + 1 :], (label, self.project)]
        self._merge = merge
        self._future.clear()
        self._change(project)

    def accept(self, edited: Edited, merge: Hashable | None = None) -> None:
        """Make what an operation gave the current project."""
        self.edit(edited.label, edited.project, merge)

    def end_merge(self) -> None:
        """Let the next edit be a step of its own."""
        self._merge = None

    def undo(self) -> None:
        """Go back one step, if there is one."""
        if self._past:
            label, project = self._past.pop()
            self._future.append((label, self.project))
            self._merge = None
            self._change(project)

    def redo(self) -> None:
        """Go forward again, if something was undone."""
        if self._future:
            label, project = self._future.pop()
            self._past.append((label, self.project))
            self._merge = None
            self._change(project)

    @property
    def undo_label(self) -> str | None:
        """What `undo` would undo."""
        return self._past[-1][0] if self._past else None

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again."""
        return self._future[-1][0] if self._future else None

    @property
    def modified(self) -> bool:
        """Whether there are changes that are not saved."""
        return self.project is not self._saved and self.project != self._saved

    @property
    def identity(self) -> ProjectIdentity:
        """Which project it is."""
        return ProjectIdentity(self.path, self.project.uid)

    def identify(self, uid: str, folder: Path | None) -> None:
        """Give the project another uid and place, as far back as it can be undone. Listeners are
        told where the place is new: what lies there is other data."""

        def known(project: Project) -> Project:
            return replace(project, uid=uid, folder=folder)

        self._past = [(label, known(project)) for label, project in self._past]
        self._future = [(label, known(project)) for label, project in self._future]
        if folder == self.project.folder:
            self.project = known(self.project)
        else:
            self._change(known(self.project))

    def load(
        self,
        project: Project,
        path: Path | None,
        saved: bool = True,
        known: str | None = None,
    ) -> None:
        """Work on another project, with no way back."""
        self._past.clear()
        self._future.clear()
        self._merge = None
        self.path, self.known = path, known
        self._saved = project if saved else Project()
        self.project = project
        self._tell(None)

    def mark_saved(self, project: Project, path: Path, known: str | None = None) -> None:
        """Remember that this project is what the file holds."""
        self.path, self.known = path, known
        self._saved = project

    def _change(self, project: Project) -> None:
        before, self.project = self.project, project
        self._tell(before)

    def _tell(self, before: Project | None) -> None:
        for listener in list(self._listeners):
            listener(before, self.project)

"""The project's variables: add, rename, set, remove."""

from __future__ import annotations

from collections.abc import Mapping

from studio.model.document import Document
from studio.model.operations.edited import Edited
from studio.model.operations.given_values import read_variable
from studio.model.operations.variables import (
    add_variable,
    remove_variable,
    rename_variable,
    set_variable,
)
from studio.model.project import Project
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.inspector.named_values import NamedValues


class ProjectVariables(NamedValues):
    """The table of the project's variables."""

    def __init__(self, document: Document, theme: Theme) -> None:
        super().__init__(
            document,
            theme,
            "variable",
            "Variables of the project",
            "Nodes of all boards may use them: type =4\u00a0*\u00a0dim into a field of theirs.",
        )

    def values(self, project: Project) -> Mapping[str, Value]:
        return project.variables

    def adding(self, project: Project) -> Edited:
        return add_variable(project)

    def removing(self, project: Project, name: str) -> Edited:
        return remove_variable(project, name)

    def renaming(self, project: Project, old: str, new: str) -> Edited:
        return rename_variable(project, old, new)

    def reading(self, name: str, text: str) -> Value:
        return read_variable(name, text)

    def setting(self, project: Project, name: str, value: Value) -> Edited:
        return set_variable(project, name, value)

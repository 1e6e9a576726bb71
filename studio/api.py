"""Netloom from Python: `studio.Project`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from studio.compile import compiled
from studio.model import files, project
from studio.model.files import FileError


@dataclass(frozen=True)
class Project:
    """A project and the file it came from. `document` is its content."""

    document: project.Project
    path: Path | None = None

    @classmethod
    def load(cls, path: str | Path) -> Project:
        """Read a project file. Raises FileError."""
        return cls(files.load(Path(path)), Path(path))

    def save(self, path: str | Path | None = None) -> None:
        """Write it, to its own file where no other is named. Raises FileError."""
        target = self.path if path is None else Path(path)
        if target is None:
            raise FileError("The project has no file yet: name one.")
        files.save(self.document, target)

    def check(self) -> compiled.Compiled:
        """Shapes, counts and issues."""
        return compiled.check(self.document)

    def compile(self, network: str | None = None) -> nn.Module:
        """A network as a module with fresh weights; the only one where none is named.

        Raises CannotCompile where the project has errors, KeyError where there is no such network.
        """
        return self.check().network(self._network(network))

    def _network(self, name: str | None) -> str:
        networks = [board.name for board in self.document.of_kind("network")]
        if name in networks:
            return name
        if name is None and len(networks) == 1:
            return networks[0]
        raise KeyError(f"name one of the networks: {', '.join(networks)}")

"""Netloom from Python: `studio.Project`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

from torch import Tensor, nn

from nodes.declare import NodeType
from studio.compile import compiled
from studio.model import project, project_file, trust
from studio.model.analysis import Analysis
from studio.model.data_parts import PARTS
from studio.model.files import FileError
from studio.model.messages import RunState
from studio.model.operations.by_name import EditsByName
from studio.model.operations.edited import Edited
from studio.model.run_layout import LAST_TEST, last_values
from studio.run import training_runs
from studio.run.run_folder import RunFolder
from studio.run.run_loop import Inbox, OnEvent
from studio.session import runs


@dataclass(frozen=True)
class Trained:
    """A run that ended: its folder, how it ended, the last values by split and name."""

    folder: Path
    state: RunState
    metrics: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Project(EditsByName):
    """A project and the file it came from. `document` is its content; operations such as `add`,
    `wire`, `set`, `rename` and `make_block` give the project with that edit."""

    document: project.Project
    path: Path | None = None

    @classmethod
    def load(cls, path: str | Path) -> Project:
        """Read a project file. Raises FileError."""
        return cls(project_file.load(Path(path)), Path(path))

    @classmethod
    def from_module(
        cls, make: Callable[[], nn.Module], *inputs: Tensor, **named: Tensor
    ) -> tuple[Project, Mapping[str, Tensor]]:
        """The project of the module that `make` makes, tried with inputs whose first sizes are how
        many samples there are; and its weights by the keys of what `compile` gives.

        Raises CannotImport, in a sentence, where it cannot be drawn.
        """
        from studio.importing.importing import import_model
        from studio.importing.model_file import Example

        given = [Example(tensor) for tensor in inputs]
        given += [Example(tensor, name) for name, tensor in named.items()]
        found = import_model(make, given, compiled.all_types()[0])
        return cls(found.project), found.weights

    def save(self, path: str | Path | None = None) -> None:
        """Write it, to its own file where no other is named. Raises FileError."""
        target = self.path if path is None else Path(path)
        if target is None:
            raise FileError("The project has no file yet: name one.")
        project_file.save(self.document, target)

    def check(self) -> compiled.Compiled:
        """Shapes, counts and issues."""
        return compiled.check(self.document)

    def costs(self) -> Analysis:
        """What each node costs, and the memory that a training step takes."""
        return self.check().analysis()

    def trust(self) -> Project:
        """The same project, whose own code may run on this machine from now on: read it before.
        Raises FileError where that cannot be kept."""
        for content in trust.waiting(self.document):
            trust.trust(content)
        return self

    def compile(self, network: str | None = None) -> nn.Module:
        """A network as a module with fresh weights; the only one where none is named.

        Raises CannotCompile where the project has errors, KeyError where there is no such network.
        """
        return self.check().network(self._network(network))

    def with_settings(
        self, *, epochs: int | None = None, device: str | None = None, seed: int | None = None
    ) -> Project:
        """The project with some settings changed. Raises ValueError where one does not fit."""
        settings = self.document.settings
        for name, value in {"epochs": epochs, "device": device, "seed": seed}.items():
            settings = settings if value is None else settings.changed(name, value)
        return replace(self, document=replace(self.document, settings=settings))

    def train(
        self,
        folder: str | Path | None = None,
        *,
        resume: bool = False,
        on_event: OnEvent = lambda event: None,
        inbox: Inbox | None = None,
        keep_every: int = 0,
        edited: bool = False,
        weights: str | Path | None = None,
    ) -> Trained:
        """Train in a new run folder, beside the project where none is named, or go on with a run:
        with its own project but for the number of epochs, or, where that was `edited`, with this.
        A new run begins with what fits of `weights`, those of a run's folder or of a file.

        `on_event` gets states and records as they come; a `Stop` put into `inbox` ends it after
        the step under way; the last and the best checkpoint are kept, and each `keep_every`-th,
        where that is not 0. Raises FileError and CannotCompile where nothing could be started; how
        the run ended is in `state`.
        """
        target = runs.next_folder(self.path) if folder is None else Path(folder)
        inbox = SimpleQueue() if inbox is None else inbox
        state = training_runs.train(
            self.document,
            target,
            resume,
            on_event,
            inbox,
            keep_every=keep_every,
            edited=edited,
            weights=None if weights is None else Path(weights),
        )
        lines = RunFolder.open(target).metrics()
        found = {split: last_values(lines, split) for split in (*PARTS, LAST_TEST)}
        return Trained(target, state, {part: values for part, values in found.items() if values})

    def _types(self) -> Mapping[str, NodeType]:
        return compiled.all_types()[0]

    def _accept(self, edited: Edited) -> Project:
        return replace(self, document=edited.project)

    def _network(self, name: str | None) -> str:
        networks = [board.name for board in self.document.of_kind("network")]
        if name in networks:
            return name
        if name is None and len(networks) == 1:
            return networks[0]
        raise KeyError(f"name one of the networks: {', '.join(networks)}")

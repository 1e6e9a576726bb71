"""A project compiled and built: networks, data, and the way back from source lines to nodes."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nodes.described import DataDescription
from studio.compile.compiled import Compiled, check
from studio.compile.training_source import CompiledTraining
from studio.model.files import FileError
from studio.model.project import Board, Project
from studio.model.roles import with_role
from studio.model.run_layout import PROJECT
from studio.run import checkpoints
from studio.run.loop.data import Data
from studio.run.loop.resuming import ResumableLoop
from studio.run.loop.stages import Stages
from studio.run.loop.training import Stage, pick_device
from studio.run.run_data import recorded, restore
from studio.run.run_folder import RunFolder
from studio.run.taps import Taps

NOTHING: Mapping[str, Any] = {}


@dataclass(eq=False)
class LoadedProject:
    """What can be trained and looked into."""

    project: Project
    compiled: Compiled
    source: CompiledTraining
    namespace: Mapping[str, Any]
    stages: Stages
    descriptions: Mapping[str, DataDescription]
    """What the data of each stage say of themselves."""
    taps: Taps
    folder: Path | None = None

    @property
    def training(self) -> ResumableLoop:
        """The loop of the stage under way."""
        return self.stages.current

    @property
    def networks(self) -> dict[str, nn.Module]:
        """Networks by instance."""
        return self.training.networks

    @property
    def data(self) -> Data:
        """What it learns from."""
        return self.training.data

    @property
    def described(self) -> DataDescription:
        """What they say of themselves."""
        return self.descriptions[self._stage.name]

    @property
    def classes(self) -> tuple[str, ...]:
        """What the classes, or tokens, are called that the stage under way learns; empty where it
        takes none from its data."""
        used = {wire.source_port for wire in self._stage.wires if wire.source in self._data_nodes}
        fields = (field for port, field in self.described.fields.items() if port in used)
        named = (field.names for field in fields if field.kind in ("class", "tokens"))
        return next(named, ())

    @property
    def recorded(self) -> dict[str, Any]:
        """What a run keeps of the data of each stage."""
        return {
            name: recorded(loop.data, self.descriptions[name]) for name, loop in self.stages.loops
        }

    @property
    def _stage(self) -> Board:
        return self.project.boards[self.stages.loops[self.stages.number][0]]

    @property
    def _data_nodes(self) -> set[str]:
        return {node.id for node in with_role(self._stage, self.compiled.checking.types, "data")}

    @property
    def device(self) -> torch.device:
        """Where the networks are."""
        return self.training.device

    def place(self, file: str, line: int) -> tuple[str, str] | None:
        """Board and node that a line of what was compiled belongs to."""
        if file == self.source.filename:
            return self.source.lines.get(line)
        return self.taps.place(file, line)


def device_of(name: str) -> torch.device:
    """The device of that name. Raises FileError where this machine has none."""
    kind = name.split(":")[0]
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(kind, True):
        raise FileError(f"This machine has no device {name}; choose auto or cpu.")
    device = pick_device(name)
    if device.index is not None and device.index >= torch.cuda.device_count():
        raise FileError(f"This machine has no device {name}; choose auto.")
    return device


def devices() -> tuple[str, ...]:
    """Devices that can be used, the automatic choice first."""
    found = [f"cuda:{n}" for n in range(torch.cuda.device_count())]
    found = ["cuda", *found[1:]] if found else []
    found += ["mps"] if torch.backends.mps.is_available() else []
    return (*found, "cpu")


def build(project: Project, known: Mapping[str, Any] = NOTHING) -> LoadedProject:
    """Compile a project and make fresh networks from its seed, with data as is `known` of each
    stage. Raises CannotCompile, FileError and what the data raises."""
    compiled = check(project)
    source = compiled.training()
    return make(project, compiled, source, device_of(project.settings.device), known)


def make(
    project: Project,
    compiled: Compiled,
    source: CompiledTraining,
    device: torch.device,
    known: Mapping[str, Any],
) -> LoadedProject:
    """Run the source and make networks, data and loop."""
    namespace = source.namespace()
    settings = project.settings
    torch.manual_seed(settings.seed)
    networks: dict[str, nn.Module] = namespace["make_networks"]()
    loops: dict[str, ResumableLoop] = {}
    descriptions: dict[str, DataDescription] = {}
    stage: Stage
    for stage in namespace["STAGES"]:
        objective = stage.objective(networks)
        try:
            (descriptions[stage.name],) = compiled.checking.described(stage.name).values()
            data = stage.data()
            restore(data, descriptions[stage.name], known.get(stage.name, NOTHING))
        except (ValueError, OSError) as error:
            raise FileError(f"The data cannot be used: {error}.") from error
        loops[stage.name] = ResumableLoop(objective, data, stage.plan, device)
    modules = [*networks.values(), *(loop.objective for loop in loops.values())]
    taps = Taps(project, compiled.checking, namespace, modules)
    return LoadedProject(project, compiled, source, namespace, Stages(loops), descriptions, taps)


def load_run(folder: Path, device: str = "", weights: str = "") -> LoadedProject:
    """Rebuild a run from its project and put its weights in: the best, or the last where there
    are none. Nothing in the folder is executed. Raises FileError, CannotCompile."""
    run = RunFolder.open(folder)
    best = weights != "last" and run.layout.best.exists()
    path, content = checkpoints.read(run.layout, "best" if best else "last")
    project = run.project(checkpoints.segment_of(content))
    if device:
        project = replace(project, settings=replace(project.settings, device=device))
    elif project.settings.device not in ("auto", *devices()):
        project = replace(project, settings=replace(project.settings, device="auto"))
    loaded = build(project, run.data(checkpoints.segment_of(content)))
    loaded.stages.go_to(checkpoints.stage_of(content, len(loaded.stages.loops)))
    checkpoints.fit(loaded.training.modules, content["networks"], path)
    loaded.folder = folder
    return loaded


def environment(loaded: LoadedProject) -> dict[str, Any]:
    """With what a run is made."""
    device = loaded.device
    return {
        PROJECT: loaded.project.uid,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "netloom": _version("netloom"),
        "system": platform.system(),
        "device": str(device),
        "device_name": torch.cuda.get_device_name(device) if device.type == "cuda" else "",
        "precision": loaded.project.settings.precision,
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "seed": loaded.project.settings.seed,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except ImportError:  # run from a source tree that is not installed
        return ""

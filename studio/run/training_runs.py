"""Training, evaluating and loading runs, with or without a window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from torch import Tensor

from studio.compile.compiled import all_types
from studio.model.files import FileError
from studio.model.messages import RunState, Train
from studio.model.project import Project
from studio.model.trained_project import trains_alike
from studio.run import checkpoints
from studio.run.failures import asked_for, size
from studio.run.going_on import begin_with, edited_state
from studio.run.loaded_project import NOTHING, LoadedProject, build, environment, load_run
from studio.run.run_data import carried
from studio.run.run_folder import RunFolder
from studio.run.run_loop import Inbox, OnEvent, OnLook, TrainingRun

__all__ = ["evaluate", "load_run", "train"]


def train(
    project: Project,
    folder: Path,
    resume: bool = False,
    on_event: OnEvent = lambda event: None,
    inbox: Inbox | None = None,
    on_look: OnLook = lambda look: None,
    keep_every: int = 0,
    edited: bool = False,
    weights: Path | None = None,
) -> RunState:
    """Train in a new run folder, or go on with one that is there; tells how it ended.

    A resumed run keeps its own project but for the number of epochs. One that is `edited` goes on
    with this project instead, and with all weights that it still has. A new run begins with what
    fits of `weights`, those of a run's folder or of a file, or else with those that the project
    names. Messages (`Stop`, `Pause`, …) may
    be put into `inbox` from any thread. Of its checkpoints the last and the best are kept, and each
    `keep_every`-th, where that is not 0. Raises FileError and CannotCompile where nothing could be
    started.
    """
    asked = Train(project, folder, resume, edited, weights)
    work = start(asked, on_event, inbox or SimpleQueue(), on_look)
    work.checkpoints.keep_every = keep_every
    return work.run()


def start(
    asked: Train, on_event: OnEvent, inbox: Inbox, on_look: OnLook, runs: int = 1
) -> TrainingRun:
    """The work that `train` does, ready to run, as one of so many runs at a time."""
    project, folder, words = asked.project, asked.folder, ""
    on_event(RunState(folder, "preparing"))
    if asked.resume:
        run = RunFolder.open(folder)
        run.own()
        try:
            loaded, words = _resumed(project, run, asked.edited)
        except BaseException:
            run.close()
            raise
    else:
        if folder.exists():
            raise FileError(f"{folder} is there already; choose another folder for the run.")
        loaded = _built(project)
        weights = asked.weights or _set_weights(project)
        if weights is not None:
            words = f"Begins with weights of {weights.name}: {begin_with(loaded, weights)}."
        told = environment(loaded)
        run = RunFolder.create(folder, project, loaded.source.text, told, loaded.recorded)
        run.own()
    loaded.folder = folder
    on_event(loaded)
    return TrainingRun(loaded, run, inbox, on_event, on_look, runs, words)


def _set_weights(project: Project) -> Path | None:
    """The weights that a project says new runs begin with, from its own folder on."""
    named = project.settings.weights
    return (project.folder or Path()) / named if named else None


def _built(project: Project, known: Mapping[str, Any] = NOTHING) -> LoadedProject:
    try:
        return build(project, known)
    except (RuntimeError, MemoryError) as error:
        asked = asked_for(error)
        if asked is None:
            raise
        raise FileError(
            f"Out of memory: {size(asked)} were asked for at once to make the networks and load "
            "the data; make them smaller."
        ) from error


def _resumed(project: Project, run: RunFolder, edited: bool) -> tuple[LoadedProject, str]:
    """What goes on in a run's folder, as its last checkpoint left it; what became of the weights,
    in words, where it goes on with another project."""
    path, state = checkpoints.read(run.layout, "last")
    segment = checkpoints.segment_of(state)
    before = run.project(segment)
    if edited and not trains_alike(before, project):
        return _edited(project, before, run, path, state)
    epochs = max(before.settings.epochs, project.settings.epochs)
    own = replace(before, settings=replace(before.settings, epochs=epochs))
    loaded = _built(own, run.data(segment))
    loaded.stages.go_to(checkpoints.stage_of(state, len(loaded.stages.loops)))
    checkpoints.fit(loaded.training.modules, state["networks"], path)
    try:
        loaded.stages.load_state(state)
    except _STRANGE as error:
        raise FileError(f"{path} is not a state to go on from; start a new run.") from error
    if run.layout.best.exists() and loaded.training.best_values:
        path, content = checkpoints.read(run.layout, "best")
        checkpoints.refuse_misfits(loaded.training.modules, content["networks"], path)
        loaded.training.best = _on_device(content, loaded)
    run.rewind(loaded.stages.done, loaded.stages.validated)
    told = environment(loaded)
    run.go_on(own, loaded.source.text, told, loaded.recorded, loaded.stages.done)
    return loaded, ""


def _edited(
    project: Project, before: Project, run: RunFolder, path: Path, state: dict[str, Any]
) -> tuple[LoadedProject, str]:
    """What goes on with another project. The best weights so far stay in the folder until others
    are found."""
    known = run.data(checkpoints.segment_of(state))
    loaded = _built(project, carried(known, before, project, all_types()[0]))
    try:
        edited, found = edited_state(state, before, loaded)
        loaded.stages.load_state(edited)
        run.rewind(int(state["done"]), int(state["validated"]))
    except _STRANGE as error:
        raise FileError(f"{path} is not a state to go on from; start a new run.") from error
    told = {**environment(loaded), "transfer": found.layers}
    run.go_on(project, loaded.source.text, told, loaded.recorded, loaded.stages.done)
    return loaded, f"Goes on with what is drawn: {found}."


_STRANGE = (LookupError, ValueError, ArithmeticError, AttributeError, RuntimeError, TypeError)
"""What loading a state may raise that holds other things than ours."""


def _on_device(content: dict[str, Any], loaded: LoadedProject) -> dict[str, dict[str, Tensor]]:
    return {
        name: {key: value.to(loaded.device) for key, value in weights.items()}
        for name, weights in content["networks"].items()
    }


def evaluate(run: LoadedProject, part: str = "test") -> dict[str, float]:
    """Mean loss and metrics of a part. Raises FileError where the part is empty."""
    values: dict[str, float] = {}
    for record in run.training.evaluate(part):
        values = record.values if record is not None else values
    if not values:
        raise FileError(f"The data has no {part} part; give it a share of the samples.")
    return values

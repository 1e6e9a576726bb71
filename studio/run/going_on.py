"""The state of a run, as another project goes on from it or begins with its weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from torch import Tensor

from studio.compile.training_source import CannotCompile
from studio.compile.update_targets import followed
from studio.model.checkpoint_folders import Kind
from studio.model.files import FileError
from studio.model.project import FOLLOWS, Board, Project
from studio.model.transfer import DrawnWeights, Transfer, best_pairs, transfer
from studio.run import checkpoints
from studio.run.carried_weights import Weights, carried, drawn
from studio.run.loaded_project import LoadedProject, build
from studio.run.loop.resuming import ResumableLoop
from studio.run.loop.updater import Updater
from studio.run.run_folder import RunFolder
from studio.run.weights_file import read_weights

Names = Mapping[tuple[str, str], tuple[str, str]]
"""Modules and keys of weights that go on as they are, with those that they had."""


def edited_state(
    state: Mapping[str, Any], before: Project, loaded: LoadedProject
) -> tuple[dict[str, Any], Transfer]:
    """A state of the project `before` as one that `loaded` goes on from, and what becomes of the
    weights.

    Steps, epochs and seconds count on; an epoch under way begins anew where epochs have another
    length now. Optimisers go on with what they know of weights that are kept. Learning rates are
    those that are drawn, and the best weights are looked for anew. Raises FileError where there is
    nothing to go on with.
    """
    stage = before.stages[checkpoints.stage_of(state, len(before.stages))]
    number = _goes_on(stage, loaded.project)
    after = loaded.project.stages[number]
    loaded.stages.go_to(number)
    loop = loaded.training
    weights = _plain(state["networks"])
    fresh = loop.weights()
    old, new = drawn(before, stage, weights), drawn(loaded.project, after, fresh)
    found = transfer(old, new)
    names = {(p.module, p.key): (o.module, o.key) for p, o in found.kept.items()}
    updates, orders = _same_nodes(stage, after), _orders(state, before)
    optimizers, scalers, gathered = {}, {}, {}
    for name, updater in loop.updaters.items():
        other = updates.get(name, "")
        order = orders.get(other, [])
        optimizers[name] = _optimizer(updater, loop.names(updater), state, other, order, names)
        scalers[name] = state.get("scalers", {}).get(other) or updater.scaler.state_dict()
        gathered[name] = _gathered(loop.names(updater), state, other, order, names)
    networks = carried(found, weights, fresh, loaded.compiled, new)
    return {
        **state,
        "networks": _with_copies(networks, found, loaded.project),
        "optimizers": optimizers,
        "scalers": scalers,
        "gathered": gathered,
        "rates": dict(loop.rates),
        "best_values": {},
        "best_step": 0,
        **_counts(state, before, loaded, number),
    }, found


def begin_with(loaded: LoadedProject, place: Path) -> Transfer:
    """Put the weights of a run, the best or else the last, or of a file, where they have a place in
    a project, and tell what became of them. Raises FileError where none has one."""
    path, before = _known_weights(place)
    loop, weights = loaded.training, before[1]
    fresh = loop.weights()
    after = drawn(loaded.project, loaded.project.stages[0], fresh)
    found = transfer(before[0], after)
    if not found.kept and not found.resized:
        raise FileError(
            f"{path} has no weights of this project: its layers are others. Choose a run of this "
            "project, or of one that this is a copy of."
        )
    networks = carried(found, weights, fresh, loaded.compiled, after)
    loop.load_weights(_with_copies(networks, found, loaded.project))
    return found


def _known_weights(place: Path) -> tuple[Path, tuple[DrawnWeights, Weights]]:
    """The file that holds weights, what they were drawn as, and they themselves."""
    if place.is_file():
        return place, read_weights(place)
    run = RunFolder.open(place)
    kind: Kind = "best" if run.layout.best.exists() else "last"
    path, content = checkpoints.read(run.layout, kind)
    before = run.project(checkpoints.segment_of(content))
    stage = before.stages[checkpoints.stage_of(content, len(before.stages))]
    weights = _plain(content["networks"])
    return path, (drawn(before, stage, weights), weights)


def _with_copies(
    networks: dict[str, dict[str, Tensor]], found: Transfer, project: Project
) -> dict[str, dict[str, Tensor]]:
    """The weights, where networks that follow others, and that nothing went on in, begin as these
    do."""
    known = {place.module for place in (*found.kept, *found.resized)}
    copies = {
        name: networks[str(node.params[FOLLOWS])]
        for stage in project.stages
        for name, node in followed(stage).items()
        if name not in known and name in networks
    }
    return {**networks, **copies}


def _plain(networks: Mapping[str, Any]) -> Weights:
    return {
        name: {key: value for key, value in weights.items() if isinstance(value, Tensor)}
        for name, weights in networks.items()
    }


def _same_nodes(old: Board, new: Board) -> dict[str, str]:
    """Ids of nodes of one board, with those that they have on another."""
    ids = {node.uid: id for id, node in old.nodes.items()}
    return {id: ids[node.uid] for id, node in new.nodes.items() if node.uid in ids}


def _goes_on(stage: Board, project: Project) -> int:
    """The number of the stage that goes on from one of an earlier project: the one with most of
    its nodes. Raises FileError."""
    likeness = {
        (0, number): (len(_same_nodes(stage, board)), board.name == stage.name)
        for number, board in enumerate(project.stages)
    }
    found = best_pairs({(b, a): score for (a, b), score in likeness.items() if score[0]})
    if 0 not in found:
        raise FileError(
            f"No training board goes on from {stage.name}: none has nodes of it, or several have "
            "as many. Start a new run."
        )
    return found[0]


# ---- what optimisers know ----------------------------------------------------------------------


def _optimizer(
    updater: Updater,
    own: list[tuple[str, str]],
    state: Mapping[str, Any],
    other: str,
    order: Sequence[tuple[str, str]],
    names: Names,
) -> dict[str, Any]:
    """What an optimiser knows of the weights that are kept, with settings as they are drawn."""
    fresh: dict[str, Any] = updater.optimizer.state_dict()
    known = state["optimizers"].get(other)
    if known is None or known["param_groups"][0].keys() != fresh["param_groups"][0].keys():
        return fresh
    if len(known["param_groups"][0]["params"]) != len(order):
        return fresh
    numbers = {name: number for number, name in enumerate(order)}
    kept = {
        number: known["state"][numbers[old]]
        for number, name in enumerate(own)
        if (old := names.get(name)) in numbers and numbers[old] in known["state"]
    }
    return {**fresh, "state": kept}


def _gathered(
    own: list[tuple[str, str]],
    state: Mapping[str, Any],
    other: str,
    order: Sequence[tuple[str, str]],
    names: Names,
) -> list[Tensor | None]:
    """Gradients of kept weights that wait for more."""
    waiting = state.get("gathered", {}).get(other, [])
    known = dict(zip(order, waiting, strict=False))
    return [known.get(names.get(name, name)) if name in names else None for name in own]


def _orders(state: Mapping[str, Any], before: Project) -> dict[str, list[tuple[str, str]]]:
    """Module and key of what each update moved, in the order in which its optimiser counts. Older
    checkpoints do not say: there it is the order in which their project makes them, and optimisers
    start fresh where that cannot be made any more."""
    if "parameters" in state:
        given = state["parameters"].items()
        return {name: [(module, key) for module, key in some] for name, some in given}
    on_cpu = replace(before, settings=replace(before.settings, device="cpu"))
    try:
        loop = build(on_cpu).training
    except (CannotCompile, FileError):
        return {}
    return {name: loop.names(updater) for name, updater in loop.updaters.items()}


# ---- where it stands ---------------------------------------------------------------------------


def _counts(
    state: Mapping[str, Any], before: Project, loaded: LoadedProject, number: int
) -> dict[str, Any]:
    loop = loaded.training
    earlier = before.stages[: checkpoints.stage_of(state, len(before.stages))]
    trained = int(state["validated"]) - sum(before.settings_of(b).epochs for b in earlier)
    if trained >= loop.plan.epochs and number + 1 == len(loaded.stages.loops):
        raise FileError(
            f"All {loop.plan.epochs} epochs are trained: set more epochs to go on with what is "
            "drawn."
        )
    validated = min(trained, loop.plan.epochs)
    done = _done(int(state["done"]) - int(state.get("stage_begun", 0)), validated, state, loop)
    seconds = [float(value) for value in state.get("stage_seconds", [])]
    passed = loaded.stages.loops[:number]
    epochs = sum(other.plan.epochs for _, other in passed)
    return {
        "stage": number,
        "validated": epochs + validated,
        "shift": int(state["done"]) - sum(other.total for _, other in passed) - done,
        "stage_seconds": [*seconds, *[0.0] * number][:number],
        "seconds": float(state["seconds"]) + sum(seconds[number:]),
    }


def _done(done: int, validated: int, state: Mapping[str, Any], loop: ResumableLoop) -> int:
    """Steps of the stage under way, by the length that its epochs have now."""
    begun = validated * loop.per_epoch
    same = int(state.get("per_epoch", loop.per_epoch)) == loop.per_epoch
    return done if same and begun <= done < begun + loop.per_epoch else begun

"""Weights of one project in the networks of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from torch import Tensor

from studio.compile.compiled import Compiled
from studio.compile.weight_axes import WeightAxes, weight_axes
from studio.model.project import Board, Project
from studio.model.transfer import DrawnWeights, Transfer
from studio.run.loop.training import OBJECTIVE

Weights: TypeAlias = Mapping[str, Mapping[str, Tensor]]
"""Weights by module and key."""


def drawn(project: Project, stage: Board, weights: Weights) -> DrawnWeights:
    """The weights of a project that trains by a stage, and what they were drawn as. Those of
    networks that it does not have are left out."""
    networks = {name: project.boards[board] for name, board in project.instances.items()}
    boards = {OBJECTIVE: stage, **networks}
    sizes = {
        module: {key: tuple(value.shape) for key, value in some.items()}
        for module, some in weights.items()
        if module in boards
    }
    return DrawnWeights(project, boards, sizes)


def carried(
    transfer: Transfer, old: Weights, fresh: Weights, compiled: Compiled, into: DrawnWeights
) -> dict[str, dict[str, Tensor]]:
    """Fresh weights of a compiled project, with old ones in them as far as they go on."""
    found = {module: dict(some) for module, some in fresh.items()}
    for place, origin in transfer.kept.items():
        value = fresh[place.module][place.key]
        found[place.module][place.key] = old[origin.module][origin.key].to(value)
    for place, origin in transfer.resized.items():
        value = fresh[place.module][place.key]
        flow = compiled.checking.flows[into.boards[place.module].name]
        types = compiled.checking.types
        axes = weight_axes(flow, types, place.layer, place.name, value.dim())
        found[place.module][place.key] = resized(old[origin.module][origin.key], value, axes)
    return found


def resized(old: Tensor, fresh: Tensor, axes: WeightAxes) -> Tensor:
    """Weights of the size of `fresh` ones that hold `old` ones where both are.

    What was there before goes on as if nothing had been added: it weighs what comes in anew by 0.
    What is made anew starts fresh. So a network that was widened computes what it did, and what was
    added learns as soon as it is listened to.
    """
    parts = [
        count if a % count == b % count == 0 else 1
        for count, a, b in zip(axes.parts, old.shape, fresh.shape, strict=True)
    ]
    value = _split(fresh, parts).clone()
    before = _split(old.to(fresh), parts)
    kept = [slice(0, min(a, b)) for a, b in zip(before.shape, value.shape, strict=True)]
    listens = [slice(None)] * value.dim()
    listens[2 * axes.outgoing + 1] = kept[2 * axes.outgoing + 1]
    for axis in axes.incoming:
        added = listens.copy()
        added[2 * axis + 1] = slice(kept[2 * axis + 1].stop, None)
        value[tuple(added)] = 0
    value[tuple(kept)] = before[tuple(kept)]
    return value.reshape(fresh.shape)


def _split(value: Tensor, parts: list[int]) -> Tensor:
    """Each axis as two: the pieces that lie on it, and what is in one."""
    sizes = zip(parts, value.shape, strict=True)
    return value.reshape([size for count, all in sizes for size in (count, all // count)])

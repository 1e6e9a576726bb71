"""What a training computes on a batch, and what it hands to the loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn


class At(NamedTuple):
    """Where a training is: steps `done` of `total`, the updates that are due in this step, those of
    them that move their weights, and those that begin to gather gradients."""

    done: int = 0
    total: int = 1
    due: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    begin: frozenset[str] = frozenset()


class Step(NamedTuple):
    """The loss that an update goes back from, and values to log."""

    update: str
    loss: Tensor
    values: Mapping[str, Tensor]
    keep: bool = False  # a later update goes back through the same graph
    waits: bool = False  # others go back before this one moves its weights


class Metric(Protocol):
    """What is no mean over samples: it is given what every batch of a part has, and tells the value
    of them all."""

    def to(self, device: torch.device) -> Any: ...
    def update(self, *values: Tensor) -> None: ...
    def compute(self) -> Tensor: ...


class Objective(nn.Module):
    """Losses and metrics of a batch. Only what it learns by itself is a part of it: the networks
    are kept in a plain dictionary, so that they can be wrapped, saved and moved on their own."""

    def __init__(self, networks: dict[str, nn.Module]) -> None:
        super().__init__()
        self.networks = networks

    def training_steps(self, batch: dict[str, Tensor], at: At) -> Iterator[Step]:
        """Yields for each update that is due; it has gone back, and moved, when asked on."""
        raise NotImplementedError

    def evaluate(self, batch: dict[str, Tensor], at: At) -> dict[str, Any]:
        """All losses and metrics of a batch by name, with nothing learned: numbers, or a tuple of
        what a metric gathers."""
        raise NotImplementedError

    def after(self, at: At) -> None:
        """What follows when weights have moved in a step."""

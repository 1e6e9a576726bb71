"""What a project costs: by node, and for a step of each training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that lie on the device when most do, in a step of a training that has gone on for a
    while. `activations` are results that are kept until gradients have gone back through them;
    `best` is the copy of the best weights so far; `working` is what comes and goes, the batch too;
    `data` are the samples, as they are kept there."""

    weights: int = 0
    gradients: int = 0
    optimiser: int = 0
    activations: int = 0
    working: int = 0
    best: int = 0
    data: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return sum(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a training step of a board takes: of a training board as it is drawn, of a network that
    no training board uses as if it were trained alone by an `Update` as that is at first. `reason`
    says, in a sentence, why there is none."""

    board: str
    batch: int = 0
    precision: str = "float32"
    device: str = ""
    memory: Memory = field(default_factory=Memory)
    available: int = 0
    """Bytes that the device has."""
    largest: int | None = None
    """The largest batch that fits, at most that of all samples; None where batches have no size of
    their own, 0 where not even one sample fits."""
    reason: str = ""

    @property
    def fits(self) -> bool:
        """Whether the device has room for it."""
        return self.memory.total <= self.available


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """How much of an input a value of a node depends on: positions along each axis but samples and
    channels, gaps and what lies beyond the edges included; none where that cannot be told. `whole`:
    every value depends on all there is."""

    extents: tuple[int, ...]
    whole: bool = False

    @property
    def size(self) -> int:
        """The longest extent."""
        return max(self.extents, default=0)

    def __str__(self) -> str:
        if not self.extents:
            return "undefined"
        return "whole input" if self.whole else "×".join(map(str, self.extents))


@dataclass(frozen=True, slots=True)
class NodeCosts:
    """What a node costs in its network, all copies of it together, or all that a block holds.
    `times`: how often it runs for a sample. Multiply-adds are for one sample. `activations` and
    `memory` are bytes in a training step: of results that are kept, and of these, weights,
    gradients and the optimiser's state together; None where no step could be tried."""

    times: int = 1
    parameters: int = 0
    multiply_adds: int = 0
    activations: int | None = None
    memory: int | None = None
    field: ReceptiveField | None = None
    """Of an input of the network that it is in; None where it sees none."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Costs by board and node, and a forecast for each training."""

    nodes: Mapping[str, Mapping[str, NodeCosts]] = field(default_factory=dict)
    forecasts: tuple[Forecast, ...] = ()

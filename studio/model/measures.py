"""By what nodes can be compared: what they cost, in numbers and in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studio.model.analysis import NodeCosts
from studio.model.quantities import in_bytes, short


@dataclass(frozen=True)
class Measure:
    """One way to measure nodes. `of` is None where it is not known."""

    name: str
    title: str
    summary: str
    of: Callable[[NodeCosts], int | None]
    words: Callable[[float], str] = short
    say: Callable[[NodeCosts], str] | None = None
    """In words, where these are not those of the number."""

    def told(self, costs: NodeCosts) -> str:
        """What it comes to, in words; nothing where it is not known."""
        if self.say is not None:
            return self.say(costs)
        value = self.of(costs)
        return "" if value is None else self.words(value)


MEASURES = (
    Measure(
        "parameters",
        "Parameters",
        "Learned numbers, those of all copies of a block together.",
        lambda costs: costs.parameters,
    ),
    Measure(
        "multiply_adds",
        "Multiply-adds",
        "Multiplications of two numbers, each with an addition, that one sample takes on its way "
        "forward: those of matrix products and convolutions. Going back takes about twice as many. "
        "ResNet-50 needs 4.09 G at 224 pixels; half of what others call FLOPs.",
        lambda costs: costs.multiply_adds,
    ),
    Measure(
        "activations",
        "Kept results",
        "Bytes of results that a training step keeps until gradients have gone back through them, "
        "at the batch size and precision of the training.",
        lambda costs: costs.activations,
        in_bytes,
    ),
    Measure(
        "memory",
        "Memory",
        "Bytes in a training step: kept results, weights, gradients and the optimiser's state.",
        lambda costs: costs.memory,
        in_bytes,
    ),
    Measure(
        "field",
        "Receptive field",
        "How much of the input one value depends on: positions along each axis, such as pixels, "
        "what lies beyond the edges included. Found by trying each layer on little data; "
        "undefined where positions cannot be followed. Batch statistics do not count.",
        lambda costs: costs.field.size if costs.field and costs.field.extents else None,
        say=lambda costs: str(costs.field or ""),
    ),
)


def measure(name: str) -> Measure | None:
    """The measure of that name."""
    return next((found for found in MEASURES if found.name == name), None)

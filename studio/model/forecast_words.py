"""What a training step takes, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from studio.model.analysis import Forecast
from studio.model.quantities import in_bytes

PARTS = {
    "weights": "weights",
    "gradients": "gradients",
    "optimiser": "the optimiser's state",
    "activations": "kept results",
    "working": "what comes and goes",
    "best": "a copy of the best weights",
    "data": "the data",
}


def sentences(forecast: Forecast) -> Iterator[str]:
    """What a training step takes, whether there is room for it, and of what it is made up."""
    if forecast.reason:
        yield f"{forecast.board}: memory is not known: {forecast.reason}"
        return
    yield f"{forecast.board}: {fit(forecast)}"
    sizes = {part.name: getattr(forecast.memory, part.name) for part in fields(forecast.memory)}
    yield ", ".join(f"{PARTS[name]} {in_bytes(size)}" for name, size in sizes.items() if size)


def fit(forecast: Forecast) -> str:
    """What a step takes, and whether there is room for it."""
    of = "a step" if forecast.largest is None else f"a step of {forecast.batch:,} samples"
    told = (
        f"{of} in {forecast.precision} takes {in_bytes(forecast.memory.total)}; {forecast.device} "
        f"has {in_bytes(forecast.available)}: it {'fits' if forecast.fits else 'does not fit'}"
    )
    if forecast.largest is None:
        return f"{told}."
    if not forecast.largest:
        return f"{told}, and no batch does."
    return f"{told}; the largest batch that does is {forecast.largest:,}."

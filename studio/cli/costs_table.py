"""What a project costs, for `netloom check --costs`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from studio.cli.columns import columns
from studio.model.quantities import in_bytes, short

if TYPE_CHECKING:
    from studio.model.analysis import Analysis, Forecast, NodeCosts

HEADINGS = ("node", "runs", "parameters", "multiply-adds", "kept results", "memory")


def lines(analysis: Analysis) -> Iterator[str]:
    """Costs of all nodes, those with most memory first, and the forecast of each training."""
    for board, nodes in analysis.nodes.items():
        rows: list[tuple[str, ...]] = [
            ("node", "runs", "parameters", "multiply-adds", "kept results", "memory")
        ]
        most = sorted(nodes.items(), key=lambda item: _weight(item[1]), reverse=True)
        rows += [_row(id, costs) for id, costs in most if any(_weight(costs))]
        if len(rows) > 1:
            yield f"Costs of {board}"
            yield from columns(rows, "  ")
            yield ""
    for forecast in analysis.forecasts:
        yield from _forecast(forecast)
        yield ""


def _weight(costs: NodeCosts) -> tuple[int, int, int]:
    return costs.memory or 0, costs.multiply_adds, costs.parameters


def _row(id: str, costs: NodeCosts) -> tuple[str, ...]:
    return (
        id,
        f"×{costs.times}" if costs.times > 1 else "",
        short(costs.parameters),
        short(costs.multiply_adds),
        "?" if costs.activations is None else in_bytes(costs.activations),
        "?" if costs.memory is None else in_bytes(costs.memory),
    )


def _forecast(forecast: Forecast) -> Iterator[str]:
    if forecast.reason:
        yield f"{forecast.board}: memory is not known: {forecast.reason}"
        return
    yield f"{forecast.board}: {sentence(forecast)}"
    parts = [(part.name, getattr(forecast.memory, part.name)) for part in fields(forecast.memory)]
    yield "  " + ", ".join(f"{name} {in_bytes(size)}" for name, size in parts if size)


def sentence(forecast: Forecast) -> str:
    """What a training step takes, and whether there is room for it."""
    of = "a step" if forecast.largest is None else f"a step of {forecast.batch:,}"
    told = (
        f"{of} in {forecast.precision} takes {in_bytes(forecast.memory.total)}; {forecast.device} "
        f"has {in_bytes(forecast.available)}: it {'fits' if forecast.fits else 'does not fit'}"
    )
    if forecast.largest is None:
        return f"{told}."
    return f"{told}, {room(forecast)}."


def room(forecast: Forecast) -> str:
    """The largest batch that fits."""
    if not forecast.largest:
        return "and no batch does"
    return f"and batches of up to {forecast.largest:,} do"

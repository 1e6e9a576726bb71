"""What a project costs, for `netloom check --costs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from studio.cli.columns import columns
from studio.model.forecast_words import sentences
from studio.model.quantities import in_bytes, short

if TYPE_CHECKING:
    from studio.model.analysis import Analysis, NodeCosts

HEADINGS = ("node", "runs", "parameters", "multiply-adds", "kept results", "memory", "sees")


def lines(analysis: Analysis) -> Iterator[str]:
    """Costs of all nodes, those with most memory first, and the forecast of each training."""
    for board, nodes in analysis.nodes.items():
        rows: list[tuple[str, ...]] = [HEADINGS]
        most = sorted(nodes.items(), key=lambda item: _weight(item[1]), reverse=True)
        rows += [_row(id, costs) for id, costs in most if any(_weight(costs))]
        if len(rows) > 1:
            yield f"Costs of {board}"
            yield from columns(rows, "  ")
            yield ""
    for forecast in analysis.forecasts:
        yield from sentences(forecast)
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
        str(costs.field or ""),
    )

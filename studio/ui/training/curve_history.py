"""The metrics of runs as curves, kept as they grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from studio.model.data_parts import PARTS
from studio.model.metric_order import in_order
from studio.session.metrics_reader import Grown, Key
from studio.ui.figures.curve_pyramid import Pyramid

LESS_IS_BETTER = frozenset({"loss"})


@dataclass
class CurveHistory:
    """The curves of each run, by split and metric."""

    runs: dict[Path, dict[Key, Pyramid]] = field(default_factory=dict)

    def grow(self, grown: Grown) -> None:
        """Add what is new."""
        curves = self.runs.setdefault(grown.folder, {})
        if grown.anew:
            curves.clear()
        for key, points in grown.points.items():
            curves.setdefault(key, Pyramid()).append(points.steps, points.values)

    def keep(self, folders: list[Path]) -> None:
        """Forget all other runs."""
        self.runs = {folder: self.runs[folder] for folder in folders if folder in self.runs}

    def metrics(self) -> list[str]:
        """Names of all metrics: loss and accuracy first, the learning rate last."""
        keys = (key for curves in self.runs.values() for key in curves)
        return in_order(name for split, name in keys if split != "test")

    def of(self, metric: str) -> Iterator[tuple[Path, str, Pyramid]]:
        """Run, split and curve of one metric."""
        for folder, curves in self.runs.items():
            for split in PARTS:
                if (split, metric) in curves:
                    yield folder, split, curves[split, metric]

    def best(self, folder: Path) -> dict[str, float]:
        """The best validation values of a run."""
        found = {}
        for (split, name), curve in self.runs.get(folder, {}).items():
            if split == "validation" and len(curve):
                found[name] = float(curve.y.min() if name in LESS_IS_BETTER else curve.y.max())
        return found

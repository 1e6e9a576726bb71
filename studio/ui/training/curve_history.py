"""The metrics of runs as curves, kept as they grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from studio.model.value_names import in_order
from studio.session.metrics_reader import Grown, Key
from studio.ui.figures.curve_pyramid import Pyramid

CURVED = ("training", "validation")
"""Splits that have a value again and again; a test has one."""


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
        """Names of all that has curves: losses first, learning rates last."""
        keys = (key for curves in self.runs.values() for key in curves)
        return in_order(name for split, name in keys if split in CURVED)

    def of(self, metric: str) -> Iterator[tuple[Path, str, Pyramid]]:
        """Run, split and curve of one metric."""
        for folder, curves in self.runs.items():
            for split in CURVED:
                if (split, metric) in curves:
                    yield folder, split, curves[split, metric]

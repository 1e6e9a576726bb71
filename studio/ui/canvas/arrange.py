"""Automatic layout."""

from __future__ import annotations

from collections.abc import Iterable

from studio.ui.canvas.scene import Scene

GAP_X, GAP_Y = 104, 40


def arranged(scene: Scene, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Placeholder order: one row."""
    return {id: (i * 280.0, 0.0) for i, id in enumerate(ids)}

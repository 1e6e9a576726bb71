"""Colour maps: numbers to colours that rise evenly in lightness."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from studio.model.figures import Array
from studio.ui.appearance.theme import Theme

Bytes = NDArray[np.uint8]

VIRIDIS = (
    *("#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c"),
    *("#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725"),
)
COLD = "#1f5fc4"
WARM = "#c4312b"


def table(colours: Sequence[str]) -> Bytes:
    """256 colours (256, 3) through the given ones, evenly spaced."""
    rgb = [(c.red(), c.green(), c.blue()) for c in map(QColor, colours)]
    stops = np.array(rgb, np.float64)
    at = np.linspace(0, len(stops) - 1, 256)
    channels = [np.interp(at, np.arange(len(stops)), stops[:, i]) for i in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def sequential() -> Bytes:
    """From little (dark) to much (light)."""
    return table(VIRIDIS)


def diverging(theme: Theme) -> Bytes:
    """From negative over the background's colour to positive."""
    return table((COLD, "#7fa8ea", "#20242c" if theme.dark else "#f7f7f7", "#ec9488", WARM))


def grey() -> Bytes:
    """From black to white."""
    return table(("#000000", "#ffffff"))


def span(values: Array, signed: bool = False) -> tuple[float, float]:
    """The range that the colours cover: what is finite of it, symmetric about 0 where signed."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values.ravel()
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if signed:
        reach = max(abs(low), abs(high)) or 1.0
        return -reach, reach
    return (low, high) if high > low else (low, low + 1.0)


def indices(values: Array, low: float, high: float) -> NDArray[np.intp]:
    """Which of 256 colours each value has; what is not finite has the first."""
    scaled = (np.nan_to_num(values.astype(np.float64), nan=low) - low) / (high - low)
    clipped: NDArray[np.intp] = (np.clip(scaled, 0.0, 1.0) * 255).astype(np.intp)
    return clipped


def picture(rgb: Bytes) -> QImage:
    """An image from bytes (height, width, 3)."""
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    image = QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.copy()


def readable_on(colour: QColor) -> QColor:
    """Black or white, whichever is read more easily on a colour."""
    light = 0.2126 * _linear(colour.redF()) + 0.7152 * _linear(colour.greenF())
    light += 0.0722 * _linear(colour.blueF())
    return QColor("#000000") if light > 0.18 else QColor("#ffffff")


def _linear(channel: float) -> float:
    value = channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
    return float(value)

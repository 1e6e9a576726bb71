"""What a training board shows while it trains, and how it is kept in the run's folder."""

from __future__ import annotations

import io
import math
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from studio.model.files import write_atomically
from studio.model.run_layout import RunLayout
from studio.run.loop.objective import At
from studio.run.loop.resuming import ResumableLoop

MOST = 20
"""Times in a stage that pictures are kept."""

EDGE = 96
"""Pixels that small pictures are enlarged to."""


@runtime_checkable
class Shows(Protocol):
    """An objective that has something to show."""

    def show(self, batch: dict[str, Tensor], at: At) -> dict[str, Tensor]:
        """Pictures (N, C, H, W) by node."""


def is_time(validated: int, epochs: int) -> bool:
    """Whether pictures are kept after so many epochs: after the first, the last, and some between,
    evenly."""
    return validated == 1 or validated * MOST // epochs > (validated - 1) * MOST // epochs


def shown(loop: ResumableLoop) -> dict[str, Tensor]:
    """What there is to see of one batch now, by node; nothing is learned, and the training's own
    draws go on as if nothing had been drawn."""
    objective, data = loop.objective, loop.data
    if not isinstance(objective, Shows):
        return {}
    part = "validation" if data.epoch("validation") else "training"
    size = min(loop.plan.batch_size, data.epoch(part))
    batch = data.batch(part, torch.arange(size, device=loop.device))
    devices = [loop.device] if loop.device.type == "cuda" else []
    for module in (*loop.networks.values(), loop.objective):
        module.eval()
    with torch.random.fork_rng(devices), torch.no_grad(), loop.mixed_precision():
        torch.manual_seed(loop.plan.seed)
        found = objective.show(batch, loop.at())
    loop.set_modes()
    return {id: value.float().cpu() for id, value in found.items()}


def keep(layout: RunLayout, step: int, pictures: dict[str, Tensor]) -> None:
    """Write pictures into the run's folder, a file a node. Raises FileError."""
    for id, values in pictures.items():
        path = layout.figure(id, step)
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, as_png(values.numpy()))


def as_png(values: NDArray[np.float32]) -> bytes:
    """Pictures (N, C, H, W), grey or in colours, 0..1, side by side in a square."""
    count, channels, height, width = values.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    colours = 3 if channels == 3 else 1
    sheet = np.zeros((rows * (height + 1) - 1, columns * (width + 1) - 1, colours), np.float32)
    for number, picture in enumerate(values[:, :colours]):
        top, left = number // columns * (height + 1), number % columns * (width + 1)
        sheet[top : top + height, left : left + width] = picture.transpose(1, 2, 0)
    pixels = (np.nan_to_num(sheet).clip(0, 1) * 255).astype(np.uint8)
    image = Image.fromarray(pixels if colours == 3 else pixels[..., 0])
    times = max(1, EDGE // max(height, width))
    image = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()

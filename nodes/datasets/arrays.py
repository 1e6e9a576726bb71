"""Arrays of the reader's own."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nodes.datasets.samples import InMemorySamples


class Arrays(InMemorySamples):
    """`x` (N, …) as float32 and `y`: classes (N, …) where it holds whole numbers, else float32.

    `validation` and `test` are shares of the samples (of each class), the same ones every time.
    """

    def __init__(
        self, path: str = "", validation: float = 0.1, test: float = 0.2
    ) -> None:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in ("x", "y")}
        whole = arrays["y"].dtype.kind in "biu"
        x = torch.tensor(arrays["x"], dtype=torch.float32)
        y = torch.tensor(arrays["y"], dtype=torch.int64 if whole else torch.float32)
        self.picture = x.shape[1:]
        self.highest = float(x.max())
        by_class = whole and y.ndim == 1
        group = y if by_class else torch.zeros(len(x), dtype=torch.int64)
        self.parts = {
            part: {"x": x[chosen], "y": y[chosen]}
            for part, chosen in self.split(group, validation, test).items()
        }

    def encode(self, value: Any) -> dict[str, Tensor]:
        """A grey picture (H, W) in 0..1 as a batch of one, in the range of the data."""
        channels, height, width = self.picture
        image = torch.as_tensor(value, dtype=torch.float32)[None, None] * self.highest
        image = F.interpolate(image, (height, width), mode="bilinear", antialias=True)
        return {"x": image.expand(-1, channels, -1, -1)}

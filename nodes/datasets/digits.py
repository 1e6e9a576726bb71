"""Handwritten digits that come with scikit-learn."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nodes.datasets.samples import InMemorySamples


class Digits(InMemorySamples):
    """1,797 pictures of 8×8 pixels, resized: `image` (N, 1, size, size) in 0..1, `label` (N).

    `validation` and `test` are shares of each class, the same ones every time.
    """

    def __init__(
        self, size: int = 8, validation: float = 0.1, test: float = 0.2
    ) -> None:
        from sklearn.datasets import load_digits

        digits = load_digits()
        self.pixels = size
        image = self.resize(
            torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16
        )
        label = torch.tensor(digits.target, dtype=torch.int64)
        self.parts = {
            part: {"image": image[chosen], "label": label[chosen]}
            for part, chosen in self.split(label, validation, test).items()
        }

    def resize(self, image: Tensor) -> Tensor:
        """Pictures (N, 1, H, W) at the size that is asked for."""
        if image.shape[-2:] == (self.pixels, self.pixels):
            return image
        size = (self.pixels, self.pixels)
        return F.interpolate(
            image, size, mode="bilinear", align_corners=False, antialias=True
        )

    def encode(self, value: Any) -> dict[str, Tensor]:
        """A grey picture (H, W) in 0..1, light on dark, as a batch of one."""
        image = torch.as_tensor(value, dtype=torch.float32)
        return {"image": self.resize(image[None, None]).clamp(0, 1)}

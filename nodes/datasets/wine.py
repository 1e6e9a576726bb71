"""Chemical analyses of wines that come with scikit-learn."""

from typing import Any

import torch
from torch import Tensor

from nodes.datasets.samples import InMemorySamples


class Wine(InMemorySamples):
    """178 wines of three growers: `x` (N, 13) measurements, `label` (N).

    Each measurement is divided so that the wines to learn from have mean 0 and deviation 1.
    `validation` and `test` are shares of each class, the same ones every time.
    """

    def __init__(self, validation: float = 0.1, test: float = 0.2) -> None:
        from sklearn.datasets import load_wine

        wine = load_wine()
        x = torch.tensor(wine.data, dtype=torch.float32)
        label = torch.tensor(wine.target, dtype=torch.int64)
        parts = self.split(label, validation, test)
        known = x[parts["training"]]
        self.mean, self.deviation = known.mean(0), known.std(0)
        x = (x - self.mean) / self.deviation
        self.parts = {
            part: {"x": x[chosen], "label": label[chosen]}
            for part, chosen in parts.items()
        }

    def encode(self, value: Any) -> dict[str, Tensor]:
        """The 13 measurements of a wine as a batch of one."""
        x = torch.as_tensor(value, dtype=torch.float32)[None]
        return {"x": (x - self.mean) / self.deviation}

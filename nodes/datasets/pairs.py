"""Pairs of handwritten digits, two pictures of the same one."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from nodes.datasets.digits import Digits
from nodes.datasets.samples import InMemorySamples


class DigitPairs(InMemorySamples):
    """`first` and `second`, pictures (N, 1, size, size) in 0..1 of the same digit, and `label` (N).

    Both are of the same part, which is divided as `Digits` divides it. A part has a pair for each
    picture with each of its partners, which are drawn from `seed`; an epoch has as many pairs as
    there are pictures, and the first of all pairs hold each picture once as their first one.
    """

    def __init__(
        self,
        size: int = 8,
        seed: int = 0,
        validation: float = 0.1,
        test: float = 0.2,
    ) -> None:
        self.digits = Digits(size, validation, test)
        self.seed = seed
        self.pair()

    def pair(self) -> None:
        """Give each picture its partners, of its own part."""
        generator = torch.Generator().manual_seed(self.seed)
        self.parts = {
            part: {**samples, "partner": self.partners(samples["label"], generator)}
            for part, samples in self.digits.parts.items()
        }

    def members(self) -> dict[str, list[int]]:
        """Numbers of the pictures in each part."""
        return self.digits.members()

    def divide(self, members: Mapping[str, Sequence[int]]) -> None:
        """Divide the pictures as they once were. Raises IndexError."""
        self.digits.divide(members)
        self.pair()

    @staticmethod
    def partners(label: Tensor, generator: torch.Generator) -> Tensor:
        """Numbers of the partners of each sample (N, P), others of its class, each once; a sample
        that is alone in its class is its own."""
        classes = [
            (label == number).nonzero().flatten()
            for number in sorted(set(label.tolist()))
        ]
        most = max(1, min(map(len, classes), default=1) - 1)
        found = torch.empty(len(label), most, dtype=torch.int64)
        for members in classes:
            mixed = members[torch.randperm(len(members), generator=generator)]
            for turn in range(most):
                found[mixed, turn] = mixed.roll(-1 - turn)
        return found

    def size(self, part: str) -> int:
        """Pairs of a part."""
        return self.parts[part]["partner"].numel()

    def epoch(self, part: str) -> int:
        """Pairs that make an epoch: as many as there are pictures."""
        return len(self.parts[part]["label"])

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """The pairs of these numbers."""
        samples, pictures = self.parts[part], self.epoch(part)
        first = index % pictures
        second = samples["partner"][first, index // pictures]
        return {
            "first": samples["image"].index_select(0, first),
            "second": samples["image"].index_select(0, second),
            "label": samples["label"].index_select(0, first),
        }

    def encode(self, value: Any) -> dict[str, Tensor]:
        """A grey picture (H, W) in 0..1, light on dark, as a batch of one pair with itself."""
        image = self.digits.encode(value)["image"]
        return {"first": image, "second": image}

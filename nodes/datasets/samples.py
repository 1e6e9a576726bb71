"""Samples that are kept in memory as tensors, divided into parts."""

import torch
from torch import Tensor

SPLIT_SEED = 0


class InMemorySamples:
    """`parts` holds the values of each part by port, samples first: (N, …)."""

    parts: dict[str, dict[str, Tensor]]

    @staticmethod
    def split(label: Tensor, validation: float, test: float) -> dict[str, Tensor]:
        """Numbers of the samples in each part, with the same shares of every class."""
        generator = torch.Generator().manual_seed(SPLIT_SEED)
        parts: dict[str, list[Tensor]] = {"training": [], "validation": [], "test": []}
        for number in sorted(set(label.tolist())):
            members = (label == number).nonzero().flatten()
            members = members[torch.randperm(len(members), generator=generator)]
            first, second = round(len(members) * test), round(len(members) * validation)
            for part, share in zip(
                ("test", "validation", "training"),
                members.tensor_split((first, first + second)),
                strict=True,
            ):
                parts[part].append(share)
        return {part: torch.cat(shares).sort().values for part, shares in parts.items()}

    def to(self, device: torch.device) -> None:
        """Keep everything on a device."""
        self.parts = {
            part: {port: values.to(device) for port, values in ports.items()}
            for part, ports in self.parts.items()
        }

    def size(self, part: str) -> int:
        """Samples of a part."""
        return len(next(iter(self.parts[part].values())))

    def epoch(self, part: str) -> int:
        """Samples that make an epoch: all."""
        return self.size(part)

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """The samples of these numbers."""
        return {
            port: values.index_select(0, index)
            for port, values in self.parts[part].items()
        }

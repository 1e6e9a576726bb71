"""Samples that are kept in memory as tensors, divided into parts."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

SPLIT_SEED = 0


class InMemorySamples:
    """`parts` holds the values of each part by port, samples first: (N, …)."""

    parts: dict[str, dict[str, Tensor]]
    numbers: dict[str, Tensor]

    def split(self, label: Tensor, validation: float, test: float) -> dict[str, Tensor]:
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
        self.numbers = {
            part: torch.cat(shares).sort().values for part, shares in parts.items()
        }
        return self.numbers

    def members(self) -> dict[str, list[int]]:
        """Numbers of the samples in each part."""
        known = vars(self).get("numbers", {})  # it may be divided in another way
        return {part: numbers.tolist() for part, numbers in known.items()}

    def divide(self, members: Mapping[str, Sequence[int]]) -> None:
        """Divide the samples as they once were. Raises IndexError where one is gone."""
        places = torch.cat(list(self.numbers.values())).argsort()
        whole = {
            port: torch.cat([part[port] for part in self.parts.values()])[places]
            for port in self.parts["training"]
        }
        self.numbers = {
            part: torch.tensor(members.get(part, ()), dtype=torch.int64)
            for part in self.parts
        }
        self.parts = {
            part: {port: values[numbers] for port, values in whole.items()}
            for part, numbers in self.numbers.items()
        }

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

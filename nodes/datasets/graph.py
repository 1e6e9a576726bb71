"""One graph that is a sample as a whole, its parts being masks over its members."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor


class OneGraph:
    """`graph` holds what every part gives, by port, `masks` which members each part is about (V).
    A part with such members has one sample, the whole graph with the part's `mask`."""

    graph: dict[str, Tensor]
    masks: dict[str, Tensor]

    def members(self) -> dict[str, list[int]]:
        """Numbers of the members that each part is about."""
        return {
            part: mask.nonzero().flatten().tolist() for part, mask in self.masks.items()
        }

    def divide(self, members: Mapping[str, Sequence[int]]) -> None:
        """Let the parts be about these. Raises IndexError where one is gone."""
        for part, mask in self.masks.items():
            self.masks[part] = torch.zeros_like(mask)
            self.masks[part][torch.tensor(members.get(part, ()), dtype=torch.int64)] = (
                True
            )

    def to(self, device: torch.device) -> None:
        """Keep everything on a device."""
        self.graph = {port: values.to(device) for port, values in self.graph.items()}
        self.masks = {part: mask.to(device) for part, mask in self.masks.items()}

    def size(self, part: str) -> int:
        """Samples of a part: one, or none where it has no members."""
        return int(self.masks[part].any())

    def epoch(self, part: str) -> int:
        """Samples that make an epoch: all."""
        return self.size(part)

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """The graph, with the mask of this part."""
        return {**self.graph, "mask": self.masks[part]}

    def encode(self, value: Any) -> dict[str, Tensor]:
        """Raises ValueError: nobody draws or types a graph."""
        raise ValueError("a graph cannot be drawn or typed; choose a part of the data")

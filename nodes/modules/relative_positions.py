"""Positions that attention sees as distances."""

import torch
from torch import Tensor, nn


class RotaryPosition(nn.Module):
    """Turns pairs of features by angles that grow with the position, so that products of queries
    and keys tell how far apart they are (Su and others, 2021): (N, …, T, C) -> the same, C even.

    Feature i is paired with feature i + C / 2.
    """

    def __init__(self, base: float = 10000.0) -> None:
        super().__init__()
        self.base = base

    def forward(self, input: Tensor) -> Tensor:
        length, width = input.shape[-2:]
        at = torch.arange(length, device=input.device, dtype=torch.float32)
        pair = torch.arange(0, width, 2, device=input.device, dtype=torch.float32)
        angle = at[:, None] * self.base ** (-pair / width)
        cos, sin = angle.cos().to(input.dtype), angle.sin().to(input.dtype)
        first, second = input.chunk(2, dim=-1)
        return torch.cat(
            (first * cos - second * sin, first * sin + second * cos), dim=-1
        )


class RelativePosition(nn.Module):
    """A learned number for each head and distance, to be added to attention's scores (Raffel and
    others, 2019, without their buckets): (N, …, T, C) -> (1, num_heads, T, T).

    What is farther apart than `reach` counts as that far.
    """

    def __init__(self, num_heads: int, reach: int = 8) -> None:
        super().__init__()
        self.reach = reach
        self.bias = nn.Parameter(torch.zeros(num_heads, 2 * reach + 1))

    def forward(self, input: Tensor) -> Tensor:
        at = torch.arange(input.shape[-2], device=input.device)
        distance = (at - at[:, None]).clamp(-self.reach, self.reach)
        return self.bias[None, :, distance + self.reach]

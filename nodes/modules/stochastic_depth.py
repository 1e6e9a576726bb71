"""Branches that are left out at random."""

import torch
from torch import Tensor, nn


class StochasticDepth(nn.Module):
    """While it trains, makes all values of a sample zero with probability `p`, so that the skip
    beside it stands alone (Huang and others, 2016): (N, …) -> the same. What is kept is scaled by
    1 / (1 - p)."""

    def __init__(self, p: float = 0.1) -> None:
        super().__init__()
        self.p = p

    def forward(self, input: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return input
        draw = torch.rand(input.shape[0], *[1] * (input.dim() - 1), device=input.device)
        return input * (draw >= self.p) / (1 - self.p)

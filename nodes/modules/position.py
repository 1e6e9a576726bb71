"""Positions of a sequence, added to its features."""

import math

import torch
from torch import Tensor, nn


class LearnedPosition(nn.Module):
    """Adds a learned vector for each position: (N, T, C) -> (N, T, C), T at most max_length."""

    def __init__(self, max_length: int, embed_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(max_length, embed_dim))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, input: Tensor) -> Tensor:
        return input + self.weight[: input.shape[1]]


class SinusoidalPosition(nn.Module):
    """Adds sines and cosines of the position (Vaswani et al. 2017): (N, T, C) -> (N, T, C)."""

    def __init__(self, embed_dim: int) -> None:
        super().__init__()
        self.embed_dim = embed_dim

    def forward(self, input: Tensor) -> Tensor:
        at = torch.arange(input.shape[1], device=input.device, dtype=torch.float32)
        pair = torch.arange(
            0, self.embed_dim, 2, device=input.device, dtype=torch.float32
        )
        angle = at[:, None] * torch.exp(pair * (-math.log(10000.0) / self.embed_dim))
        waves = torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)
        return input + waves[:, : self.embed_dim].to(input.dtype)

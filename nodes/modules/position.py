"""Positions of a sequence, added to its vectors."""

import math

import torch
from torch import Tensor, nn


class LearnedPosition(nn.Module):
    """Adds a learned vector for each position: (N, T, embed_dim), T up to max_length."""

    def __init__(self, max_length: int, embed_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(max_length, embed_dim))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.weight[: x.shape[1]]


class SinusoidalPosition(nn.Module):
    """Adds sines and cosines of the position (Vaswani et al. 2017): (N, T, embed_dim)."""

    def __init__(self, embed_dim: int) -> None:
        super().__init__()
        self.embed_dim = embed_dim

    def forward(self, x: Tensor) -> Tensor:
        position = torch.arange(x.shape[1], device=x.device, dtype=torch.float32)
        channel = torch.arange(self.embed_dim, device=x.device)
        even = channel - channel % 2
        rate = torch.exp(even * (-math.log(10000.0) / self.embed_dim))
        angle = position[:, None] * rate
        return x + torch.where(channel % 2 == 0, angle.sin(), angle.cos()).to(x.dtype)

"""Layers that a second input steers: a class, a time, a text."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class FiLM(nn.Module):
    """Scales and shifts each channel as a condition says (Perez and others, 2017):
    (N, channels, …) and (N, condition_features) -> the first again."""

    def __init__(self, channels: int, condition_features: int) -> None:
        super().__init__()
        self.steer = nn.Linear(condition_features, 2 * channels)

    def forward(self, input: Tensor, condition: Tensor) -> Tensor:
        steer: Tensor = self.steer(condition)
        scale, shift = steer.view(*steer.shape, *[1] * (input.dim() - 2)).chunk(
            2, dim=1
        )
        return input * (1 + scale) + shift


class AdaptiveLayerNorm(nn.Module):
    """Layer normalisation whose scale and shift a condition gives, none at first (Peebles and Xie,
    2022): (N, …, features) and (N, condition_features) -> the first again."""

    def __init__(
        self, features: int, condition_features: int, eps: float = 1e-5
    ) -> None:
        super().__init__()
        self.features, self.eps = features, eps
        self.steer = nn.Linear(condition_features, 2 * features)
        nn.init.zeros_(self.steer.weight)
        nn.init.zeros_(self.steer.bias)

    def forward(self, input: Tensor, condition: Tensor) -> Tensor:
        steer: Tensor = self.steer(condition)
        between = [1] * (input.dim() - 2)
        scale, shift = steer.view(steer.shape[0], *between, 2 * self.features).chunk(
            2, dim=-1
        )
        return F.layer_norm(input, (self.features,), eps=self.eps) * (1 + scale) + shift


class AdaptiveGroupNorm(nn.Module):
    """Group normalisation whose scale and shift a condition gives (Dhariwal and Nichol, 2021); with
    as many groups as channels adaptive instance normalisation (Huang and Belongie, 2017):
    (N, channels, …) and (N, condition_features) -> the first again."""

    def __init__(
        self,
        channels: int,
        condition_features: int,
        num_groups: int = 4,
        eps: float = 1e-5,
    ) -> None:
        super().__init__()
        self.num_groups, self.eps = num_groups, eps
        self.steer = FiLM(channels, condition_features)

    def forward(self, input: Tensor, condition: Tensor) -> Tensor:
        steered: Tensor = self.steer(
            F.group_norm(input, self.num_groups, eps=self.eps), condition
        )
        return steered


class TimestepEmbedding(nn.Module):
    """Sines and cosines of a number for each sample, such as the step of a diffusion (Ho and
    others, 2020): (N,) -> (N, embed_dim), embed_dim even."""

    def __init__(self, embed_dim: int, longest: float = 10000.0) -> None:
        super().__init__()
        self.embed_dim, self.longest = embed_dim, longest

    def forward(self, time: Tensor) -> Tensor:
        half = self.embed_dim // 2
        share = torch.arange(half, device=time.device, dtype=torch.float32) / half
        angle = time[:, None] * self.longest**-share
        return torch.cat((angle.sin(), angle.cos()), dim=-1)

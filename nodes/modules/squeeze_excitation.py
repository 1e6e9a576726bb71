"""Channels that are weighed by what the whole input holds."""

import torch.nn.functional as F
from torch import Tensor, nn


class SqueezeExcitation(nn.Module):
    """Weighs each channel by what all of them hold on average (Hu and others, 2017):
    (N, channels, …) -> the same."""

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        hidden = max(channels // reduction, 1)
        self.squeeze = nn.Linear(channels, hidden)
        self.excite = nn.Linear(hidden, channels)

    def forward(self, input: Tensor) -> Tensor:
        mean = input.flatten(2).mean(-1) if input.dim() > 2 else input
        weight: Tensor = self.excite(F.relu(self.squeeze(mean))).sigmoid()
        return input * weight.view(*weight.shape, *[1] * (input.dim() - 2))

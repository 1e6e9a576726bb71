"""A loss that tells partners from strangers."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Contrastive(nn.Module):
    """InfoNCE in both directions with a learned temperature (van den Oord and others, 2018;
    Radford and others, 2021): vectors (N, C) twice -> one number.
    """

    def __init__(self, temperature: float) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(-math.log(temperature)))

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """The mean of −log of the share that each vector's partner has among all partners."""
        a, b = F.normalize(first, dim=-1), F.normalize(second, dim=-1)
        scores = self.scale.clamp(max=math.log(100)).exp() * a @ b.T
        own = torch.arange(len(a), device=a.device)
        return 0.5 * (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own))

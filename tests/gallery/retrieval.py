"""How well vectors of samples find others of the same class."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def mean_average_precision(vectors: Tensor, labels: Tensor) -> float:
    """Mean average precision: each sample asks for the others, which are ranked by the angle to
    its vector, and those of its class are right. Vectors (N, …), labels (N)."""
    rows = F.normalize(vectors.flatten(1), dim=1)
    nearness = (rows @ rows.T).fill_diagonal_(-torch.inf)
    ranked = nearness.argsort(dim=1, descending=True, stable=True)[:, :-1]
    right = (labels[ranked] == labels[:, None]).float()
    precision = right.cumsum(1) / torch.arange(1, len(rows))
    return float(((precision * right).sum(1) / right.sum(1).clamp(min=1)).mean())

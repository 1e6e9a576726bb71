"""Learned tokens in front of a sequence."""

import torch
from torch import Tensor, nn


class ClassToken(nn.Module):
    """Puts learned tokens in front, to read an answer from (Devlin and others, 2018; several:
    Darcet and others, 2023): (N, T, embed_dim) -> (N, count + T, embed_dim)."""

    def __init__(self, embed_dim: int, count: int = 1) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.empty(1, count, embed_dim))
        nn.init.normal_(self.token, std=0.02)

    def forward(self, input: Tensor) -> Tensor:
        return torch.cat((self.token.expand(input.shape[0], -1, -1), input), dim=1)

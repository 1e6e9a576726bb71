"""Vectors that become the nearest of a learned few."""

import torch
from torch import Tensor, nn


class VectorQuantiser(nn.Module):
    """Replaces each vector by the nearest of `codes` learned ones; gradients pass straight through
    (van den Oord and others, 2017).

    (N, …, features) -> the same, the numbers of the chosen codes (N, …), and a loss that draws
    codes to vectors and, weighed by `commitment`, vectors to codes.
    """

    def __init__(self, features: int, codes: int, commitment: float = 0.25) -> None:
        super().__init__()
        self.commitment = commitment
        self.codebook = nn.Parameter(torch.empty(codes, features))
        nn.init.uniform_(self.codebook, -1 / codes, 1 / codes)

    def forward(self, input: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        lengths = self.codebook.square().sum(-1)
        index = (lengths - 2 * input @ self.codebook.T).argmin(-1)
        chosen = self.codebook[index]
        to_vectors = (chosen - input.detach()).square().mean()
        to_codes = (chosen.detach() - input).square().mean()
        straight = input + (chosen - input).detach()
        return straight, index, to_vectors + self.commitment * to_codes

"""A tensor that is learned and depends on no input."""

import torch
from torch import Tensor, nn


class Learned(nn.Module):
    """Gives a learned tensor of a shape, which starts as `start` says: zeros, ones, normal."""

    def __init__(
        self, shape: int | tuple[int, ...], start: str = "normal", std: float = 0.02
    ) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.zeros(shape))
        if start == "ones":
            nn.init.ones_(self.value)
        elif start == "normal":
            nn.init.normal_(self.value, std=std)

    def forward(self) -> Tensor:
        return self.value

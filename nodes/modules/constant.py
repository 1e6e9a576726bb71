"""A tensor that is neither learned nor computed."""

import torch
from torch import Tensor, nn


class Constant(nn.Module):
    """Gives a tensor that holds one value everywhere; it moves with the network to its device."""

    value: Tensor

    def __init__(
        self, shape: int | tuple[int, ...], value: float = 1.0, dtype: str = "float32"
    ) -> None:
        super().__init__()
        sizes = (shape,) if isinstance(shape, int) else shape
        self.register_buffer(
            "value", torch.full(sizes, value, dtype=getattr(torch, dtype))
        )

    def forward(self) -> Tensor:
        return self.value

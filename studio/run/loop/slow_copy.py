"""Networks that follow others: running averages, and copies made now and then."""

import torch
from torch import nn


@torch.no_grad()
def follow(network: nn.Module, source: nn.Module, decay: float, buffers: bool) -> None:
    """Move a network the share 1 - `decay` of the way to its source; 0 copies. Its buffers move
    likewise, or become the source's where they are not averaged, as whole numbers are."""
    for weight, other in zip(network.parameters(), source.parameters(), strict=True):
        weight.lerp_(other, 1 - decay)
    for mine, theirs in zip(network.buffers(), source.buffers(), strict=True):
        if buffers and mine.is_floating_point():
            mine.lerp_(theirs, 1 - decay)
        else:
            mine.copy_(theirs)

"""A network whose weights are constants in one place, whatever trains them elsewhere."""

import torch
from torch import Tensor, nn


def with_fixed_weights(network: nn.Module, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
    """What a network puts out, with gradients for the inputs and none for its weights."""
    weights = {name: weight.detach() for name, weight in network.named_parameters()}
    found: Tensor | tuple[Tensor, ...] = torch.func.functional_call(network, weights, inputs)
    return found

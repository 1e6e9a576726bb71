"""Makes shapes of recurrent layers quick: torch computes them step by step in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:

    class TorchFunctionMode(AbstractContextManager[None]):
        """What torch's own, which is not typed, is for us."""

        def __exit__(self, *error: object) -> None:
            """Compute as usual again."""
else:
    from torch.overrides import TorchFunctionMode

STATEFUL = (torch.lstm, torch.gru, torch.rnn_tanh, torch.rnn_relu)


def quick_recurrent(
    layer: nn.Module | None, count: Callable[[int], None]
) -> AbstractContextManager[None]:
    """What to run a layer in, which counts its multiply-adds; others than recurrent ones would only
    be slowed by it."""
    recurrent = layer is not None and any(isinstance(m, nn.RNNBase) for m in layer.modules())
    return _QuickRecurrent(count) if recurrent else nullcontext()


class _QuickRecurrent(TorchFunctionMode):
    """Inside it, recurrent layers without memory give memory-less results of the right shape. They
    have checked their input before. Each of their matrices multiplies once a step and sample."""

    def __init__(self, count: Callable[[int], None]) -> None:
        super().__init__()
        self._count = count

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Compute a function of torch."""
        if func in STATEFUL and not kwargs and len(args) == 9 and args[0].is_meta:
            input, before, weights, _, _, _, _, both_ways, _ = args
            matrices = sum(weight.numel() for weight in weights if weight.dim() == 2)
            self._count(input.shape[:-1].numel() * matrices)
            first: Tensor = before if isinstance(before, Tensor) else before[0]
            width = first.shape[-1] * (2 if both_ways else 1)
            output = input.new_empty((*input.shape[:-1], width))
            states = (before,) if isinstance(before, Tensor) else before
            return (output, *(state.new_empty(state.shape) for state in states))
        return func(*args, **(kwargs or {}))

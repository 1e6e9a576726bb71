"""Makes runs without memory quick: torch's shape rules of its commonest operations are dozens of
lines of Python; and counts their multiply-adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import flop_registry

from studio.compile.dispatch_mode import TorchDispatchMode

aten = torch.ops.aten

DRAWN = frozenset(
    {aten.uniform_.default, aten.normal_.default, aten.random_.default, aten.bernoulli_.float}
)
"""What fills a tensor with values: none where there is no memory."""


class QuickMeta(TorchDispatchMode):
    """Inside it, operations on tensors without memory are only checked for their shapes.
    `multiply_adds` are those of all that ran while it `counts`, as torch's own counter says."""

    def __init__(self) -> None:
        super().__init__()
        self.multiply_adds = 0
        self.counts = True

    def count(self, multiply_adds: int) -> None:
        """Add to what was counted."""
        if self.counts:
            self.multiply_adds += multiply_adds

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Compute an operation of torch."""
        if not kwargs and args and isinstance(args[0], Tensor) and args[0].is_meta:
            if func in DRAWN:
                return args[0]
            quick = QUICK.get(func)
            found = None if quick is None else quick(*args)
            if found is not None:
                result, multiply_adds = found
                self.count(multiply_adds)
                return result
        result = func(*args, **(kwargs or {}))
        if self.counts:
            formula = flop_registry.get(getattr(func, "overloadpacket", None))
            if formula is not None:
                self.count(formula(*args, **(kwargs or {}), out_val=result) // 2)
        return result


Quick = tuple[Tensor, int] | None
"""What comes out and its multiply-adds; None where torch itself is to say what is wrong."""


def _product(first: Tensor, second: Tensor) -> Quick:
    """aten::mm, (n, k) by (k, m)."""
    if first.dim() != 2 or second.dim() != 2 or not _alike(first, second):
        return None
    (rows, inner), (other, columns) = first.shape, second.shape
    if inner != other:
        return None
    return first.new_empty((rows, columns)), rows * inner * columns


def _sum_and_product(bias: Tensor, first: Tensor, second: Tensor) -> Quick:
    """aten::addmm, a bias that fits (n, m) added to (n, k) by (k, m)."""
    found = _product(first, second)
    if found is not None:
        bias.expand(found[0].shape)
    return found


def _convolution(
    given: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
) -> Quick:
    """aten::convolution over samples, not transposed; sizes as torch.nn.Conv2d documents them."""
    places = len(stride)
    if (
        transposed
        or not (given.dim() == weight.dim() == places + 2)
        or not (len(padding) == len(dilation) == places)
        or not _alike(given, weight)
        or given.shape[1] != weight.shape[1] * groups
        or (bias is not None and bias.shape != weight.shape[:1])
    ):
        return None
    wide, kernel = given.shape[2:], weight.shape[2:]
    sizes = [
        (wide[n] + 2 * padding[n] - dilation[n] * (kernel[n] - 1) - 1) // stride[n] + 1
        for n in range(places)
    ]
    if min(sizes) < 1:
        return None
    result = given.new_empty((given.shape[0], weight.shape[0], *sizes))
    return result, result.shape[0] * prod(sizes) * weight.numel()


def _alike(first: Tensor, second: Tensor) -> bool:
    """Whether two tensors may be multiplied."""
    return first.device == second.device and first.dtype == second.dtype


QUICK: Mapping[object, Callable[..., Quick]] = {
    aten.mm.default: _product,
    aten.addmm.default: _sum_and_product,
    aten.convolution.default: _convolution,
}

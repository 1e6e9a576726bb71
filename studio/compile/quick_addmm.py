"""Makes torch's slowest shape rule quick: addmm without memory runs a dozen Python references."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from studio.compile.dispatch_mode import TorchDispatchMode


class QuickAddmm(TorchDispatchMode):
    """Inside it, the sum in addmm, whose value nobody needs, is only checked for its shape."""

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Compute an operation of torch."""
        if func is torch.ops.aten.addmm.default and not kwargs:
            bias, first, second = args
            product = torch.ops.aten.mm.default(first, second)
            bias.expand(product.shape)
            return product
        return func(*args, **(kwargs or {}))

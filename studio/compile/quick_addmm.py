"""Makes torch's slowest shape rule quick: addmm without memory runs a dozen Python references."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    class TorchDispatchMode(AbstractContextManager[None]):
        """What torch's own, which is not typed, is for us."""

        def __exit__(self, *error: object) -> None:
            """Compute as usual again."""
else:
    from torch.utils._python_dispatch import TorchDispatchMode


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

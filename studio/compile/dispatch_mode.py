"""Torch's way to stand between a program and its operations, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    class TorchDispatchMode(AbstractContextManager[None]):
        """What torch's own, which is not typed, is for us."""

        def __exit__(self, *error: object) -> None:
            """Compute as usual again."""
else:
    from torch.utils._python_dispatch import TorchDispatchMode

__all__ = ["TorchDispatchMode"]

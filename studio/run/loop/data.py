"""What a training asks of its data."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor


class Data(Protocol):
    """Samples in the parts "training", "validation" and "test"."""

    takes: str
    classes: tuple[str, ...]

    def to(self, device: torch.device) -> None:
        """Keep everything on a device."""

    def size(self, part: str) -> int:
        """How many samples can be asked for."""

    def epoch(self, part: str) -> int:
        """How many samples make an epoch."""

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """The samples of these numbers, by name."""

    def encode(self, value: Any) -> dict[str, Tensor]:
        """Inputs for a picture or text of a person, as a batch of one."""

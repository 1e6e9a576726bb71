"""What a training asks of its data."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor


class Data(Protocol):
    """Samples in the parts "training", "validation" and "test". `to` keeps everything on a device,
    `size` says how many samples can be asked for, `epoch` how many make an epoch, `batch` gives
    those of some numbers by name, `encode` what stands for a picture or text of a person."""

    def to(self, device: torch.device) -> None: ...
    def size(self, part: str) -> int: ...
    def epoch(self, part: str) -> int: ...
    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]: ...
    def encode(self, value: Any) -> dict[str, Tensor]: ...

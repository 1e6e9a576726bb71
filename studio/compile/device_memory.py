"""The device that a training would get, and its memory."""

from __future__ import annotations

import psutil
import torch

from studio.compile.loop_pieces import PICK
from studio.compile.meta_layers import imported


def device_of(name: str) -> torch.device:
    """The device of that name. Raises ValueError, in a sentence, where this machine has none."""
    device = imported(PICK)(name)
    assert isinstance(device, torch.device)
    count = torch.cuda.device_count() if device.type == "cuda" else 1
    missing = device.type == "mps" and not torch.backends.mps.is_available()
    if missing or (device.index or 0) >= count:
        raise ValueError(f"this machine has no device {name}; choose auto or cpu.")
    return device


def device_memory(device: torch.device) -> int:
    """Bytes that a device has in all."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory())
    return int(psutil.virtual_memory().total)

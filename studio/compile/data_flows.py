"""What a data source will give as flows, before any of it is loaded."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from nodes.described import DataDescription
from studio.compile.flows import Flow, declared


def element_type(name: str) -> torch.dtype:
    """The element type of that name, such as `float32`."""
    found = getattr(torch, name)
    assert isinstance(found, torch.dtype)
    return found


def data_flows(description: DataDescription, sizes: Mapping[str, int]) -> Mapping[str, Flow]:
    """The fields as flows, free dimensions being typically of these sizes."""
    return {
        port: declared(field.shape, sizes, element_type(field.dtype), field.limit)
        for port, field in description.fields.items()
    }

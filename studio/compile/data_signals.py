"""What a data source will give, before any of it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from nodes.declare import NodeType
from studio.compile import meta_layers
from studio.compile.flows import Flow, declared


def element_type(name: str) -> torch.dtype:
    """The element type of that name, such as `float32`."""
    found = getattr(torch, name)
    assert isinstance(found, torch.dtype)
    return found


Signals = Mapping[str, tuple[tuple[object, ...], str, int | None]]


def data_signals(node_type: NodeType, values: Mapping[str, Any]) -> Signals:
    """Port -> shape, element type, bound of whole numbers. Raises ValueError where its file cannot
    be read."""
    arguments = {name: values[name] for name in node_type.arguments}
    try:
        signals: Signals = meta_layers.imported(node_type.dataset).signals(**arguments)
    except OSError as error:
        raise ValueError(f"{error.filename or node_type.name}: {error.strerror}") from error
    return signals


def data_flows(
    node_type: NodeType, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> Mapping[str, Flow]:
    """The same as flows, free dimensions being typically of these sizes. Raises ValueError."""
    return {
        port: declared(shape, sizes, element_type(dtype), limit)
        for port, (shape, dtype, limit) in data_signals(node_type, values).items()
    }

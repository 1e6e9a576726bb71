"""Netloom: draw a neural network, train it, look inside it, take it away as PyTorch code."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.api import Project

__all__ = ["Project"]


def __getattr__(name: str) -> object:
    """`Project`, once it is asked for: it needs torch, which takes a second to import."""
    if name == "Project":
        return import_module("studio.api").Project
    raise AttributeError(f"module 'studio' has no attribute {name!r}")

"""The parts that data are divided into."""

from __future__ import annotations

from typing import Literal, get_args

Part = Literal["training", "validation", "test"]
"""Learned from; chosen by; kept for the last word."""

PARTS: tuple[Part, ...] = get_args(Part)
"""In the order in which they are shown."""

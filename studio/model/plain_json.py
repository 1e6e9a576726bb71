"""JSON that others may have written or damaged: what is not as it should be is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MOST = 1e300
"""Numbers in our files are smaller; what is not was not written by us."""

NOT_FINITE = ("inf", "-inf", "nan")
"""How values that JSON has no number for are written: a metric may be infinite."""


def read_object(path: Path) -> Mapping[str, Any]:
    """The fields of a JSON file; none where there is no such file, or it holds something else."""
    try:
        return as_object(path.read_bytes())
    except OSError:
        return {}


def as_object(text: bytes) -> Mapping[str, Any]:
    """The fields of a JSON text; none where it is something else."""
    found = parsed(text)
    return found if isinstance(found, dict) else {}


def parsed(text: bytes) -> object:
    """What a JSON text says; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def to_bytes(fields: Mapping[str, Any]) -> bytes:
    """Fields as a JSON file."""
    return (json.dumps(fields, indent=1) + "\n").encode()


def as_values(found: object) -> dict[str, float]:
    """Numbers by name, also infinite ones."""
    return {
        str(name): float(value)
        for name, value in (found.items() if isinstance(found, dict) else ())
        if is_number(value) or value in NOT_FINITE
    }


def is_number(value: object) -> bool:
    """Whether it is a number that we write."""
    return isinstance(value, int | float) and -MOST < value < MOST


def as_number(value: object) -> float:
    """A number as we write it; 0 where it is none."""
    return float(value) if isinstance(value, int | float) and is_number(value) else 0.0


def as_text(value: object) -> str:
    """A text; empty where it is none."""
    return value if isinstance(value, str) else ""

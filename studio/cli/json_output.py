"""What Netloom knows as plain JSON, for `--json`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from studio.model.expression import Expression
from studio.model.project import Wire
from studio.model.values import Raw


def plain(value: Any) -> Any:
    """A value in terms of JSON. An edit carries its kind as `edit`, a wire reads as in a file;
    numbers that JSON does not have are words: "inf", "nan"."""
    if isinstance(value, Wire | Path):
        return str(value)
    if isinstance(value, Expression):
        return {"=": value.text}
    if isinstance(value, Raw):
        return value.json
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def print_object(value: Mapping[str, Any]) -> None:
    """Print the one object of `--json`."""
    print(json.dumps(plain(value), ensure_ascii=False))

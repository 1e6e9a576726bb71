"""What a parameter's value may be, as it stands in a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from studio.model.expression import Expression

Json: TypeAlias = Any
"""What `json.loads` gives."""


@dataclass(frozen=True, slots=True)
class Raw:
    """JSON of a shape this version does not know, kept to be saved back unchanged."""

    json: Json


Value: TypeAlias = "bool | int | float | str | Expression | Raw | tuple[Value, ...] | None"

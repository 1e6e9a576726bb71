"""A sample as a person sees it: pictures, names, words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nodes.described import DataDescription, DataField
from studio.model.figures import Figure, Images, Table

Values = NDArray[np.float32 | np.int64 | np.bool_]

MOST = 24
"""Values or names told in a row."""


def decoded(description: DataDescription, sample: Mapping[str, Values]) -> tuple[Figure, ...]:
    """One sample by field, without the dimension of samples: pictures, and a table of all else.
    Fields that the sample lacks are left out."""
    pictures: list[Figure] = []
    rows: list[tuple[str, str]] = []
    for name, field in description.fields.items():
        if name not in sample:
            continue
        if field.kind == "picture":
            pictures.append(Images(name, _picture(field, sample[name])))
        else:
            rows.append((name, in_words(field, sample[name])))
    return (*pictures, *([Table("Sample", ("what", "value"), tuple(rows))] if rows else ()))


def in_words(field: DataField, values: Values) -> str:
    """Values of a field that is no picture."""
    if field.kind == "mask":
        return f"{np.count_nonzero(values):,} of {values.size:,}"
    if field.kind == "edges":
        return f"{values.shape[-1]:,}"
    flat = values.reshape(-1)
    if field.kind in ("class", "tokens"):
        names = field.names
        told = [names[n] if 0 <= n < len(names) else str(n) for n in map(int, flat)]
        if field.kind == "tokens":
            return "".join(told)
    else:
        told = [f"{value:.4g}" for value in flat]
    more = f", … ({len(told):,})" if len(told) > MOST else ""
    return ", ".join(told[:MOST]) + more


def _picture(field: DataField, values: Values) -> NDArray[np.float32]:
    """A picture (C, H, W) as an `Images` has it: grey, or in colours where it has three."""
    black, white = field.scale
    shades = ((values.astype(np.float32) - black) / (white - black)).clip(0, 1)
    return shades[:1] if len(shades) != 3 else shades.transpose(1, 2, 0)[None]

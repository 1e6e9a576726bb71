"""What flows along a wire, tried at several sizes of the free dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from studio.compile.meta_layers import META
from studio.model.report import Dim, Signal

SHARED = "N"
"""The free dimension that counts samples."""

SAMPLES = 61
"""How many there are typically: a number that no other size is likely to be or to divide."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One shape for each trial (None where that trial failed), the element type, and the bound
    that whole numbers stay below, where the data gives one."""

    shapes: tuple[tuple[int, ...] | None, ...]
    dtype: torch.dtype
    limit: int | None = None

    def tensor(self, trial: int) -> Tensor | None:
        """A tensor without memory, as it would be in that trial."""
        shape = self.shapes[trial]
        return None if shape is None else torch.empty(shape, dtype=self.dtype, device=META)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape at typical sizes."""
        assert self.shapes[0] is not None
        return self.shapes[0]


@dataclass(frozen=True, slots=True)
class Trials:
    """Sizes at which shapes are tried: the first trial is typical, then one for each free dimension
    with that one changed, the last with all changed, to confirm what the others suggest."""

    names: tuple[str, ...]
    sizes: tuple[tuple[int, ...], ...]

    def flow(self, shape: Sequence[object], dtype: torch.dtype, limit: int | None = None) -> Flow:
        """The flow of an input declared as sizes and names (`N`, `T=64`)."""
        index = {name: number for number, name in enumerate(self.names)}
        names = [s.partition("=")[0].strip() if isinstance(s, str) else s for s in shape]
        shapes = tuple(
            tuple(sizes[index[n]] if isinstance(n, str) else int(str(n)) for n in names)
            for sizes in self.sizes
        )
        return Flow(shapes, dtype, limit)


def trials(shapes: Iterable[Sequence[object]]) -> Trials:
    """Trials for all free dimensions named in these shapes."""
    typical: dict[str, int] = {}
    for shape in shapes:
        for entry in shape:
            if isinstance(entry, str):
                name, _, size = entry.partition("=")
                default = SAMPLES if name.strip() == SHARED else 32
                known = typical.get(name.strip())
                typical[name.strip()] = int(size) if size else known or default
    names = tuple(typical)
    base = tuple(typical.values())
    others = [_others(name, size) for name, size in typical.items()]
    changed = [
        tuple(others[i][0] if i == at else size for i, size in enumerate(base))
        for at in range(len(base))
    ]
    confirm = [tuple(other[1] for other in others)] if names else []
    return Trials(names, (base, *changed, *confirm))


def _others(name: str, size: int) -> tuple[int, int]:
    """Two more sizes: smaller ones, since tables and windows limit how large a size may be, and a
    power of two apart, so that halves of halves come out even at all or at none."""
    if name == SHARED:
        return size + 6, size + 12
    if size < 8:
        return (size - 1, size - 2) if size > 2 else (size + 1, size + 2)
    step = 1 << (size.bit_length() - 3)
    return size - step, size - 3 * step


def signal(flow: Flow, by: Trials) -> Signal:
    """The flow in words: each size as a number, a rule over one free dimension, or `?`."""
    dims = tuple(_dim(flow, axis, by) for axis in range(len(flow.shape)))
    return Signal(dims, str(flow.dtype).removeprefix("torch."), flow.limit)


def _dim(flow: Flow, axis: int, by: Trials) -> Dim:
    values = [s[axis] if s is not None and len(s) == len(flow.shape) else None for s in flow.shapes]
    base = values[0]
    assert base is not None
    if all(value == base for value in values):
        return base
    if None in values:
        return "?"
    moved = [i for i in range(len(by.names)) if values[1 + i] != base]
    if len(moved) != 1:
        return "?"
    at = moved[0]
    first, second, third = by.sizes[0][at], by.sizes[1 + at][at], by.sizes[-1][at]
    other, confirm = values[1 + at], values[-1]
    assert other is not None
    slope = Fraction(other - base, second - first)
    offset = base - slope * first
    if slope * third + offset != confirm or offset.denominator != 1:
        return "?"
    if _apart(slope.denominator) > abs(first - third):
        return "?"
    return _rule(by.names[at], slope, int(offset))


def _apart(denominator: int) -> int:
    """How far apart sizes must be to tell a fraction from its neighbours after rounding down: 1/2
    from 1/3, and a finer one such as 1/4 also from 2/9, which two strides can make."""
    return denominator * (denominator + 1 if denominator <= 3 else 9)


def _rule(name: str, slope: Fraction, offset: int) -> str:
    factor = "" if slope.numerator == 1 else str(slope.numerator)
    divided = "" if slope.denominator == 1 else f"/{slope.denominator}"
    return f"{factor}{name}{divided}" + (f"{offset:+d}" if offset else "")

"""What flows along a wire: the size of each dimension and the element type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch

from studio.compile.size_text import text
from studio.compile.sizes import Size, free, typical
from studio.model.report import Signal

SHARED = "N"
"""The free dimension that counts samples."""

SAMPLES = 61
"""How many there are typically: a number that no other size is likely to be or to divide."""

LENGTH = 32
"""What other free dimensions are typically, where nothing is said."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The sizes, the element type, and the bound that whole numbers stay below, where the data
    gives one."""

    sizes: tuple[Size, ...]
    dtype: torch.dtype
    limit: int | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape at typical sizes."""
        return tuple(map(typical, self.sizes))


Flows = Mapping[str, tuple[Flow, ...]]
"""Input port -> what is wired into it, in order."""


def typical_sizes(shapes: Iterable[Sequence[object]]) -> dict[str, int]:
    """The free dimensions that these shapes name (`N`, `T=64`), and what they typically are."""
    found: dict[str, int] = {}
    for shape in shapes:
        for entry in shape:
            if isinstance(entry, str):
                name, _, size = (part.strip() for part in entry.partition("="))
                default = SAMPLES if name == SHARED else LENGTH
                found[name] = int(size) if size else found.get(name) or default
    return found


def declared(
    shape: Sequence[object], sizes: Mapping[str, int], dtype: torch.dtype, limit: int | None = None
) -> Flow:
    """The flow of an input declared as sizes and names (`N`, `T=64`), free dimensions being
    typically of these sizes."""
    names = [s.partition("=")[0].strip() if isinstance(s, str) else int(str(s)) for s in shape]
    return Flow(tuple(free(n, sizes[n]) if isinstance(n, str) else n for n in names), dtype, limit)


def signal(flow: Flow) -> Signal:
    """The flow in words: each size as a number, a rule over free dimensions, or `?`."""
    dims = tuple(size if isinstance(size, int) else text(size) for size in flow.sizes)
    return Signal(dims, str(flow.dtype).removeprefix("torch."), flow.limit)

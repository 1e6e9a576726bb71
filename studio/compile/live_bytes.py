"""Which tensors live while something runs, and where on the boards they were made."""

from __future__ import annotations

import sys
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_iter

from studio.compile.dispatch_mode import TorchDispatchMode

Place = tuple[str, str]
"""A board and a node of it."""

ROUNDED = 512
"""Bytes of a CUDA device come in multiples of this."""

GLANCE = 100
"""Operations between two looks at whether to give up."""


class GivenUp(Exception):
    """Something more urgent came."""


@dataclass(eq=False)
class Held:
    """Memory of one tensor or several that share it: when it was `made` and `freed`, counted in
    events, and the nodes in which it was made, the innermost first."""

    bytes: int
    places: tuple[Place, ...]
    made: int
    freed: int | None = None
    watch: object = None


@dataclass
class Span:
    """What lived between two moments."""

    held: Sequence[Held]
    start: int
    end: int

    def fullest(self, counts: Callable[[Held], bool] = lambda held: True) -> list[Held]:
        """What lives when most bytes do, of those that count."""
        change: Counter[int] = Counter()
        counted = [held for held in self.held if counts(held)]
        for held in counted:
            change[max(held.made, self.start)] += held.bytes
            if held.freed is not None:
                change[held.freed] -= held.bytes
        moments = sorted(moment for moment in change if moment < self.end)
        if not moments:
            return []
        live = list(accumulate(change[moment] for moment in moments))
        when = moments[live.index(max(live))]
        return [h for h in counted if h.made <= when and (h.freed is None or h.freed > when)]


@dataclass(eq=False)
class Recorder:
    """What a `LiveBytes` has seen."""

    live: dict[int, Held] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    now: int = 0

    def add(self, storage: torch.UntypedStorage, places: tuple[Place, ...], step: int) -> None:
        """Take note of memory that was not there before."""
        key = id(storage)
        self.now += 1
        size = -(-storage.nbytes() // step) * step
        held = self.live[key] = Held(size, places, self.now)
        held.watch = weakref.ref(storage, lambda _: self._freed(key))
        self.held.append(held)

    def _freed(self, key: int) -> None:
        self.now += 1
        self.live.pop(key).freed = self.now

    def of(self, tensors: Iterable[Tensor]) -> set[Held]:
        """The memory of these tensors."""
        keys = (id(tensor.untyped_storage()) for tensor in tensors)
        return {self.live[key] for key in keys if key in self.live}

    def since(self, start: int) -> Span:
        """All that lived since then; what was freed before is forgotten."""
        self.held = [h for h in self.held if h.freed is None or h.freed > start]
        return Span(self.held, start, self.now + 1)


class LiveBytes(TorchDispatchMode):
    """Sees every tensor that is made while it is entered, also by backward passes. Nodes are known
    by the lines of `file` that lead to where the tensor is made; the innermost is told to `at`.
    Raises GivenUp where `urgent` says so."""

    def __init__(
        self,
        file: str,
        lines: Mapping[int, Place],
        at: Callable[[Place], None],
        urgent: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.seen = Recorder()
        self._file, self._lines, self._at, self._urgent = file, lines, at, urgent
        self._last: Place | None = None
        self._count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation and look at what it gives."""
        self._count += 1
        if self._count % GLANCE == 0 and self._urgent():
            raise GivenUp
        places = self._places()
        if places and places[0] != self._last:
            self._last = places[0]
            self._at(places[0])
        given = func(*args, **(kwargs or {}))
        for tensor in tree_iter(given):
            if isinstance(tensor, Tensor):
                storage = tensor.untyped_storage()
                if id(storage) not in self.seen.live:
                    step = ROUNDED if tensor.device.type == "cuda" else 1
                    self.seen.add(storage, places, step)
        return given

    def _places(self) -> tuple[Place, ...]:
        found: dict[Place, None] = {}
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self._file and frame.f_lineno in self._lines:
                found[self._lines[frame.f_lineno]] = None
            frame = frame.f_back
        return tuple(found)

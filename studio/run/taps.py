"""Taps: whoever looks into networks sees the value of every node, and may put another in its place.

A training runs plain code. While somebody looks, and no longer, the living modules are of tapped
classes: they keep their weights, modes and hooks, and only compute by other code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from torch import nn

from studio.compile.checking import Checking
from studio.compile.tapped_source import TappedSource, tapped_source
from studio.model.project import Project


class Tap(NamedTuple):
    """Where a value comes from: an output of a node of a board. `within` are the nodes that it was
    reached by, from the training board on, or from a network that was called by itself; behind a
    repeated block stands the number of the copy."""

    board: str
    node: str
    port: str
    within: tuple[str, ...] = ()


See = Callable[[Tap, Any], Any]
"""Gets each value with its tap, and gives what the nodes after it are to get: it, or another. What
a node puts out is a tensor, but for nodes that put out a library's things."""


class Taps:
    """The taps of all modules of a training. They write and run the tapped classes when somebody
    looks for the first time."""

    def __init__(
        self,
        project: Project,
        checking: Checking,
        namespace: Mapping[str, Any],
        modules: Sequence[nn.Module],
    ) -> None:
        """`namespace` is what the plain source defined, `modules` are networks and objectives that
        it made."""
        self._project, self._checking, self._namespace = project, checking, namespace
        self._modules = modules
        self._source: TappedSource | None = None
        self._classes: dict[type, type] = {}
        self._ends: dict[str, Tap] = {}
        self._see: See | None = None
        self._within: tuple[str, ...] = ()

    def place(self, file: str, line: int) -> tuple[str, str] | None:
        """Board and node that a line of the tapped classes belongs to."""
        source = self._source
        return source.lines.get(line) if source is not None and source.filename == file else None

    @contextmanager
    def seen(self, see: See) -> Iterator[None]:
        """Let modules hand their values to `see` in here, and to nobody who looks already. Not for
        two threads at once."""
        before, self._see = (self._see, self._within), see
        self._within = ()
        switched = [(m, type(m)) for m in self._every() if type(m) in self._tapped()]
        try:
            for module, plain in switched:
                module.__class__ = self._tapped()[plain]
            yield
        finally:
            for module, plain in switched:
                module.__class__ = plain
            self._see, self._within = before

    def __call__(self, key: str, value: Any) -> Any:
        """What the nodes after an output get. Tapped code calls it."""
        end = self._ends.get(key)
        if end is None:
            board, node, port = key.split(".")
            end = self._ends[key] = Tap(board, node, port)
        return value if self._see is None else self._see(end._replace(within=self._within), value)

    @contextmanager
    def inside(self, node: str, copy: int | None = None) -> Iterator[None]:
        """What runs behind a node. Tapped code enters it."""
        before = self._within
        self._within = (*before, node) if copy is None else (*before, node, str(copy))
        try:
            yield
        finally:
            self._within = before

    def _tapped(self) -> Mapping[type, type]:
        """The tapped classes by plain ones."""
        if self._source is None:
            self._source = tapped_source(self._project, self._checking)
            self._classes = self._source.classes(self._namespace, self)
        return self._classes

    def _every(self) -> Iterator[nn.Module]:
        for module in self._modules:
            yield from module.modules()

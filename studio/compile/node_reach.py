"""From how far along each axis a node takes what it gives: measured on the node itself.

The real layer runs on little data. In each sample of a batch another position holds what is no
number, and whatever comes out otherwise than without it depends on that position. So no layer has
to say from where it takes what it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

import torch
from torch import Tensor

from nodes.declare import NodeType
from studio.compile import meta_layers
from studio.compile.flows import Flow, Flows
from studio.compile.live_bytes import GivenUp
from studio.compile.node_shapes import Remembered, Shared, key_of
from studio.compile.sizes import Size, typical

LONG = (16, 48)
"""Positions along the axis that is measured; more where a window turns out to be wide."""

SHORT = (2, 3, 4, 5, 7, 8, 12, 16, None)
"""Sizes of other axes: the smallest that the layer takes, or the real ones."""

MOST = 5_000_000
"""Numbers that may go in."""

INSIDE = 3
"""Outputs that must take all they can from within, to tell a window from the whole."""


@dataclass(frozen=True, slots=True)
class SlidingWindow:
    """An output takes `extent` positions, gaps included; that at place o begins at `stride`·o +
    `offset`. Outputs lie along `axis`."""

    axis: int
    extent: int
    stride: Fraction
    offset: Fraction


@dataclass(frozen=True, slots=True)
class Scattered:
    """An output takes a position, but they lie along `axis` in no simple order, together with those
    of other axes."""

    axis: int


@dataclass(frozen=True, slots=True)
class Everything:
    """An output takes all positions."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It cannot be told what an output takes."""


Reach: TypeAlias = SlidingWindow | Scattered | Everything | Unclear
Reaches: TypeAlias = Mapping[tuple[str, int, int, str], Reach]
"""Input port, wire into it, its axis, output port -> what an output takes along that axis. Where an
output takes nothing, there is no entry."""

Place: TypeAlias = tuple[str, int, int]


class NodeReach:
    """Measures nodes, and remembers them by type, parameters and what flows in."""

    def __init__(self, memory: Remembered) -> None:
        self._memory = memory
        self._known: dict[object, Reaches] = {}

    def of(
        self,
        node_type: NodeType,
        values: Mapping[str, Any],
        inputs: Flows,
        shared: Shared | None,
        urgent: Callable[[], bool],
    ) -> Reaches:
        """What the outputs of a node take along each axis of its inputs but the first, which is
        that of samples. Raises GivenUp where something is urgent."""
        key = key_of(node_type, values, inputs, shared)
        if key not in self._known:
            self._memory.begin()
            measured = _Measured(self._memory, node_type, values, inputs, shared, urgent)
            self._known[key] = {
                (*place, port): reach
                for place in measured.places()
                for port, reach in measured.reach(place).items()
            }
        return self._known[key]


@dataclass(frozen=True)
class _Measured:
    memory: Remembered
    node_type: NodeType
    values: Mapping[str, Any]
    inputs: Flows
    shared: Shared | None
    urgent: Callable[[], bool]

    def places(self) -> Iterator[Place]:
        """The axes that are measured."""
        for port, flows in self.inputs.items():
            for wire, flow in enumerate(flows):
                if flow.dtype != torch.bool:
                    yield from ((port, wire, axis) for axis in range(1, len(flow.sizes)))

    def reach(self, place: Place) -> Mapping[str, Reach]:
        """By output port."""
        for long in LONG:
            found = self._told(place, long, 0)
            if None not in found.values():
                break
        again = self._told(place, long + 4, 1)
        return {port: self._settled(place, port, found[port], again.get(port)) for port in found}

    def _settled(self, place: Place, port: str, first: Reach | None, again: Reach | None) -> Reach:
        """What was found at some sizes and again at others, or else at the real ones."""
        if first == again and (first is not None or not self._is_uneven(place)):
            return first or Everything()
        if isinstance(first, SlidingWindow) and first.extent == 1 and first.stride < 1:
            return Scattered(first.axis)
        name, wire, axis = place
        real = typical(self.inputs[name][wire].sizes[axis])
        return self._told(place, real, 0, real=True).get(port) or Unclear()

    def _is_uneven(self, place: Place) -> bool:
        """Whether something else that flows in has another size along the axis."""
        name, wire, axis = place
        measured = self.inputs[name][wire].sizes[axis]
        others = (flow.sizes for flows in self.inputs.values() for flow in flows)
        return any(sizes[axis] != measured for sizes in others if len(sizes) > axis)

    def _told(
        self, place: Place, long: int, skip: int, real: bool = False
    ) -> Mapping[str, Reach | None]:
        """By output port, on so many positions; None where a window is as wide as can be seen."""
        taken = self._taken(place, long, skip, real)
        if taken is None:
            return {port.name: Unclear() for port in self.node_type.outputs}
        return {port: _read(matrices) for port, matrices in taken.items() if matrices}

    def _taken(
        self, place: Place, long: int, skip: int, real: bool
    ) -> dict[str, dict[int, Tensor]] | None:
        """By output port and axis, whether an output (first) takes a position (second); nothing of
        ports that take none. `skip` so many of the sizes of other axes that would do."""
        for short in SHORT:
            if self.urgent():
                raise GivenUp
            flows = self._flows(place, long, short, real)
            try:
                found = self._run(flows, place, long)
            except Exception:  # a layer may refuse these sizes in any way
                continue
            if skip and short is not None:
                skip -= 1
                continue
            return found
        return None

    def _flows(self, place: Place, long: int, short: int | None, real: bool) -> Flows:
        """What flows in, in little, or with its `real` sizes along the axis."""
        port, wire, axis = place
        measured = self.inputs[port][wire].sizes

        def sized(number: int, size: Size) -> int:
            if number == 0 and size == measured[0]:
                return long
            if size == measured[axis] and (number == axis or not real):
                return long
            keep = short is None or typical(size) == 1 or (real and number == axis)
            return typical(size) if keep else short or 1

        return {
            name: tuple(
                Flow(
                    tuple(sized(number, size) for number, size in enumerate(flow.sizes)),
                    flow.dtype,
                    flow.limit,
                )
                for flow in flows
            )
            for name, flows in self.inputs.items()
        }

    def _run(self, flows: Flows, place: Place, long: int) -> dict[str, dict[int, Tensor]]:
        prepared = self.memory.prepared(self.node_type, self.values, flows, self.shared)
        if sum(prod(flow.shape) for some in flows.values() for flow in some) > MOST:
            raise ValueError("it is too large to be tried")
        port, wire, axis = place
        plain = {name: [_even(flow) for flow in some] for name, some in flows.items()}
        marked = {name: [*some] for name, some in plain.items()}
        marked[port][wire] = _marked(plain[port][wire], axis)
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            layer = prepared.build(torch.device("cpu")) if prepared.layer is not None else None
            came = []
            for tensors in (plain, marked):
                torch.manual_seed(0)
                came.append(
                    meta_layers.run(self.node_type, prepared.template, self.values, layer, tensors)
                )
        return {name: _matrices(came[0][name], came[1][name], long) for name in came[0]}


def _even(flow: Flow) -> Tensor:
    real = flow.dtype.is_floating_point or flow.dtype.is_complex
    return torch.full(flow.shape, 0.5 if real else 0, dtype=flow.dtype)


def _marked(plain: Tensor, axis: int) -> Tensor:
    """The same, with one position of each sample otherwise."""
    marked = plain.clone()
    every = torch.arange(len(marked))
    real = plain.is_floating_point() or plain.is_complex()
    marked.transpose(1, axis)[every, every] = float("nan") if real else 1
    return marked


def _matrices(plain: Tensor, marked: Tensor, long: int) -> dict[int, Tensor]:
    if plain.shape != marked.shape or not plain.numel() or not plain.dim() or len(plain) != long:
        raise ValueError("nothing is left, or samples do not stay apart")
    other = plain != marked
    if not other.any():
        return {}
    if other.dim() == 1:
        return {0: other[None]}
    return {
        axis: other.transpose(1, axis).reshape(long, other.shape[axis], -1).any(2).T
        if axis == 1
        else other.movedim(axis, 1).reshape(long, other.shape[axis], -1).any(2).T
        for axis in range(1, other.dim())
    }


def _differs(taken: Tensor) -> bool:
    """Whether positions that anything takes are taken by different outputs."""
    used = taken[:, taken.any(0)]
    return bool((used != used[:, :1]).any())


def _read(matrices: Mapping[int, Tensor]) -> Reach | None:
    """What the matrices say; None where a window is as wide as can be seen."""
    local = [axis for axis, taken in matrices.items() if _differs(taken)]
    if not local:
        return Everything()
    if len(local) > 1:
        return Unclear()
    (axis,) = local
    taken = matrices[axis]
    positions = taken.shape[1]
    ends = {
        o: (int(row.nonzero()[0]), int(row.nonzero()[-1]))
        for o, row in enumerate(taken)
        if bool(row.any())
    }
    amounts = taken.sum(1)
    inside = {
        o: (low, high)
        for o, (low, high) in ends.items()
        if low > 0 and high < positions - 1 and int(amounts[o]) == int(amounts.max())
    }
    if len(inside) < INSIDE:
        return None
    steps = [o for o, end in inside.items() if o - 1 in inside and inside[o - 1][0] != end[0]]
    if len(steps) < 2:
        return None
    first, last = steps[0], steps[-1]
    stride = Fraction(inside[last][0] - inside[first][0], last - first)
    offset = min(start - stride * o for o, (start, _) in inside.items())
    if stride <= 0 or any(start - stride * o - offset >= 1 for o, (start, _) in inside.items()):
        return Scattered(axis)
    return SlidingWindow(
        axis, max(end - start + 1 for start, end in inside.values()), stride, offset
    )

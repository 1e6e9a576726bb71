"""Ways to learn what sizes come out of a node at given sizes of what goes in.

The real layer runs without memory (on torch's meta device); where that is not implemented, what the
type itself says of its sizes holds, or else the layer runs in earnest, on little data. What depends
on the values, and not on sizes alone, is a dimension with a name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from nodes.declare import NodeType
from studio.compile import meta_layers
from studio.compile.flows import LENGTH, Flow, Flows
from studio.compile.quick_meta import QuickMeta
from studio.compile.quick_recurrent import quick_recurrent
from studio.compile.rule_fit import fitted
from studio.compile.size_text import UNKNOWN
from studio.compile.sizes import Free, Size, at, dimensions, free, replaced

Sizes = Mapping[str, int]
"""Name of a free dimension -> its size."""

Came = Mapping[str, tuple[tuple[int | str, ...], torch.dtype]]
"""Output port -> shape and element type. A word in a shape is the name of a size that the data
decides."""

Ran = tuple[dict[str, Flow], int]
"""What comes out by port, and the multiply-adds of all samples together at typical sizes: 0 where
that cannot be learned without memory."""

Way = Callable[[Sizes], Came]
"""What comes out at these sizes. Raises what the layer raises."""

SMALL = (3, 16)
"""Sizes of free dimensions for a run in earnest, the smallest that fits."""

MOST_WEIGHTS = 100_000_000
"""Weights that a layer may have to be built in earnest."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A node ready to run: its layer without memory, and the expression that runs it. It may be
    `fixed`, built for sizes that follow no rule."""

    node_type: NodeType
    values: Mapping[str, Any]
    template: str
    layer: nn.Module | None
    inputs: Flows
    build: Callable[[torch.device], nn.Module]
    fixed: bool = False

    @property
    def dimensions(self) -> list[Free]:
        """The free dimensions of what goes in."""
        sizes = (size for flows in self.inputs.values() for flow in flows for size in flow.sizes)
        return sorted(frozenset().union(*map(dimensions, sizes)), key=lambda free: free.order)

    def flows(self, limit: int | None) -> Ran:
        """What comes out, with the rules of its sizes. Raises what the layer raises."""
        with torch.no_grad():
            if self.node_type.differentiates and self.node_type.infer:
                return self._ruled(self._as_declared, self.dimensions, limit), 0
            quick = QuickMeta()
            try:
                way = partial(self._without_memory, quick)
                return self._ruled(way, self.dimensions, limit, quick), quick.multiply_adds
            except Exception as error:
                if not _lacks_rule(error):
                    raise
            if self.node_type.infer:
                return self._ruled(self._as_declared, self.dimensions, limit), 0
            return self._flows_in_earnest(limit), 0

    def _ruled(
        self, way: Way, variables: list[Free], limit: int | None, quick: QuickMeta | None = None
    ) -> dict[str, Flow]:
        """What comes out, by rules where they can be found. Only the run at typical sizes is
        counted."""
        came = way({variable.name: variable.typical for variable in variables})
        if quick is not None:
            quick.counts = False

        def run(sizes: tuple[int, ...]) -> tuple[int, ...] | None:
            try:
                there = way({v.name: size for v, size in zip(variables, sizes, strict=True)})
            except Exception:  # it may refuse these sizes in any way
                return None
            return _flat(there) if _ranks(there) == _ranks(came) else None

        base = _flat(came)
        found = None if self.fixed else fitted(run, variables, base)
        rules = iter(found or [None] * len(base))
        flows = {}
        for port, (shape, dtype) in came.items():
            sizes: list[Size] = []
            for axis, size in enumerate(shape):
                rule = next(rules)
                if isinstance(size, str):
                    sizes.append(free(size, LENGTH))
                else:
                    sizes.append(free(f"{UNKNOWN}{port}.{axis}", size) if rule is None else rule)
            flows[port] = Flow(tuple(sizes), dtype, limit)
        return flows

    def _without_memory(self, quick: QuickMeta, sizes: Sizes) -> Came:
        tensors = {
            name: [torch.empty(_shape(f, sizes), dtype=f.dtype, device="meta") for f in flows]
            for name, flows in self.inputs.items()
        }
        with quick, quick_recurrent(self.layer, quick.count):
            return _came(
                meta_layers.run(self.node_type, self.template, self.values, self.layer, tensors)
            )

    def _as_declared(self, sizes: Sizes) -> Came:
        infer = self.node_type.infer
        if isinstance(infer, str):
            infer = meta_layers.imported(infer)
        assert callable(infer)
        shapes = {n: tuple(_shape(f, sizes) for f in flows) for n, flows in self.inputs.items()}
        given = infer(self.values, shapes)
        floats = [
            f.dtype for flows in self.inputs.values() for f in flows if f.dtype.is_floating_point
        ]
        real = floats[0] if floats else torch.float32
        kinds = {port.name: port.kind for port in self.node_type.outputs}
        return {
            port: (tuple(shape), torch.int64 if kinds.get(port) == "int" else real)
            for port, shape in given.items()
        }

    def _flows_in_earnest(self, limit: int | None) -> dict[str, Flow]:
        layer = self._real_layer()
        names = {dimension.name: dimension for dimension in self.dimensions}
        failure: Exception | None = None
        for smallest in (*SMALL, max((d.typical for d in names.values()), default=0)):
            few = [Free(d.name, min(d.typical, smallest)) for d in names.values()]
            try:
                found = self._ruled(lambda sizes: self._in_earnest(layer, sizes), few, limit)
            except Exception as error:
                failure = error
                continue
            back = {name: free(name, dimension.typical) for name, dimension in names.items()}
            return {
                port: Flow(tuple(replaced(s, back) for s in flow.sizes), flow.dtype, flow.limit)
                for port, flow in found.items()
            }
        assert failure is not None
        raise failure

    def _real_layer(self) -> nn.Module | None:
        if self.layer is None:
            return None
        weights = sum(parameter.numel() for parameter in self.layer.parameters())
        if weights > MOST_WEIGHTS:
            raise ValueError(
                f"it can only be tried with real numbers, and its {weights:,} weights are too many "
                "for that; make it smaller"
            )
        with torch.random.fork_rng(devices=[]):
            return self.build(torch.device("cpu"))

    def _in_earnest(self, layer: nn.Module | None, sizes: Sizes) -> Came:
        """What comes out of made-up values; sizes that are others for other values get names."""
        came = []
        for value in (_alike, _mixed):
            draw = torch.Generator().manual_seed(0)
            tensors = {
                name: [value(f, _shape(f, sizes), draw) for f in flows]
                for name, flows in self.inputs.items()
            }
            with torch.random.fork_rng(devices=[]):
                try:
                    result = meta_layers.run(
                        self.node_type, self.template, self.values, layer, tensors
                    )
                except Exception:
                    if value is _mixed:
                        raise
                    continue
            came.append(_came(result))
        return came[0] if len(came) == 1 else _named(*came)


def _flat(came: Came) -> tuple[int, ...]:
    """All sizes in a row; those that the data decides count as none."""
    return tuple(
        0 if isinstance(size, str) else size for shape, _ in came.values() for size in shape
    )


def _ranks(came: Came) -> list[tuple[str, int]]:
    return [(port, len(shape)) for port, (shape, _) in came.items()]


def _came(result: Mapping[str, Tensor]) -> Came:
    tensors = {port: meta_layers.tensor(value) for port, value in result.items()}
    return {port: (tuple(tensor.shape), tensor.dtype) for port, tensor in tensors.items()}


def _shape(flow: Flow, sizes: Sizes) -> tuple[int, ...]:
    return tuple(size if isinstance(size, int) else at(size, sizes) for size in flow.sizes)


def _lacks_rule(error: Exception) -> bool:
    """Whether torch cannot run a layer without memory, rather than the layer refusing its input."""
    return isinstance(error, NotImplementedError) or bool(re.search(r"\bmeta\b", str(error), re.I))


def _alike(flow: Flow, shape: tuple[int, ...], draw: torch.Generator) -> Tensor:
    """Zeros for real numbers, ones for whole ones, such as lengths, where these are allowed."""
    real = flow.dtype.is_floating_point or flow.dtype.is_complex
    return torch.full(shape, 0 if real or flow.limit == 1 else 1, dtype=flow.dtype)


def _mixed(flow: Flow, shape: tuple[int, ...], draw: torch.Generator) -> Tensor:
    """Values that differ; whole numbers stay below what they index."""
    if flow.dtype.is_floating_point or flow.dtype.is_complex:
        return torch.randn(shape, generator=draw).to(flow.dtype)
    values = torch.randint(0, 2, shape, generator=draw)
    if values.numel() > 1:
        values.view(-1)[0], values.view(-1)[-1] = 0, 1
    return values.clamp(max=(flow.limit or 2) - 1).to(flow.dtype)


def _named(first: Came, second: Came) -> Came:
    """Names for the sizes that differ between two runs, the same for those that differ alike."""
    names: dict[tuple[int | str, int | str], str] = {}
    found = {}
    for port, (shape, dtype) in second.items():
        other = first[port][0]
        if len(other) != len(shape):
            raise ValueError("the number of dimensions that come out depends on the values")
        sizes = list(shape)
        for axis, pair in enumerate(zip(other, shape, strict=True)):
            if pair[0] != pair[1]:
                number = "" if not names else str(len(names) + 1)
                sizes[axis] = names.setdefault(pair, f"K{number}")
        found[port] = (tuple(sizes), dtype)
    return found

"""Shapes by execution: one node on flows gives flows. Remembered by what they depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from nodes.declare import ONE_NUMBER, NodeType, Port, Problem, Shapes
from studio.compile import meta_layers
from studio.compile.parameter_values import frozen
from studio.compile.quick_addmm import QuickAddmm
from studio.compile.trial_shapes import Flow
from studio.model.work_note import WorkNote

Flows = Mapping[str, tuple[Flow, ...]]
"""Input port -> what is wired into it, in order."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running a node gave. With an error among `problems` there are no outputs."""

    outputs: Mapping[str, Flow] = field(default_factory=dict)
    parameters: int = 0
    inferred: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    template: str = ""

    @property
    def failed(self) -> bool:
        """Whether what comes after it cannot be known."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Shared:
    """The node whose weights another one uses: its type, values and what was inferred for it."""

    node_type: NodeType
    values: Mapping[str, Any]
    inferred: Mapping[str, int]


class Remembered:
    """Outcomes by type, values and incoming flows; the oldest half is dropped when there are too
    many. Before a node runs, the one at `place` is noted: it may never come back."""

    def __init__(self, note: WorkNote | None = None, limit: int = 20_000) -> None:
        self._note = note
        self._limit = limit
        self.place = ("", "")
        self._outcomes: dict[object, Outcome] = {}
        self._operations: dict[object, int] = {}

    def begin(self) -> None:
        """Note that the node at `place` runs now."""
        if self._note is not None:
            self._note.write(*self.place)

    def outcome(
        self, node_type: NodeType, values: Mapping[str, Any], inputs: Flows, shared: Shared | None
    ) -> Outcome:
        """What running the node on these flows gives."""
        key = _key(node_type, values, inputs, shared)
        found = self._outcomes.get(key)
        if found is None:
            self.begin()
            found = _run(node_type, values, inputs, shared)
            _make_room(self._outcomes, self._limit)
            self._outcomes[key] = found
        return found

    def multiply_adds(
        self, node_type: NodeType, values: Mapping[str, Any], inputs: Flows, shared: Shared | None
    ) -> int:
        """Multiplications with addition for one sample, at typical sizes."""
        key = _key(node_type, values, inputs, shared)
        if key not in self._operations:
            self.begin()
            _make_room(self._operations, self._limit)
            self._operations[key] = _count(node_type, values, inputs, shared)
        return self._operations[key]


def _make_room(table: dict[object, Any], limit: int) -> None:
    if len(table) >= limit:
        for key in list(table)[: limit // 2]:
            del table[key]


def _key(
    node_type: NodeType, values: Mapping[str, Any], inputs: Flows, shared: Shared | None
) -> object:
    used = shared and (shared.node_type.name, frozen(shared.values), tuple(shared.inferred.items()))
    return (node_type.name, frozen(values), tuple(inputs.items()), used)


def _run(
    node_type: NodeType, values: Mapping[str, Any], inputs: Flows, shared: Shared | None
) -> Outcome:
    for port in node_type.inputs:
        for flow in inputs.get(port.name, ()):
            if problem := layout_problem(port, flow):
                return Outcome(problems=(problem,))
    problems: tuple[Problem, ...] = ()
    try:
        problems = tuple(_checked(node_type, values, inputs))
        if any(problem.severity == "error" for problem in problems):
            return Outcome(problems=problems)
        layer, template, inferred = _prepare(node_type, values, inputs, shared)
        outputs = _flows(node_type, template, values, layer, inputs)
    except _Varies as error:
        return Outcome(problems=(*problems, Problem("free-size", str(error), error.port)))
    except Exception as error:  # a layer may refuse its input in any way; its sentence is shown
        return Outcome(
            problems=(*problems, Problem("does-not-fit", f"{{node}}: {_sentence(error)}"))
        )
    owned = 0 if layer is None or shared else sum(p.numel() for p in layer.parameters())
    return Outcome(outputs, owned, inferred, problems, template)


def _shapes(inputs: Flows) -> Shapes:
    return {name: tuple(f.shape for f in flows) for name, flows in inputs.items()}


def _checked(node_type: NodeType, values: Mapping[str, Any], inputs: Flows) -> list[Problem]:
    if node_type.check is None:
        return []
    limits = {name: flows[0].limit for name, flows in inputs.items() if flows}
    return list(node_type.check({**values, "limits": limits}, _shapes(inputs)))


def _prepare(
    node_type: NodeType,
    values: Mapping[str, Any],
    inputs: Flows,
    shared: Shared | None,
) -> tuple[nn.Module | None, str, Mapping[str, int]]:
    """The layer that runs, the expression that runs it and the layer's own inferred sizes."""
    template = meta_layers.expression(node_type, values, _shapes(inputs))
    inferred = _infer(node_type, inputs)
    if shared is None:
        layer = meta_layers.build(node_type, values, inferred) if node_type.layer else None
        return layer, template, inferred
    layer = meta_layers.build(shared.node_type, shared.values, shared.inferred)
    if shared.node_type.name != node_type.name:
        template = node_type.shared[shared.node_type.name]
    return layer, template, shared.inferred if shared.node_type is node_type else {}


class _Varies(Exception):
    def __init__(self, port: str, argument: str) -> None:
        super().__init__(
            f"{{node}}: {argument} is read off a free dimension of {{{port}}}, but a layer needs a "
            "fixed size there; give that dimension a number in the Input node"
        )
        self.port = port


def _infer(node_type: NodeType, inputs: Flows) -> dict[str, int]:
    found = {}
    for argument, (port, axis) in node_type.inferred.items():
        if flows := inputs.get(port):
            sizes = {shape[axis] for shape in flows[0].shapes if shape is not None}
            if len(sizes) != 1:
                raise _Varies(port, argument)
            found[argument] = sizes.pop()
    return found


def _flows(
    node_type: NodeType,
    template: str,
    values: Mapping[str, Any],
    layer: nn.Module | None,
    inputs: Flows,
) -> dict[str, Flow]:
    trials = max((len(flow.shapes) for flows in inputs.values() for flow in flows), default=1)
    results: list[dict[str, Tensor] | None] = []
    with torch.no_grad(), QuickAddmm():
        for trial in range(trials):
            tensors = {name: [f.tensor(trial) for f in flows] for name, flows in inputs.items()}
            given = {n: [t for t in ts if t is not None] for n, ts in tensors.items()}
            if any(len(given[name]) < len(tensors[name]) for name in given):
                results.append(None)
                continue
            try:
                results.append(meta_layers.run(node_type, template, values, layer, given))
            except Exception:
                if trial == 0:
                    raise
                results.append(None)  # shown as `?`: it works at the typical size only
    typical = results[0]
    assert typical is not None
    limit = _limit(node_type, inputs)
    return {
        port: Flow(
            tuple(None if r is None else tuple(r[port].shape) for r in results), tensor.dtype, limit
        )
        for port, tensor in typical.items()
    }


def _limit(node_type: NodeType, inputs: Flows) -> int | None:
    if not node_type.rearranges:
        return None
    return next((flow.limit for flows in inputs.values() for flow in flows), None)


def layout_problem(port: Port, flow: Flow) -> Problem | None:
    """What is wrong with a flow into a port by its element type and number of dimensions alone."""
    kind = "float" if flow.dtype.is_floating_point else "int"
    if port.kind in ("float", "int") and kind != port.kind:
        have = "whole numbers" if kind == "int" else "real numbers"
        want = "whole numbers, such as tokens" if port.kind == "int" else "real numbers"
        hint = "" if kind == "float" else "; an Embedding turns tokens into vectors"
        text = f"{{node}} takes {want}, but {{{port.name}}} gives {have}{hint}"
        return Problem("element-type", text, port.name)
    if port.kind in ONE_NUMBER and flow.shape:
        text = f"{{node}} takes one number, but {{{port.name}}} gives {{shape:{port.name}}}"
        return Problem("one-number", f"{text}; put a mean or a sum of it there", port.name)
    wanted = port.dims.split()
    enough = len(flow.shape) >= len(wanted) - 1 if "*" in wanted else len(flow.shape) == len(wanted)
    if not wanted or enough:
        return None
    layout = "×".join("…" if dim == "*" else dim for dim in wanted)
    return Problem(
        "dimensions",
        f"{{node}} takes {layout}, but {{{port.name}}} is {{shape:{port.name}}}",
        port.name,
    )


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    text = text.replace("{", "(").replace("}", ")")
    return text if len(text) < 300 else text[:297] + "…"


def _count(
    node_type: NodeType, values: Mapping[str, Any], inputs: Flows, shared: Shared | None
) -> int:
    first = next((flow for flows in inputs.values() for flow in flows), None)
    if first is None:
        return 0
    layer, template, _ = _prepare(node_type, values, inputs, shared)
    tensors = {
        name: [t for f in flows if (t := f.tensor(0)) is not None] for name, flows in inputs.items()
    }
    with torch.no_grad(), QuickAddmm(), FlopCounterMode(display=False) as counter:
        meta_layers.run(node_type, template, values, layer, tensors)
    samples = max(first.shape[0], 1) if first.shape else 1
    return int(counter.get_total_flops()) // (2 * samples)

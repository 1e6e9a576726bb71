"""Shapes by execution: one node on flows gives flows.

A node is known by itself: its free dimensions are numbered, whatever rules their sizes have come to
follow on the board, its own rules are found and remembered by type, values and typical inputs, and
these are composed with what really flows in. So a node that was seen before runs no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import nn

from nodes.declare import ONE_NUMBER, Change, NodeType, Port, Problem, Shapes
from nodes.tensors.shape import PERMUTE
from studio.compile import meta_layers
from studio.compile.flows import Flow, Flows
from studio.compile.meta_layers import Layers
from studio.compile.node_runs import Prepared
from studio.compile.numbered_flows import Alone, by_itself, read_otherwise
from studio.compile.parameter_values import frozen
from studio.compile.quick_meta import QuickMeta
from studio.compile.size_text import UNKNOWN, is_unknown
from studio.compile.sizes import Free, Rule, Size, dimensions, free, replaced, typical
from studio.compile.trusted_code import failed_line
from studio.model.work_note import WorkNote


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running a node gave. With an error among `problems` there are no outputs."""

    outputs: Mapping[str, Flow] = field(default_factory=dict)
    parameters: int = 0
    inferred: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    template: str = ""
    born: frozenset[Free] = frozenset()
    """Dimensions that begin in the node: what follows no rule, and what the data decides."""
    multiply_adds: int = 0
    """Multiplications with addition for one sample, at typical sizes; 0 where a node cannot run
    without memory."""

    @property
    def unknown(self) -> bool:
        """Whether a size that comes out follows no rule."""
        return any(is_unknown(size) for flow in self.outputs.values() for size in flow.sizes)

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
        self._layers = Layers()
        self._outcomes: dict[object, Outcome] = {}

    def begin(self) -> None:
        """Note that the node at `place` runs now."""
        if self._note is not None:
            self._note.write(*self.place)

    def outcome(
        self, node_type: NodeType, values: Mapping[str, Any], inputs: Flows, shared: Shared | None
    ) -> Outcome:
        """What running the node on these flows gives."""
        found = self._outcome(node_type, values, by_itself(inputs), shared)
        if found.unknown:
            for other in read_otherwise(inputs):
                again = self._outcome(node_type, values, other, shared)
                if not again.failed and not again.unknown:
                    return again
        return found

    def _outcome(
        self,
        node_type: NodeType,
        values: Mapping[str, Any],
        alone: Alone,
        shared: Shared | None,
    ) -> Outcome:
        key = key_of(node_type, values, alone.inputs, shared)
        found = self._outcomes.get(key)
        if found is None:
            self.begin()
            found = _run(node_type, values, alone.inputs, shared, self._layers)
            _make_room(self._outcomes, self._limit)
            self._outcomes[key] = found
        return _composed(found, alone.entering, self.place)

    def prepared(
        self, node_type: NodeType, values: Mapping[str, Any], inputs: Flows, shared: Shared | None
    ) -> Prepared:
        """A node ready to run on such flows. Raises what its layer raises."""
        return _prepare(node_type, values, inputs, shared, self._layers)[0]


def _make_room(table: dict[object, Any], limit: int) -> None:
    if len(table) >= limit:
        for key in list(table)[: limit // 2]:
            del table[key]


def key_of(
    node_type: NodeType, values: Mapping[str, Any], inputs: Flows, shared: Shared | None
) -> object:
    """All that decides what a node does."""
    used = shared and (shared.node_type.name, frozen(shared.values), tuple(shared.inferred.items()))
    return (node_type.name, frozen(values), tuple(inputs.items()), used)


def _composed(outcome: Outcome, entering: Mapping[str, Size], place: tuple[str, str]) -> Outcome:
    """What a node by itself does, to what really flows into it at its place on the board."""
    if not entering and not outcome.born:
        return outcome
    by, (board, id) = dict(entering), place
    for new in outcome.born:
        unknown = new.name.startswith(UNKNOWN)
        name = f"{UNKNOWN}{board}.{id}.{new.name}" if unknown else f"{new.name}_{id}"
        by[new.name] = free(name, new.typical)
    outputs = {
        port: Flow(tuple(replaced(size, by) for size in flow.sizes), flow.dtype, flow.limit)
        for port, flow in outcome.outputs.items()
    }
    return replace(outcome, outputs=outputs, born=frozenset())


def _run(
    node_type: NodeType,
    values: Mapping[str, Any],
    inputs: Flows,
    shared: Shared | None,
    layers: Layers,
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
        with QuickMeta():
            prepared, inferred = _prepare(node_type, values, inputs, shared, layers)
        outputs, multiply_adds = prepared.flows(_limit(node_type, inputs))
    except ModuleNotFoundError as error:
        return Outcome(problems=(*problems, _not_installed(node_type, error)))
    except _Insists as error:
        return Outcome(problems=(*problems, error.problem))
    except _Varies as error:
        return Outcome(problems=(*problems, error.problem))
    except (Exception, SystemExit) as error:  # it may refuse its input in any way: that is shown
        text = f"{{node}}{_where(error)}: {_sentence(error)}"
        return Outcome(problems=(*problems, Problem("does-not-fit", text)))
    layer = None if shared else prepared.layer
    owned = 0 if layer is None else sum(p.numel() for p in layer.parameters())
    sizes = (size for flow in outputs.values() for size in flow.sizes)
    born = frozenset().union(*map(dimensions, sizes)).difference(prepared.dimensions)
    samples = next((f.shape[0] for flows in inputs.values() for f in flows if f.shape), 1)
    return Outcome(
        outputs,
        owned,
        inferred,
        problems,
        prepared.template,
        born,
        multiply_adds // max(samples, 1),
    )


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
    layers: Layers,
) -> tuple[Prepared, Mapping[str, int]]:
    """The node ready to run, and the layer's own inferred sizes."""
    template = meta_layers.expression(node_type, values, _shapes(inputs))
    read, fixed = _infer(node_type, values, inputs)
    owner, given, inferred = node_type, values, read
    if shared is not None:
        owner, given, inferred = shared.node_type, shared.values, shared.inferred
        read = inferred if owner == node_type else {}
        if owner.name != node_type.name:
            template = node_type.shared[owner.name]

    def build(device: torch.device) -> nn.Module:
        return meta_layers.build(owner, given, inferred, device)

    layer = layers.layer(owner, given, inferred) if owner.layer else None
    return Prepared(node_type, values, template, layer, inputs, build, fixed), read


class _Varies(Exception):
    def __init__(self, port: str, argument: str, axis: int, sizes: Sequence[Size]) -> None:
        super().__init__(
            f"{{node}}: {argument} is read off {{dim{axis}:{port}}}, a free dimension of "
            f"{{{port}}}, but a layer needs a fixed size there; give it a number where it begins, "
            "as in an Input node"
        )
        fixes = tuple(_turned(port, axis, sizes))
        self.problem = Problem("free-size", str(self), port, fixes=fixes)


def _turned(
    port: str, axis: int, sizes: Sequence[Size]
) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Positions and features may stand in each other's place, as between N×T×C and N×C×L."""
    if len(sizes) == 3 and axis and isinstance(sizes[3 - axis], int):
        what = "features first" if axis == 1 else "positions first"
        change = Change("insert", type=PERMUTE.name, params={"order": (0, 2, 1)}, port=port)
        yield f"Insert a Permute: {what}", (change,)


class _Insists(Exception):
    def __init__(self, port: str, argument: str, insisted: int, size: int) -> None:
        super().__init__(f"{{node}}: {argument} was set to {insisted}, but {{{port}}} has {size}")
        label, change = f"Read {argument} off the input", Change("set", argument, None)
        self.problem = Problem("by-hand", str(self), port, fixes=((label, (change,)),))


def _infer(
    node_type: NodeType, values: Mapping[str, Any], inputs: Flows
) -> tuple[Mapping[str, int], bool]:
    """Sizes read off inputs, which those set by hand agree with, and whether one of them follows no
    rule, so that the node is only known to run at typical sizes."""
    found: dict[str, int] = {}
    fixed = False
    for argument, (port, axis) in node_type.inferred.items():
        if flows := inputs.get(port):
            sizes = flows[0].sizes
            if isinstance(sizes[axis], Rule):
                if not is_unknown(sizes[axis]):
                    raise _Varies(port, argument, axis % len(sizes), sizes)
                fixed = True
            found[argument] = size = typical(sizes[axis])
            if values.get(argument) not in (None, size):
                raise _Insists(port, argument, values[argument], size)
    return found, fixed


def _limit(node_type: NodeType, inputs: Flows) -> int | None:
    if not node_type.rearranges:
        return None
    return next((flow.limit for flow in inputs.get(node_type.inputs[0].name, ())), None)


REAL, WHOLE, NUMBERS = "real numbers", "whole numbers", "numbers"
TRUTH = "true or false"
_ELEMENTS: Mapping[str, str] = {"float": REAL, "int": WHOLE, "number": NUMBERS, "bool": TRUTH}
_HINTS: Mapping[tuple[str, str], str] = {
    (WHOLE, REAL): "; an Embedding turns tokens into vectors",
    (TRUTH, REAL): "; a Cast makes numbers of it",
    (TRUTH, NUMBERS): "; a Cast makes numbers of it",
}


def _element_kind(flow: Flow) -> str:
    if flow.dtype.is_floating_point:
        return REAL
    if flow.dtype.is_complex:
        return "complex numbers"
    return TRUTH if flow.dtype == torch.bool else WHOLE


def layout_problem(port: Port, flow: Flow) -> Problem | None:
    """What is wrong with a flow into a port by its element type and number of dimensions alone."""
    have = _element_kind(flow)
    want = _ELEMENTS.get(port.kind, have)
    if want == NUMBERS and have != TRUTH:
        want = have
    if have != want:
        such = ", such as tokens" if want == WHOLE else ""
        hint = _HINTS.get((have, want), "")
        text = f"{{node}} takes {want}{such}, but {{{port.name}}} gives {have}{hint}"
        return Problem("element-type", text, port.name)
    if port.kind in ONE_NUMBER and flow.shape:
        text = f"{{node}} takes one number, but {{{port.name}}} gives {{shape:{port.name}}}"
        return Problem("one-number", f"{text}; put a mean or a sum of it there", port.name)
    wanted = port.dims.split()
    if not wanted or _is_laid_out(flow, wanted):
        return None
    layout = "×".join("…" if dim == "*" else dim for dim in wanted)
    return Problem(
        "dimensions",
        f"{{node}} takes {layout}, but {{{port.name}}} is {{shape:{port.name}}}",
        port.name,
    )


def _not_installed(node_type: NodeType, error: ModuleNotFoundError) -> Problem:
    package = (error.name or "").partition(".")[0]
    text = (
        f"{{node}}: {node_type.name} needs {package}, which is not installed here; install it "
        f"(pip install {node_type.library or package}) and open the project again"
    )
    return Problem("not-installed", text)


def _is_laid_out(flow: Flow, wanted: Sequence[str]) -> bool:
    """Whether it has as many dimensions, and the sizes that are numbers."""
    if "*" in wanted:
        return len(flow.shape) >= len(wanted) - 1
    return len(flow.shape) == len(wanted) and all(
        not want.isdigit() or size == int(want)
        for size, want in zip(flow.shape, wanted, strict=True)
    )


def _where(error: BaseException) -> str:
    line = failed_line(error)
    return "" if line is None else f" failed at line {line} of its code"


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    text = text.replace("{", "(").replace("}", ")")
    return text if len(text) < 300 else text[:297] + "…"

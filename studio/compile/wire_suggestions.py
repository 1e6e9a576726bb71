"""For inputs that nothing is wired to: the only output on the board that fits.

Kinds, element types and layouts leave few outputs for an input; those that nothing uses yet come
first. Of what is left the node runs on one of each shape, until a second output fits: then neither
is the only one. How often nodes run is limited, for one input and for all, so that a board that was
only just begun is answered as quickly as any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from nodes.declare import NodeType, Port
from studio.compile.board_flow import BoardFlow
from studio.compile.node_shapes import Flows, Remembered, layout_problem
from studio.compile.parameter_values import checked_values
from studio.compile.trial_shapes import Flow
from studio.model.edits import AddWire
from studio.model.ports import refusal
from studio.model.project import Node, Project, Wire
from studio.model.report import Fix, Issue

TRIES = 16
"""Shapes that a node runs on at most for one of its inputs."""

TRIES_IN_ALL = 120
"""And for all inputs of a project; those that come later get no suggestion."""

_End = tuple[str, str]
"""A node and one of its outputs."""


class WireSuggestions:
    """Looks for them during one check, an issue at a time."""

    def __init__(
        self,
        project: Project,
        flows: Mapping[str, BoardFlow],
        types: Mapping[str, NodeType],
        memory: Remembered,
    ) -> None:
        self._project = project
        self._flows = flows
        self._types = types
        self._memory = memory
        self._left = TRIES_IN_ALL

    def mended(self, found: Issue) -> Issue:
        """The issue of a missing input, with a fix that wires the only output that fits."""
        flow = self._flows[found.board]
        node = flow.board.nodes[found.node]
        port = flow.structure.ports[node.id].input(found.port)
        if port is None or self._left <= 0:
            return found
        end = self._only(flow, node, port)
        if end is None:
            return found
        wire = Wire(*end, node.id, port.name)
        fix = Fix(f"Connect {end[0]}", (AddWire(found.board, wire, many=port.many),))
        return replace(found, other=end[0], fixes=(*found.fixes, fix))

    def _only(self, flow: BoardFlow, node: Node, port: Port) -> _End | None:
        """The only output that fits: of those that nothing uses, or where none does, of all."""
        before = self._left
        self._left -= 1  # looking is work too, though no layer runs
        candidates = list(_candidates(flow, node, port))
        for group in (
            [(end, given) for end, given in candidates if not flow.board.out_of(*end)],
            [(end, given) for end, given in candidates if flow.board.out_of(*end)],
        ):
            fitting: list[_End] = []
            for given, ends in _by_flow(group).items():
                if self._left <= max(0, before - TRIES):
                    return None
                if self._fits(flow, node, port, given):
                    fitting += ends
                if len(fitting) > 1:
                    return None
            if fitting:
                return fitting[0]
        return None

    def _fits(self, flow: BoardFlow, node: Node, port: Port, given: Flow) -> bool:
        """Whether the node runs on it, as far as that can be known."""
        node_type = self._types[node.type]
        if not node_type.forward:
            return True
        inputs = _with(flow, node, port, given)
        if inputs is None:
            return False
        wanted = {port.name for port in node_type.inputs if not port.optional}
        if not wanted <= inputs.keys() or any(
            p.many and len(inputs[p.name]) < 2 for p in node_type.inputs
        ):
            return True  # other inputs are missing too
        try:
            values = checked_values(node, node_type, flow.board, flow.environment, self._project)
        except ValueError:
            return False
        self._left -= 1
        return not self._memory.outcome(node_type, values, inputs, None).failed


def _candidates(flow: BoardFlow, node: Node, port: Port) -> Iterator[tuple[_End, Flow]]:
    """Outputs of which nothing speaks against a wire to a port, before anything runs."""
    behind = {node.id, *flow.board.after(node.id)}  # a wire from there closes a circle
    for id, outcome in flow.outcomes.items():
        for name, given in outcome.outputs.items():
            source = flow.structure.ports[id].output(name)
            if source is None or id in behind or refusal(source, port) is not None:
                continue
            if layout_problem(port, given) is None:
                yield (id, name), given


def _by_flow(candidates: Iterable[tuple[_End, Flow]]) -> Mapping[Flow, list[_End]]:
    found: dict[Flow, list[_End]] = {}
    for end, given in candidates:
        found.setdefault(given, []).append(end)
    return found


def _with(flow: BoardFlow, node: Node, port: Port, given: Flow) -> Flows | None:
    """What goes into a node, with one more wire; None where something is not known."""
    inputs: dict[str, tuple[Flow, ...]] = {}
    for wire in flow.structure.into[node.id]:
        outcome = flow.outcomes.get(wire.source)
        known = outcome.outputs.get(wire.source_port) if outcome else None
        if known is None:
            return None
        inputs[wire.target_port] = (*inputs.get(wire.target_port, ()), known)
    inputs[port.name] = (*inputs.get(port.name, ()), given)
    return inputs

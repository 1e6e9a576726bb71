"""For inputs that nothing is wired to: the only output on the board that fits.

An output fits where the node runs with it, each other input that is empty getting some output of
the board too. Kinds, element types and layouts leave few outputs for an input; those that nothing
uses yet come first. Of what is left one of each shape is tried, until a second output fits: then
neither is the only one. How often nodes run is limited, for one input and for all, so that a board
that was only just begun is answered as quickly as any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, product
from typing import Any

from nodes.declare import ONE_NUMBER, NodeType, Port
from studio.compile.board_flow import BoardFlow
from studio.compile.board_outputs import BoardOutputs, End, Given, network_of
from studio.compile.flows import signal
from studio.compile.network_inputs import has_axes, takes
from studio.compile.node_shapes import Remembered, layout_problem
from studio.compile.parameter_values import checked_values
from studio.model.edits import AddWire
from studio.model.ports import refusal, with_ports
from studio.model.project import Node, Project, Wire
from studio.model.report import Fix, Issue, Unchecked

TRIES = 16
"""Ways to fill a node's inputs that are tried at most for one of them."""

TRIES_IN_ALL = 120
"""And for all inputs of a project; those that come later get no suggestion."""

_Inputs = Mapping[str, tuple[Given, ...]]


class WireSuggestions:
    """Looks for them during one check, an issue at a time."""

    def __init__(
        self,
        project: Project,
        flows: Mapping[str, BoardFlow],
        types: Mapping[str, NodeType],
        memory: Remembered,
        unchecked: Unchecked,
    ) -> None:
        self._flows = flows
        self._unchecked = unchecked
        self._types = types
        self._project = project
        self._memory = memory
        self._left = TRIES_IN_ALL
        self._enough = 0
        self._outputs: dict[str, BoardOutputs] = {}
        self._offered: set[tuple[str, str, End]] = set()

    def mended(self, found: Issue) -> Issue:
        """The issue of a missing input, with a fix that wires the only output that fits."""
        flow = self._flows[found.board]
        node = flow.board.nodes[found.node]
        port = flow.structure.ports[node.id].input(found.port)
        if port is None or self._left <= 0 or (found.board, found.node) in self._unchecked:
            return found
        self._enough = max(0, self._left - TRIES)
        self._left -= 1  # looking is work too, though no layer runs
        end = self._only(flow, node, port)
        if end is None:
            return found
        self._offered.add((found.board, node.id, end))
        wire = Wire(*end, node.id, port.name)
        fix = Fix(f"Connect {end[0]}", (AddWire(found.board, wire, many=port.many),))
        return replace(found, other=end[0], fixes=(*found.fixes, fix))

    def _only(self, flow: BoardFlow, node: Node, port: Port) -> End | None:
        """The only output that fits: of those that are free, or where none of them does, of all.
        What was offered to one input of the node is no longer free for the next."""
        candidates = list(self._candidates(flow, node, port))
        for wanted in (True, False):
            fitting: list[End] = []
            for given, every in candidates:
                ends = [end for end in every if self._is_free(flow, node, end) is wanted]
                if ends and self._fits(flow, node, port, given):
                    fitting += ends
                if len(fitting) > 1 or self._left <= self._enough:
                    return None
            if fitting:
                return fitting[0]
        return None

    def _is_free(self, flow: BoardFlow, node: Node, end: End) -> bool:
        return not flow.board.out_of(*end) and (flow.board.name, node.id, end) not in self._offered

    def _outputs_of(self, flow: BoardFlow) -> BoardOutputs:
        name = flow.board.name
        if name not in self._outputs:
            self._outputs[name] = BoardOutputs(flow, self._flows)
        return self._outputs[name]

    def _candidates(
        self, flow: BoardFlow, node: Node, port: Port
    ) -> Iterator[tuple[Given, list[End]]]:
        """Outputs of which nothing speaks against a wire to a port, before anything runs."""
        behind = {node.id, *flow.board.after(node.id)}  # a wire from there closes a circle
        wired = {(wire.source, wire.source_port) for wire in flow.board.into(node.id, port.name)}
        for given, alike in self._outputs_of(flow).alike.items():
            if layout_problem(port, given.flow) is not None:
                continue
            ends = [end for end in alike if end[0] not in behind and end not in wired]
            ends = [end for end in ends if _kinds_fit(flow, end, port)]
            if ends:
                yield given, ends

    def _type(self, node: Node) -> NodeType:
        return with_ports(self._types[node.type], node.params)

    def _fits(self, flow: BoardFlow, node: Node, port: Port, given: Given) -> bool:
        node_type, network = self._type(node), network_of(node, self._flows)
        if network is not None:
            return takes(network, port.name, signal(given.flow))
        if node.stands_for in self._flows:
            return has_axes(self._flows[node.stands_for], port.name, signal(given.flow))
        if not node_type.forward:
            return True
        try:
            values = checked_values(
                node, node_type, flow.board, flow.environment, self._project, self._types
            )
        except ValueError:
            return False
        for inputs in self._completed(flow, node, port, given):
            if self._left <= self._enough:
                return False
            self._left -= 1
            self._memory.place = (flow.board.name, node.id)
            if self._tells_something(flow, node, inputs) and self._runs(node_type, values, inputs):
                return True
        return False

    def _tells_something(self, flow: BoardFlow, node: Node, inputs: _Inputs) -> bool:
        """A loss or metric tells nothing of the data alone, nor of an output beside itself."""
        outputs = flow.structure.ports[node.id].outputs
        if flow.board.kind != "training" or any(o.kind not in ONE_NUMBER for o in outputs):
            return True
        every, alike = Counter(chain(*inputs.values())), self._outputs_of(flow).alike
        learned = any(given.learned for given in every)
        return learned and all(count <= len(alike[given]) for given, count in every.items())

    def _completed(
        self, flow: BoardFlow, node: Node, port: Port, given: Given
    ) -> Iterator[_Inputs]:
        """Everything that could go into a node, with this at one of its ports."""
        choices = [
            [(other.name, arriving) for arriving in self._arriving(flow, node, other, port, given)]
            for other in self._type(node).inputs
        ]
        for chosen in product(*choices):
            yield {name: arriving for name, arriving in chosen if arriving}

    def _arriving(
        self, flow: BoardFlow, node: Node, at: Port, port: Port, given: Given
    ) -> Iterator[tuple[Given, ...]]:
        """What could go into the port `at`: what is wired there, and what it still lacks."""
        known = self._outputs_of(flow).given
        wires = [(w.source, w.source_port) for w in flow.board.into(node.id, at.name)]
        wired = tuple(known[end] for end in wires if end in known)
        if len(wired) < len(wires):
            return  # unknown, so nothing can be said
        if at.name == port.name:
            wired = (*wired, given)
        lacking = 0 if at.optional else (2 if at.many else 1) - len(wired)
        if lacking <= 0:
            yield wired
        elif at.name == port.name:
            yield wired + (given,) * lacking
        else:
            for one, _ in self._candidates(flow, node, at):
                yield wired + (one,) * lacking

    def _runs(self, node_type: NodeType, values: Mapping[str, Any], inputs: _Inputs) -> bool:
        flows = {name: tuple(one.flow for one in several) for name, several in inputs.items()}
        return not self._memory.outcome(node_type, values, flows, None).failed


def _kinds_fit(flow: BoardFlow, end: End, port: Port) -> bool:
    source = flow.structure.ports[end[0]].output(end[1])
    return source is not None and refusal(source, port) is None

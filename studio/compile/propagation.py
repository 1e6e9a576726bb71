"""Carries flows through a board, node by node, doing again only what changed since last time.

A node whose own object and whose incoming flows are the same objects as in the last pass keeps its
outcome unseen. Equal outcomes are replaced by the last pass's own, so "the same object" goes on
and an edit stops mattering where its effect ends. Nodes that depend on anything else (boards,
inputs, shared weights, files) are always asked again. Where a board is still wired as it was, only
nodes that changed, those that are always asked, and those that what is new flows into are visited.

A board inside another is known as a whole by what decides it. What the last pass knew of it still
holds where neither that board nor any inside it changed, so an edit computes again only the chain
of boards that hold it.
"""

from __future__ import annotations

import heapq
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import networkx as nx

from nodes.declare import NodeType
from studio.compile import installed_class, sharing
from studio.compile.board_flow import BoardFlow, nesting
from studio.compile.data_flows import data_flows, element_type
from studio.compile.flows import Flow, Flows, declared
from studio.compile.node_shapes import Outcome, Remembered, layout_problem
from studio.compile.parameter_values import Environment, checked_values, frozen
from studio.compile.structure import Structure
from studio.compile.used_boards import UsedBoards, failed
from studio.model import trust
from studio.model.block_values import block_values
from studio.model.ports import read_ports
from studio.model.project import Board, Node, Project
from studio.model.report import Unchecked
from studio.reading.data_reader import DataReader

Structures = Callable[[Board], Structure]

UNTRUSTED = (
    "{node}: its code has not run, as it runs only once you have read it and trusted it; choose "
    "Read and trust (on a command line: --trust)"
)


class Propagation:
    """One pass over a project. `before` holds what the last complete pass found of each board."""

    def __init__(
        self,
        project: Project,
        types: Mapping[str, NodeType],
        structures: Structures,
        memory: Remembered,
        before: Mapping[str, BoardFlow],
        unchecked: Unchecked,
        reader: DataReader,
    ) -> None:
        self._reader = reader
        self._project = project
        self._types = types
        self._structures = structures
        self._memory = memory
        self._before = before
        self._unchecked = unchecked
        self._known = {flow.depends_on: flow for flow in self._still_true()}
        self._used_boards = UsedBoards(project, types, structures, self._inside)
        self.flows: dict[str, BoardFlow] = {}

    def _still_true(self) -> Iterator[BoardFlow]:
        """Flows of the last pass that hold no board which changed since."""
        changed = [
            name
            for name, board in self._project.boards.items()
            if name not in self._before
            or self._before[name].board is not board
            or self._before[name].structure is not self._structures(board)
        ]
        uses = self._project.uses
        stale = set(changed).union(*(nx.ancestors(uses, name) for name in changed))
        for flow in nesting(self._before.values()):
            name = flow.board.name
            if flow.given is not None and name in self._project.boards and name not in stale:
                yield flow

    def board(self, board: Board, typical: Mapping[str, int]) -> Iterator[tuple[BoardFlow, str]]:
        """Compute a board as its own Input nodes declare it, free dimensions being typically of
        these sizes; yields after each node."""
        last = self._before.get(board.name)
        environment = block_values(board.params, {}).values
        flow = BoardFlow(board, self._structures(board), environment, typical)
        for id in self._nodes(flow, last):
            yield flow, id
        self.flows[board.name] = last if last is not None and _holds_the_same(last, flow) else flow

    def _inside(
        self,
        board: Board,
        environment: Environment,
        given: Mapping[str, Flow],
        typical: Mapping[str, int],
        last: BoardFlow | None,
    ) -> BoardFlow:
        """A board that a node of another stands for. `last` is what that node held last time."""
        flow = BoardFlow(board, self._structures(board), environment, typical, given)
        known = self._known.get(flow.depends_on)
        if known is None:
            for _ in self._nodes(flow, last):
                pass
            known = self._known[flow.depends_on] = flow
        return known

    def _nodes(self, flow: BoardFlow, last: BoardFlow | None) -> Iterator[str]:
        """Compute one node after the other, with the outcomes of `last` where they still hold;
        yields those that may have changed."""
        last = _comparable(last, flow)
        if last is not None and last.structure is flow.structure:
            yield from self._behind_changes(flow, last)
            return
        for id in flow.structure.order:
            if id not in flow.structure.broken and self._visit(flow, last, id):
                yield id

    def _behind_changes(self, flow: BoardFlow, last: BoardFlow) -> Iterator[str]:
        """Compute what changed in a board that is wired as it was, and what this reaches."""
        structure, before = flow.structure, last.board.nodes
        flow.take_over(last)
        first = [id for id, node in flow.board.nodes.items() if node is not before[id]]
        waiting = [
            structure.place[id]
            for id in {*first, *structure.asked_again}
            if id in structure.place and id not in structure.broken
        ]
        heapq.heapify(waiting)
        visited = -1
        while waiting:
            if (number := heapq.heappop(waiting)) == visited:
                continue
            visited, id = number, structure.order[number]
            flow.leave(id)
            if self._visit(flow, last, id):
                yield id
            else:
                flow.inputs.pop(id, None)
                flow.outcomes.pop(id, None)
            if flow.outcomes.get(id) is not last.outcomes.get(id):
                for after in structure.followers[id]:
                    if after in structure.place and after not in structure.broken:
                        heapq.heappush(waiting, structure.place[after])
        flow.keep_order(last)

    def _visit(self, flow: BoardFlow, last: BoardFlow | None, id: str) -> bool:
        """Compute a node, or take its last outcome; False where something before it is unknown."""
        node = flow.board.nodes[id]
        inputs = self._arriving(flow, node)
        if inputs is None:
            return False
        flow.inputs[id] = inputs
        if last is None or not self._reuse(flow, last, node):
            self._compute(flow, node, None if last is None else last.children.get(id))
            if last is not None and id in last.outcomes:
                flow.outcomes[id] = _keep_identity(last.outcomes[id], flow.outcomes[id])
        return True

    def _arriving(self, flow: BoardFlow, node: Node) -> Flows | None:
        """What is wired into a node, or None while something before it is not known."""
        arriving: dict[str, tuple[Flow, ...]] = {}
        for wire in flow.structure.into[node.id]:
            outcome = flow.outcomes.get(wire.source)
            found = outcome.outputs.get(wire.source_port) if outcome else None
            if found is None:
                return None
            port = wire.target_port
            arriving[port] = (*arriving.get(port, ()), found)
        owner = node.uses if node.uses in flow.board.nodes else None
        if owner not in (None, node.id) and owner not in flow.outcomes:
            return None
        return arriving

    def _reuse(self, flow: BoardFlow, last: BoardFlow, node: Node) -> bool:
        """Take over the last pass's outcome where nothing it depends on changed."""
        id = node.id
        if id not in last.outcomes or last.board.nodes.get(id) is not node:
            return False
        if id in flow.structure.asked_again:
            return False
        old, new = last.inputs[id], flow.inputs[id]
        if old.keys() != new.keys() or any(
            len(old[p]) != len(new[p]) or not all(map(operator.is_, old[p], new[p])) for p in new
        ):
            return False
        flow.outcomes[id] = last.outcomes[id]
        flow.shared[id] = None
        if id in last.values:
            flow.values[id] = last.values[id]
        return True

    def _compute(self, flow: BoardFlow, node: Node, last: BoardFlow | None) -> None:
        node_type = self._types.get(node.type)
        flow.shared[node.id] = None
        if node_type is None:
            text = f"{{node}}: {node.type} is not a node type of this Netloom; it is kept as it is"
            flow.outcomes[node.id] = failed("unknown-type", text)
            return
        try:
            node_type = read_ports(node_type, node.params)
            flow.values[node.id] = checked_values(
                node, node_type, flow.board, flow.environment, self._project, self._types
            )
        except ValueError as error:
            flow.outcomes[node.id] = failed("parameter", f"{{node}}: {error}")
            return
        self._memory.place = place = (flow.board.name, node.id)
        if place in self._unchecked:
            text = f"{{node}} could not be checked: {self._unchecked[place]}; change it, or what"
            flow.outcomes[node.id] = failed("not-checked", f"{text} comes before it")
            return
        flow.outcomes[node.id] = self._outcome(flow, node, node_type, last)

    def _outcome(
        self, flow: BoardFlow, node: Node, node_type: NodeType, last: BoardFlow | None
    ) -> Outcome:
        values, inputs = flow.values[node.id], flow.inputs[node.id]
        if node_type.role == "input":
            if flow.given is not None:
                return Outcome({"output": flow.given[node.id]})
            return Outcome(
                {"output": declared(values["shape"], flow.typical, element_type(values["dtype"]))}
            )
        if node_type.role in ("output", "update"):
            found = (layout_problem(p, f) for p in node_type.inputs for f in inputs.get(p.name, ()))
            return Outcome(problems=tuple(problem for problem in found if problem is not None))
        if node_type.role == "data":
            self._memory.begin()
            try:
                return Outcome(data_flows(self._reader.describe(node_type, values), flow.typical))
            except ValueError as error:
                return failed("data", f"{{node}}: {error}")
        if node_type.role in ("block", "network"):
            return self._used_boards.outcome(flow, node, last)
        shared = None
        if node.uses is not None:
            try:
                owner = sharing.owner_of(flow, node)
                shared = sharing.shared_layer(flow, node, node_type, owner, self._types)
            except ValueError as error:
                return failed("uses", f"{{node}}: {error}")
            flow.shared[node.id] = shared
            if shared is not None and shared.node_type == node_type:
                values = flow.values[node.id] = {**values, **shared.values}
        if node_type.needs_trust and not trust.is_trusted(node_type.needs_trust):
            return failed(trust.UNTRUSTED, UNTRUSTED)
        if node_type.needs_trust and node_type.library:
            self._memory.begin()
            if (wrong := installed_class.problem_with(node_type)) is not None:
                return Outcome(problems=(wrong,))
        return self._memory.outcome(node_type, values, inputs, shared)


def _comparable(last: BoardFlow | None, flow: BoardFlow) -> BoardFlow | None:
    """The last pass's flow, if its nodes stood in the same surroundings."""
    if last is None or last.board.kind != flow.board.kind:
        return None
    return last if frozen(last.environment) == frozen(flow.environment) else None


def _holds_the_same(last: BoardFlow, flow: BoardFlow) -> bool:
    """Whether nothing at all is new, so that those who knew the last flow need not look again."""
    return (
        flow.board is last.board
        and flow.structure is last.structure
        and list(flow.outcomes) == list(last.outcomes)
        and all(map(operator.is_, flow.outcomes.values(), last.outcomes.values()))
        and flow.children == last.children
        and flow.further == last.further
        and flow.values == last.values  # a path begins elsewhere after the project has moved
    )


def _keep_identity(before: Outcome, after: Outcome) -> Outcome:
    """The outcome of the last pass where it is equal, or else with its flows where those are, so
    that what follows can see at once that nothing changed."""
    if before == after:
        return before
    outputs = {
        port: before.outputs[port] if before.outputs.get(port) == flow else flow
        for port, flow in after.outputs.items()
    }
    return replace(after, outputs=outputs)

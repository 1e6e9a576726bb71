"""Carries flows through a board, node by node, doing again only what changed since last time.

Each pass goes through every node, but a node whose own object and whose incoming flows are the same
objects as in the last pass keeps its outcome unseen. Equal outcomes are replaced by the last pass's
own, so that "the same object" travels on and an edit stops mattering where its effect ends. Nodes
that depend on anything else (boards, inputs, shared weights, files) are always asked again.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nodes.declare import NodeType, Problem
from studio.compile.data_signals import DTYPES, data_flows
from studio.compile.node_shapes import Flows, Outcome, Remembered, Shared
from studio.compile.parameter_values import Environment, checked_values, frozen
from studio.compile.structure import Structure
from studio.compile.trial_shapes import Flow, Trials
from studio.model.project import USES_BOARD, Board, Node, Project

Path = tuple[str, ...]
"""Where a use of a board stands: board, node, board, node, …, board."""


@dataclass(eq=False)
class BoardFlow:
    """All that is known of one use of a board. `outcomes` lacks nodes that could not be reached."""

    board: Board
    environment: Environment
    trials: Trials
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    inputs: dict[str, Flows] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    shared: dict[str, Shared | None] = field(default_factory=dict)
    children: dict[str, BoardFlow] = field(default_factory=dict)

    @property
    def outputs(self) -> dict[str, Flow]:
        """What reached the Output nodes."""
        return {
            node.id: self.inputs[node.id]["input"][0]
            for node in self.board.of_type("Output")
            if node.id in self.outcomes and not self.outcomes[node.id].failed
        }

    @property
    def complete(self) -> bool:
        """Whether every node was computed without an error."""
        return len(self.outcomes) == len(self.board.nodes) and not any(
            outcome.failed for outcome in self.outcomes.values()
        )

    @property
    def parameters(self) -> int:
        """Learned values of the whole board; a network that is used twice has them once."""
        if self.board.kind == "training":
            networks = {child.board.name: child for child in self.children.values()}
            return sum(child.parameters for child in networks.values())
        return sum(outcome.parameters for outcome in self.outcomes.values())


Structures = Callable[[Board], Structure]


class Propagation:
    """One pass over a project. `before` holds the board flows of the last complete pass."""

    def __init__(
        self,
        project: Project,
        types: Mapping[str, NodeType],
        structures: Structures,
        memory: Remembered,
        before: Mapping[Path, BoardFlow],
    ) -> None:
        self._project = project
        self._types = types
        self._structures = structures
        self._memory = memory
        self._before = before
        self.flows: dict[Path, BoardFlow] = {}

    def board(
        self,
        board: Board,
        environment: Environment,
        given: Mapping[str, Flow] | None,
        trials: Trials,
        path: Path,
    ) -> Iterator[tuple[BoardFlow, str]]:
        """Compute a board; yields after each node. `given` is what flows into its Input nodes,
        None for what they declare themselves."""
        structure = self._structures(board)
        flow = BoardFlow(board, environment, trials)
        last = _comparable(self._before.get(path), flow)
        self.flows[path] = flow
        for id in structure.order:
            if id in structure.broken:
                continue
            node = board.nodes[id]
            inputs = self._arriving(flow, structure, node)
            if inputs is None:
                continue
            flow.inputs[id] = inputs
            if last is None or not self._reuse(flow, last, node):
                self._compute(flow, node, given, path)
                if last is not None and id in last.outcomes:
                    flow.outcomes[id] = _keep_identity(last.outcomes[id], flow.outcomes[id])
            yield flow, id

    def whole(
        self,
        board: Board,
        environment: Environment,
        given: Mapping[str, Flow] | None,
        trials: Trials,
        path: Path,
    ) -> BoardFlow:
        """Compute a board to the end."""
        for _ in self.board(board, environment, given, trials, path):
            pass
        return self.flows[path]

    def _arriving(self, flow: BoardFlow, structure: Structure, node: Node) -> Flows | None:
        """What is wired into a node, or None while something before it is not known."""
        arriving: dict[str, tuple[Flow, ...]] = {}
        for wire in structure.into[node.id]:
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
        id, node_type = node.id, self._types.get(node.type)
        if id not in last.outcomes or last.board.nodes.get(id) is not node:
            return False
        outside = node.type in USES_BOARD or node.type == "Input" or node.uses
        if node_type is None or outside or node_type.dataset:
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

    def _compute(
        self, flow: BoardFlow, node: Node, given: Mapping[str, Flow] | None, path: Path
    ) -> None:
        node_type = self._types.get(node.type)
        flow.shared[node.id] = None
        if node_type is None:
            text = f"{{node}}: {node.type} is not a node type of this Netloom; it is kept as it is"
            flow.outcomes[node.id] = _failed("unknown-type", text)
            return
        try:
            flow.values[node.id] = checked_values(
                node, node_type, flow.board, flow.environment, self._project
            )
        except ValueError as error:
            flow.outcomes[node.id] = _failed("parameter", f"{{node}}: {error}")
            return
        flow.outcomes[node.id] = self._outcome(flow, node, node_type, given, path)

    def _outcome(
        self,
        flow: BoardFlow,
        node: Node,
        node_type: NodeType,
        given: Mapping[str, Flow] | None,
        path: Path,
    ) -> Outcome:
        values, inputs = flow.values[node.id], flow.inputs[node.id]
        if node.type == "Input":
            if given is not None:
                return Outcome({"output": given[node.id]})
            return Outcome({"output": flow.trials.flow(values["shape"], DTYPES[values["dtype"]])})
        if node.type == "Output" or node_type.category == "Update":
            return Outcome()
        if node_type.dataset:
            return _data(node_type, values, flow.trials)
        shared = None
        if node.uses is not None:
            shared, problem = self._sharing(flow, node, node_type)
            if problem is not None:
                return _failed("uses", f"{{node}}: {problem}")
            flow.shared[node.id] = shared
            if shared is not None and shared.node_type is node_type:
                values = flow.values[node.id] = {**values, **shared.values}
        if node.type in USES_BOARD:
            return self._used_board(flow, node, path)
        return self._memory.outcome(node_type, values, inputs, shared)

    def _sharing(
        self, flow: BoardFlow, node: Node, node_type: NodeType
    ) -> tuple[Shared | None, str | None]:
        owner = flow.board.nodes.get(str(node.uses))
        if owner is None:
            return None, f"it uses the weights of '{node.uses}', and there is no such node"
        owner_type = self._types.get(owner.type)
        if (
            owner_type is None
            or owner.id == node.id
            or owner.uses is not None
            or not owner_type.layer
        ):
            return None, f"{owner.id} has no weights of its own to share"
        if owner_type is not node_type and owner.type not in node_type.shared:
            return None, f"a {node.type} cannot use the weights of {owner.id}, a {owner.type}"
        outcome = flow.outcomes[owner.id]
        if outcome.failed:
            return None, f"{owner.id}, whose weights it uses, has an error"
        return Shared(owner_type, flow.values[owner.id], outcome.inferred), None

    def _used_board(self, flow: BoardFlow, node: Node, path: Path) -> Outcome:
        name = str(flow.values[node.id][USES_BOARD[node.type]])
        used = self._project.boards[name]
        if not self._structures(used).sound or name in path[::2]:
            return _silent()
        environment = dict(used.params)
        environment |= {k: v for k, v in flow.values[node.id].items() if k in used.params}
        given = {port: flows[0] for port, flows in flow.inputs[node.id].items()}
        child = self.whole(used, environment, given, flow.trials, (*path, node.id, name))
        flow.children[node.id] = child
        if not child.complete:
            return _silent()
        repeat = int(flow.values[node.id].get("repeat", 1))
        if repeat > 1 and (problem := _repeat_problem(given, child)):
            return Outcome(problems=(problem,))
        copies = 1 if flow.values[node.id].get("tied") else repeat
        return Outcome(child.outputs, child.parameters * copies)


def _comparable(last: BoardFlow | None, flow: BoardFlow) -> BoardFlow | None:
    """The last pass's flow, if its nodes stood in the same surroundings."""
    if last is None or last.board.kind != flow.board.kind:
        return None
    return last if frozen(last.environment) == frozen(flow.environment) else None


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


def _failed(code: str, message: str) -> Outcome:
    return Outcome(problems=(Problem(code, message),))


def _silent() -> Outcome:
    """Unknown because of an error that is told elsewhere."""
    return Outcome(problems=(Problem("", ""),))


def _data(node_type: NodeType, values: Mapping[str, Any], trials: Trials) -> Outcome:
    try:
        return Outcome(data_flows(node_type, values, trials))
    except ValueError as error:
        return _failed("data", f"{{node}}: {error}")


def _repeat_problem(given: Mapping[str, Flow], child: BoardFlow) -> Problem | None:
    before = given[next(child.board.of_type("Input")).id]
    after = next(iter(child.outputs.values()))
    if before.shapes == after.shapes and before.dtype == after.dtype:
        return None
    return Problem(
        "repeat",
        f"{{node}} repeats {child.board.name}, whose output must then have its input's shape, "
        f"but {_shape(before)} comes in and {_shape(after)} goes out; set repeat to 1 or change "
        "the block",
    )


def _shape(flow: Flow) -> str:
    return "×".join(map(str, flow.shape))

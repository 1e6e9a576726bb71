"""What comes out of a node that stands for another board: once, repeated, or along time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from nodes.declare import NodeType, Problem
from studio.compile import scanning, sharing
from studio.compile.board_flow import BoardFlow
from studio.compile.flows import Flow
from studio.compile.node_shapes import Outcome
from studio.compile.parameter_values import Environment, checked_values
from studio.compile.size_text import UNKNOWN
from studio.compile.sizes import free
from studio.compile.structure import Structure
from studio.model.block_values import block_values
from studio.model.copy_numbers import differing
from studio.model.project import Board, Node, Project

SETTLED = 8
"""Copies of a repeated block after which its sizes must follow the same rule as before."""

MOST = 1000
"""Copies with values of their own that are computed one by one."""


class Inside(Protocol):
    """Computes a board as a node of another uses it."""

    def __call__(
        self,
        board: Board,
        environment: Environment,
        given: Mapping[str, Flow],
        typical: Mapping[str, int],
        last: BoardFlow | None,
    ) -> BoardFlow:
        """`last` is what that node held last time."""


def failed(code: str, message: str) -> Outcome:
    """Nothing, because of an error."""
    return Outcome(problems=(Problem(code, message),))


def silent() -> Outcome:
    """Nothing, because of an error that is told elsewhere."""
    return Outcome(problems=(Problem("", ""),))


class UsedBoards:
    """Nodes of one project that stand for boards."""

    def __init__(
        self,
        project: Project,
        types: Mapping[str, NodeType],
        structures: Callable[[Board], Structure],
        inside: Inside,
    ) -> None:
        self._project, self._types = project, types
        self._structures, self._inside = structures, inside

    def outcome(self, flow: BoardFlow, node: Node, last: BoardFlow | None) -> Outcome:
        """What comes out; `last` is what the node held last time. What is inside is kept in the
        flow."""
        used = self._project.boards[node.stands_for]
        if not self._structures(used).sound:
            return silent()
        if node.uses is None:
            return self._computed(flow, node, used, last)
        try:
            owner = sharing.owner_of(flow, node)
            node = sharing.as_owner(node, owner)
            flow.values[node.id] = self._values(flow, node, 0)
        except ValueError as error:
            return failed("uses", f"{{node}}: {error}")
        found = self._computed(flow, node, used, last)
        pairs = (
            zip(flow.inside(owner.id), flow.inside(node.id), strict=False)
            if not found.failed
            else ()
        )
        for (mine, _), (other, _) in pairs:
            if misfit := next(sharing.misfits(mine, other), None):
                text = f"it cannot use the weights of {owner.id}: {misfit}"
                return failed("uses", f"{{node}}: {text}")
        return Outcome(found.outputs, problems=found.problems)

    def _values(self, flow: BoardFlow, node: Node, copy: int) -> dict[str, Any]:
        found, on = self._types[node.type], flow.board
        return checked_values(node, found, on, flow.environment, self._project, self._types, copy)

    def _computed(
        self, flow: BoardFlow, node: Node, used: Board, last: BoardFlow | None
    ) -> Outcome:
        environment, problems = block_values(used.params, flow.values[node.id])
        if problems:
            return failed("parameter", f"{{node}}: {problems[0]}")
        if node.scans:
            return self._scanned(flow, node, environment, last)
        given = {port: flows[0] for port, flows in flow.inputs[node.id].items()}
        child = self._inside(used, environment, given, flow.typical, last)
        flow.children[node.id] = child
        if not child.complete:
            return silent()
        if differing(node, used.params, flow.environment):
            return self._copies(flow, node, child)
        copies = 1 if flow.values[node.id].get("tied") else flow.copies(node.id)
        outputs = child.outputs
        for number in range(1, flow.copies(node.id)):
            port, (name, after) = used.inputs[0].id, next(iter(outputs.items()))
            if (problem := _repeat_problem(given[port], after, used)) is not None:
                return Outcome(problems=(problem,))
            if given[port].sizes == after.sizes:
                break
            if number == SETTLED:
                outputs = {name: _unruled(after, f"{flow.board.name}.{node.id}")}
                break
            given[port] = after
            outputs = self._inside(used, environment, given, flow.typical, None).outputs
        return Outcome(outputs, child.parameters * copies)

    def _copies(self, flow: BoardFlow, node: Node, first: BoardFlow) -> Outcome:
        """Copies that are given different values: each is computed, on what the one before
        gives."""
        if flow.values[node.id]["tied"]:
            text = "copies that share their weights are one, so no value can depend on their number"
            return failed("repeat", f"{{node}}: {text}; untie them")
        given, every, many = dict(first.given or {}), [first], first.differing
        for number in range(1, flow.copies(node.id)):
            try:
                values = self._values(flow, node, number)
            except ValueError as error:
                return failed("parameter", f"{{node}}: copy {number}: {error}")
            environment, problems = block_values(first.board.params, values)
            if problems:
                return failed("parameter", f"{{node}}: copy {number}: {problems[0]}")
            given[first.board.inputs[0].id] = next(iter(every[-1].outputs.values()))
            every.append(self._inside(first.board, environment, given, flow.typical, None))
            flow.further[node.id] = tuple(every[1:])
            if not every[-1].complete:
                return silent()
            many += every[-1].differing
            if many > MOST:
                text = (
                    f"more than {MOST:,} copies are given different values, counting those inside"
                )
                return failed("repeat", f"{{node}}: {text}; repeat it fewer times")
        return Outcome(every[-1].outputs, sum(child.parameters for child in every))

    def _scanned(
        self, flow: BoardFlow, node: Node, environment: Environment, last: BoardFlow | None
    ) -> Outcome:
        """A block along time: what is inside is one step."""
        used, given = self._project.boards[node.stands_for], flow.inputs[node.id]
        try:
            time = scanning.steps(used, given)
            shapes = {}
            for input in used.inputs:
                found = self._types[input.type]
                values = checked_values(input, found, used, environment, self._project, self._types)
                shapes[input.id] = values["shape"]
            entering = scanning.at_one_step(used, given, shapes)
            child = self._inside(used, environment, entering, flow.typical, last)
            flow.children[node.id] = child
            if not child.complete:
                return silent()
            outputs = scanning.outputs(used, entering, child.outputs, time)
        except ValueError as error:
            return failed("scan", str(error))
        return Outcome(outputs, child.parameters)


def _repeat_problem(before: Flow, after: Flow, block: Board) -> Problem | None:
    if before.shape == after.shape and before.dtype == after.dtype:
        return None
    one, two = ("×".join(map(str, flow.shape)) for flow in (before, after))
    return Problem(
        "repeat",
        f"{{node}} repeats {block.name}, whose output must then have its input's shape, but "
        f"{one} comes in and {two} goes out; set repeat to 1 or change the block",
    )


def _unruled(flow: Flow, place: str) -> Flow:
    """The same without the rules of its sizes."""
    sizes = (
        size if isinstance(size, int) else free(f"{UNKNOWN}{place}.{axis}", size.typical)
        for axis, size in enumerate(flow.sizes)
    )
    return Flow(tuple(sizes), flow.dtype, flow.limit)

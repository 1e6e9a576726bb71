"""Checks a project: shapes, counts and issues, streamed node by node, only what changed."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow, Path, Propagation
from studio.compile.data_signals import data_signals
from studio.compile.issue_fixes import issue
from studio.compile.network_inputs import misfed
from studio.compile.node_shapes import Flows, Outcome, Remembered, Shared
from studio.compile.parameter_values import checked_values, frozen
from studio.compile.structure import Structure, examine
from studio.compile.trial_shapes import Trials, signal, trials
from studio.compile.update_targets import idle
from studio.compile.wire_suggestions import only_output_that_fits
from studio.model.project import USES_BOARD, Board, Node, Project
from studio.model.report import Issue, NodeReport, Signal, Totals

BATCH = 50
"""Reports sent at once: few enough that the window takes them in within its 8 ms."""

HURRY = 0.05
"""Seconds after which reports are sent though the batch is not full."""


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """Reports of one board that differ from those of the last check."""

    board: str
    reports: Mapping[str, NodeReport]
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a whole check found."""

    issues: tuple[Issue, ...]
    totals: Mapping[str, Totals]


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a report was made from: equal ones make equal reports, but for blocks."""

    outcome: Outcome
    inputs: Flows
    values: Mapping[str, object] | None
    shared: Shared | None
    trials: Trials


class Checking:
    """Checks one project after another and remembers what stays the same."""

    def __init__(self, types: Mapping[str, NodeType]) -> None:
        self.types = types
        self.flows: dict[Path, BoardFlow] = {}
        self._memory = Remembered()
        self._structures: dict[str, tuple[object, Structure]] = {}
        self._sent: dict[str, dict[str, tuple[_Basis, NodeReport]]] = {}

    def check(self, project: Project) -> Generator[CheckedPart | CheckResult, None, None]:
        """Parts as they become known, at last the result. May be given up between two parts."""
        for name in self._sent.keys() - project.boards.keys():
            yield CheckedPart(name, {}, frozenset(self._sent.pop(name)))
        fresh: dict[str, Structure] = {}

        def structure(board: Board) -> Structure:
            if board.name not in fresh:
                fresh[board.name] = self._structure(project, board)
            return fresh[board.name]

        work = Propagation(project, self.types, structure, self._memory, self.flows)
        for board in project.boards.values():
            by = self._trials(project, board)
            yield from self._stream(work.board(board, board.params, None, by, (board.name,)))
            yield from self._forget(work.flows[(board.name,)])
        self.flows = work.flows
        issues = tuple(self._issues(project, fresh))
        for name in project.boards:
            yield from self._count(self.flows[(name,)])
        yield CheckResult(
            issues, {name: self._totals(self.flows[(name,)]) for name in project.boards}
        )

    def structure(self, board: str) -> Structure:
        """The structure of a board of the project that was checked last."""
        return self._structures[board][1]

    def _structure(self, project: Project, board: Board) -> Structure:
        key = (
            board.kind,
            frozen(board.params),
            board.wires,
            [(n.id, n.type, n.uses, _used_board(project, n)) for n in board.nodes.values()],
        )
        known = self._structures.get(board.name)
        if known is None or known[0] != key:
            known = (key, examine(project, board, self.types))
            self._structures[board.name] = known
        return known[1]

    def _trials(self, project: Project, board: Board) -> Trials:
        shapes: list[tuple[object, ...]] = []
        for node in board.nodes.values():
            node_type = self.types.get(node.type)
            if node_type is None or not (node.type == "Input" or node_type.dataset):
                continue
            try:
                values = checked_values(node, node_type, board, board.params, project)
                if node.type == "Input":
                    shapes.append(values["shape"])
                else:
                    shapes += [shape for shape, _, _ in data_signals(node_type, values).values()]
            except ValueError:
                continue  # told as an issue of that node
        return trials(shapes)

    # ---- reports -------------------------------------------------------------------------------

    def _stream(self, steps: Iterator[tuple[BoardFlow, str]]) -> Iterator[CheckedPart]:
        reports: dict[str, NodeReport] = {}
        last, name = time.perf_counter(), ""
        for flow, id in steps:
            name = flow.board.name
            if (report := self._news(flow, id)) is not None:
                reports[id] = report
            if len(reports) >= BATCH or (reports and time.perf_counter() - last > HURRY):
                yield CheckedPart(name, reports)
                reports, last = {}, time.perf_counter()
        if reports:
            yield CheckedPart(name, reports)

    def _forget(self, flow: BoardFlow) -> Iterator[CheckedPart]:
        """Take back the reports of nodes that went or can no longer be reached."""
        sent = self._sent.setdefault(flow.board.name, {})
        gone = frozenset(sent.keys() - flow.outcomes.keys())
        for id in gone:
            del sent[id]
        if gone:
            yield CheckedPart(flow.board.name, {}, gone)

    def _news(self, flow: BoardFlow, id: str) -> NodeReport | None:
        """The report of a node if it differs from the one that was sent last."""
        sent = self._sent.setdefault(flow.board.name, {})
        basis = _Basis(
            flow.outcomes[id], flow.inputs[id], flow.values.get(id), flow.shared[id], flow.trials
        )
        before, report = sent.get(id, (None, None))
        if before == basis and id not in flow.children:
            return None
        counted = report.multiply_adds if report is not None and before == basis else None
        new = _report(flow, id, counted)
        sent[id] = (basis, new)
        return None if new == report else new

    def _count(self, flow: BoardFlow) -> Iterator[CheckedPart]:
        """Fill in the multiply-adds that were left open while shapes were urgent."""
        sent = self._sent.setdefault(flow.board.name, {})
        reports: dict[str, NodeReport] = {}
        for id in flow.outcomes:
            basis, report = sent[id]
            if report.multiply_adds is not None and id not in flow.children:
                continue
            operations = self._operations(flow, id)
            if operations != report.multiply_adds:
                reports[id] = replace(report, multiply_adds=operations)
                sent[id] = (basis, reports[id])
            if len(reports) >= BATCH:
                yield CheckedPart(flow.board.name, reports)
                reports = {}
        if reports:
            yield CheckedPart(flow.board.name, reports)

    def _operations(self, flow: BoardFlow, id: str) -> int:
        """Multiply-adds of a node, of all copies where it stands for a block."""
        node_type = self.types.get(flow.board.nodes[id].type)
        if node_type is None or flow.outcomes[id].failed:
            return 0
        if id in flow.children:
            child = flow.children[id]
            repeat = int(flow.values[id].get("repeat", 1))
            return repeat * sum(self._operations(child, inner) for inner in child.outcomes)
        if not flow.outcomes[id].template:
            return 0
        return self._memory.multiply_adds(
            node_type, flow.values[id], flow.inputs[id], flow.shared[id]
        )

    def _totals(self, flow: BoardFlow) -> Totals:
        sent = self._sent[flow.board.name]
        operations = sum(report.multiply_adds or 0 for _, report in sent.values())
        return Totals(flow.parameters, operations, _activations(flow))

    # ---- issues --------------------------------------------------------------------------------

    def _issues(self, project: Project, structures: Mapping[str, Structure]) -> Iterator[Issue]:
        for name in project.boards:
            structure, flow = structures[name], self.flows[(name,)]
            for found in structure.issues:
                yield self._with_suggestion(project, found, flow, structure)
            yield from self._found(flow, structure, "")
            if project.boards[name].kind == "training":
                yield from idle(project.boards[name], self.types)
        told = list(misfed(project.training, self.flows)) if project.training else []
        yield from told
        yield from self._inside(structures, {(found.board, found.node) for found in told})

    def _with_suggestion(
        self, project: Project, found: Issue, flow: BoardFlow, structure: Structure
    ) -> Issue:
        if found.code != "missing-input":
            return found
        return only_output_that_fits(project, found, flow, structure, self.types, self._memory)

    def _found(self, flow: BoardFlow, structure: Structure, where: str) -> Iterator[Issue]:
        for id, outcome in flow.outcomes.items():
            for problem in outcome.problems:
                if not problem.code:
                    continue
                node, signals = flow.board.nodes[id], _signals(flow, id)
                found = issue(problem, flow.board, node, structure.into[id], signals, self.types)
                yield replace(found, message=found.message + where)

    def _inside(
        self, structures: Mapping[str, Structure], left_out: set[tuple[str, str]]
    ) -> Iterator[Issue]:
        """Problems that a block or network has only where it is used."""
        told: set[tuple[str, str, str]] = set()
        for path, flow in self.flows.items():
            name = flow.board.name
            if len(path) == 1 or path[:2] in left_out or not self.flows[(name,)].complete:
                continue
            where = f" (as {path[-2]} of {path[-3]} uses it)"
            for found in self._found(flow, structures[name], where):
                key = (found.board, found.node, found.code)
                if key not in told:
                    told.add(key)
                    yield found


def _signals(flow: BoardFlow, id: str) -> dict[str, tuple[Signal, ...]]:
    return {
        port: tuple(signal(f, flow.trials) for f in flows)
        for port, flows in flow.inputs[id].items()
    }


def _report(flow: BoardFlow, id: str, multiply_adds: int | None) -> NodeReport:
    outcome = flow.outcomes[id]
    return NodeReport(
        _signals(flow, id),
        {port: signal(f, flow.trials) for port, f in outcome.outputs.items() if port},
        outcome.parameters,
        multiply_adds,
        outcome.inferred,
    )


def _used_board(project: Project, node: Node) -> object:
    """What a node's ports, and its place among the boards, depend on besides its type."""
    if node.type == "Input":
        return node.params.get("dtype")
    if node.type not in USES_BOARD:
        return None
    board = project.boards.get(node.stands_for)
    ports = board and [
        (n.id, n.type, n.params.get("dtype")) for n in board.of_type("Input", "Output")
    ]
    return (node.stands_for, ports, project.reached(node.stands_for))


def _activations(flow: BoardFlow) -> int:
    """Values that all nodes put out for one sample, inside blocks too."""
    count = 0
    for id, outcome in flow.outcomes.items():
        if outcome.failed:
            continue
        if id in flow.children:
            count += int(flow.values[id].get("repeat", 1)) * _activations(flow.children[id])
            continue
        for found in outcome.outputs.values():
            size = 1
            for number in found.shape[1:]:
                size *= number
            count += size
    return count

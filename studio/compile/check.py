"""Checks a project: shapes, counts and issues, streamed node by node, only what changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nodes.declare import NodeType
from studio.compile.fixes import issue
from studio.compile.flow import Trials, signal, trials
from studio.compile.infer import Outcome, Remembered
from studio.compile.propagate import BoardFlow, Propagation, data_signals
from studio.compile.structure import Structure, examine
from studio.compile.suggest import only_output_that_fits
from studio.compile.values import resolve
from studio.model.names import problem_with
from studio.model.project import Board, Project
from studio.model.report import Issue, NodeReport, Signal, Totals

BATCH = 50
"""Reports sent at once: few enough that the window takes them in within its 8 ms."""

HURRY = 0.05
"""Seconds after which reports are sent though the batch is not full."""


@dataclass(frozen=True, slots=True)
class Part:
    """Reports of one board that differ from those of the last check."""

    board: str
    reports: Mapping[str, NodeReport]
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What a whole check found."""

    issues: tuple[Issue, ...]
    totals: Mapping[str, Totals]


class Checking:
    """Checks one project after another and remembers what stays the same."""

    def __init__(self, types: Mapping[str, NodeType]) -> None:
        self.types = types
        self.flows: dict[tuple[str, ...], BoardFlow] = {}
        self.trials: dict[str, Trials] = {}
        self._memory = Remembered()
        self._structures: dict[str, tuple[object, Structure]] = {}
        self._sent: dict[str, dict[str, NodeReport]] = {}
        self._outcomes: dict[str, dict[str, Outcome]] = {}

    def check(self, project: Project) -> Iterator[Part | Result]:
        """Parts as they become known, at last the result."""
        fresh: dict[str, Structure] = {}

        def structure(board: Board) -> Structure:
            if board.name not in fresh:
                fresh[board.name] = self._structure(project, board)
            return fresh[board.name]

        work = Propagation(project, self.types, structure, self._memory, self.flows)
        self.trials = {board.name: self._trials(board) for board in project.boards.values()}
        for board in project.boards.values():
            steps = work.board(board, board.params, None, self.trials[board.name], (board.name,))
            yield from self._stream(board, steps, structure(board))
        self.flows = work.flows
        issues = tuple(self._issues(project, fresh))
        for board in project.boards.values():
            yield from self._count(board)
        totals = {name: self._totals(self.flows[(name,)]) for name in project.boards}
        for name in self._sent.keys() - project.boards.keys():
            del self._sent[name]
        yield Result(issues, totals)

    def _structure(self, project: Project, board: Board) -> Structure:
        key = (
            board.wires,
            [(n.id, n.type, n.uses, _port_params(project, n.params)) for n in board.nodes.values()],
        )
        known = self._structures.get(board.name)
        if known is None or known[0] != key:
            known = (key, examine(project, board, self.types))
            self._structures[board.name] = known
        return known[1]

    def _trials(self, board: Board) -> Trials:
        shapes: list[tuple[object, ...]] = []
        for node in board.nodes.values():
            node_type = self.types.get(node.type)
            if node_type is None or not (node.type == "Input" or node_type.dataset):
                continue
            try:
                values = resolve(node, node_type, board.params)
                if node.type == "Input":
                    shapes.append(_readable(values["shape"]))
                else:
                    shapes += [shape for shape, _, _ in data_signals(node_type, values).values()]
            except (ValueError, TypeError):
                continue  # told as an issue of that node
        return trials(shapes)

    # ---- reports -------------------------------------------------------------------------------

    def _stream(
        self, board: Board, steps: Iterator[tuple[BoardFlow, str]], structure: Structure
    ) -> Iterator[Part]:
        sent = self._sent.setdefault(board.name, {})
        before = self._outcomes.get(board.name, {})
        now: dict[str, Outcome] = {}
        reports: dict[str, NodeReport] = {}
        last = time.perf_counter()
        for flow, id in steps:
            now[id] = flow.outcomes[id]
            if before.get(id) is now[id] and id in sent and id not in flow.children:
                continue
            report = self._report(flow, id)
            if sent.get(id) != report:
                reports[id] = sent[id] = report
            if len(reports) >= BATCH or (reports and time.perf_counter() - last > HURRY):
                yield Part(board.name, reports)
                reports, last = {}, time.perf_counter()
        gone = frozenset(sent.keys() - now.keys())
        for id in gone:
            del sent[id]
        self._outcomes[board.name] = now
        if reports or gone:
            yield Part(board.name, reports, gone)

    def _report(self, flow: BoardFlow, id: str) -> NodeReport:
        by = self.trials[flow.board.name]
        outcome = flow.outcomes[id]
        return NodeReport(
            {port: tuple(signal(f, by) for f in flows) for port, flows in flow.inputs[id].items()},
            {port: signal(f, by) for port, f in outcome.outputs.items() if port},
            outcome.parameters,
            self._known_operations(flow.board.name, id, outcome),
            outcome.inferred,
        )

    def _known_operations(self, board: str, id: str, outcome: Outcome) -> int | None:
        sent = self._sent.get(board, {}).get(id)
        same = self._outcomes.get(board, {}).get(id) is outcome
        return sent.multiply_adds if sent is not None and same else None

    def _count(self, board: Board) -> Iterator[Part]:
        """Fill in the multiply-adds that were left open while shapes were urgent."""
        flow, sent = self.flows[(board.name,)], self._sent[board.name]
        reports: dict[str, NodeReport] = {}
        for id in flow.outcomes:
            report = sent[id]
            if report.multiply_adds is not None and id not in flow.children:
                continue
            operations = self._operations(flow, id)
            if operations != report.multiply_adds:
                reports[id] = sent[id] = NodeReport(
                    report.inputs, report.outputs, report.parameters, operations, report.inferred
                )
            if len(reports) >= BATCH:
                yield Part(board.name, reports)
                reports = {}
        if reports:
            yield Part(board.name, reports)

    def _operations(self, flow: BoardFlow, id: str) -> int:
        """Multiply-adds of a node, of all copies where it stands for a block."""
        node_type = self.types.get(flow.board.nodes[id].type)
        if id in flow.children:
            child = flow.children[id]
            repeat = int(flow.values[id].get("repeat", 1))
            return repeat * sum(self._operations(child, inner) for inner in child.outcomes)
        if node_type is None or flow.outcomes[id].failed or not flow.outcomes[id].template:
            return 0
        return self._memory.multiply_adds(
            node_type, flow.values[id], flow.inputs[id], flow.shared[id]
        )

    def _totals(self, flow: BoardFlow) -> Totals:
        reports = self._sent[flow.board.name]
        operations = sum(report.multiply_adds or 0 for report in reports.values())
        return Totals(flow.parameters, operations, _activations(flow))

    # ---- issues --------------------------------------------------------------------------------

    def _issues(self, project: Project, structures: Mapping[str, Structure]) -> Iterator[Issue]:
        for name in project.boards:
            if problem := problem_with(name):
                yield Issue("name", "error", f"the board's name: {problem}", name)
            structure, flow = structures[name], self.flows[(name,)]
            for found in structure.issues:
                yield self._with_suggestion(found, flow, structure)
            yield from self._found(flow, structure, flow, "")
        yield from self._inside(project, structures)

    def _with_suggestion(self, found: Issue, flow: BoardFlow, structure: Structure) -> Issue:
        if found.code != "missing-input":
            return found
        return only_output_that_fits(found, flow, structure, self.types, self._memory)

    def _found(
        self, flow: BoardFlow, structure: Structure, shown: BoardFlow, where: str
    ) -> Iterator[Issue]:
        by = self.trials[shown.board.name]
        for id, outcome in flow.outcomes.items():
            for problem in outcome.problems:
                if not problem.code:
                    continue
                signals: dict[str, tuple[Signal, ...]] = {
                    port: tuple(signal(f, by) for f in flows)
                    for port, flows in flow.inputs[id].items()
                }
                found = issue(
                    problem,
                    flow.board,
                    flow.board.nodes[id],
                    structure.into[id],
                    signals,
                    self.types,
                )
                yield _in_place(found, where)

    def _inside(self, project: Project, structures: Mapping[str, Structure]) -> Iterator[Issue]:
        """Problems that a block or network has only where it is used."""
        told: set[tuple[str, str, str]] = set()
        for path, flow in self.flows.items():
            name = flow.board.name
            if len(path) == 1 or not self.flows[(name,)].complete or name not in structures:
                continue
            outer = self.flows[(path[0],)]
            where = f" (as {path[-2]} of {path[-3]} uses it)"
            for found in self._found(flow, structures[name], outer, where):
                key = (found.board, found.node, found.code)
                if key not in told:
                    told.add(key)
                    yield found


def _readable(shape: tuple[object, ...]) -> tuple[object, ...]:
    """The shape, once it is sure that trials can be made of it. Raises ValueError, TypeError."""
    trials([shape])
    return shape


def _in_place(found: Issue, where: str) -> Issue:
    if not where:
        return found
    return Issue(
        found.code,
        found.severity,
        found.message + where,
        found.board,
        found.node,
        found.port,
        found.other,
        found.fixes,
    )


def _port_params(project: Project, params: Mapping[str, object]) -> object:
    """What a node's ports depend on besides its type."""
    used = params.get("block") or params.get("network")
    board = project.boards.get(used) if isinstance(used, str) else None
    inner = (
        [(n.id, n.params.get("dtype")) for n in board.of_type("Input", "Output")] if board else None
    )
    return (used, inner, params.get("dtype"))


def _activations(flow: BoardFlow) -> int:
    """Values that all nodes put out for one sample, inside blocks too."""
    count = 0
    for id, outcome in flow.outcomes.items():
        if id in flow.children:
            count += int(flow.values[id].get("repeat", 1)) * _activations(flow.children[id])
            continue
        for found in outcome.outputs.values():
            size = 1
            for number in found.shape[1:]:
                size *= number
            count += size
    return count

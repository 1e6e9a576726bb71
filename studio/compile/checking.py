"""Checks a project: shapes, counts and issues, streamed node by node, only what changed."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from nodes.declare import NodeType
from nodes.described import DataDescription
from studio.compile.board_flow import BoardFlow
from studio.compile.flows import Flows, signal, typical_sizes
from studio.compile.found_issues import found_issues
from studio.compile.node_shapes import Outcome, Remembered, Shared
from studio.compile.parameter_values import checked_values, frozen
from studio.compile.propagation import Propagation
from studio.compile.structure import Structure, examine
from studio.compile.wire_suggestions import WireSuggestions
from studio.model import trust
from studio.model.block_values import block_values
from studio.model.board_path import BoardPath
from studio.model.operations.silencing import is_silenced
from studio.model.project import Board, Node, Project
from studio.model.report import Issue, NodeReport, Signal, Totals, Unchecked
from studio.model.roles import with_role
from studio.model.variables import Variables
from studio.model.work_note import WorkNote
from studio.reading.data_reader import DataReader

BATCH = 50
"""Reports sent at once: few enough that the window takes them in within its 8 ms."""

NONE: Unchecked = {}

HURRY = 0.05
"""Seconds after which reports are sent though the batch is not full."""


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """Reports of one board that differ from those of the last check; where there is a `way`, of
    what stands at its end inside that board. One without any only gives room to give up."""

    board: str
    reports: Mapping[str, NodeReport]
    gone: frozenset[str] = frozenset()
    way: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a whole check found; `inside` at the place that is looked into, where that is known;
    `silenced` are warnings that nobody wants to be told."""

    issues: tuple[Issue, ...]
    totals: Mapping[str, Totals]
    inside: Mapping[BoardPath, Totals] = field(default_factory=dict)
    silenced: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a report was made from: equal ones make equal reports."""

    outcome: Outcome
    inputs: Flows
    values: Mapping[str, object] | None
    shared: Shared | None
    inside: Sequence[BoardFlow]


@dataclass(frozen=True, slots=True)
class _Examined:
    """A board's structure, and what it depends on besides the board itself."""

    board: Board
    around: object
    structure: Structure


class Checking:
    """Checks one project after another and remembers what stays the same."""

    def __init__(
        self,
        types: Mapping[str, NodeType],
        note: WorkNote | None = None,
        reader: DataReader | None = None,
    ) -> None:
        """What runs is noted, for whoever looks after this process."""
        self.types = types
        self._reader = reader or DataReader()
        self.flows: dict[str, BoardFlow] = {}
        self._memory = Remembered(note)
        self._variables = Variables()
        self._waiting: frozenset[str] = frozenset()
        """Code that has not run for lack of trust."""
        self._structures: dict[str, _Examined] = {}
        self._sent: dict[BoardPath, dict[str, tuple[_Basis, NodeReport]]] = {}
        self._unsettled: dict[BoardPath, set[str]] = {}
        """Nodes that were told of since the last whole check."""
        self._place: BoardPath | None = None

    def look_into(self, place: BoardPath | None) -> None:
        """Report from now on also what is at a place inside another board, as it is there. All is
        told again of a place that was left in between."""
        place = place if place is not None and place.way else None
        if place != self._place:
            self._sent = {path: sent for path, sent in self._sent.items() if not path.way}
            self._place = place

    def check(
        self, project: Project, unchecked: Unchecked = NONE
    ) -> Generator[CheckedPart | CheckResult, None, None]:
        """Parts as they become known, at last the result. May be given up between two parts."""
        project = self._variables.fill(project)
        if self._waiting != (waiting := frozenset(trust.waiting(project))):
            self._waiting, self.flows = waiting, {}
        for path in [path for path in self._sent if path.root not in project.boards]:
            yield from self._forget(path, None)
            del self._sent[path]
        fresh: dict[str, Structure] = {}

        def structure(board: Board) -> Structure:
            if board.name not in fresh:
                fresh[board.name] = self._structure(project, board)
            return fresh[board.name]

        work = Propagation(
            project, self.types, structure, self._memory, self.flows, unchecked, self._reader
        )
        for board in project.boards.values():
            typical = self._typical_sizes(project, board, structure(board), unchecked)
            yield from self._stream(self._asked(work, board, typical))
            yield from self._forget(BoardPath(board.name), work.flows[board.name])
            yield from self._inside(work.flows[board.name])
        self.flows = work.flows
        suggestions = WireSuggestions(project, self.flows, self.types, self._memory, unchecked)
        issues: list[Issue] = []
        silenced: list[Issue] = []
        for found in found_issues(project, self.flows, self.types, suggestions, self.described):
            (silenced if is_silenced(project, found) else issues).append(found)
            if found.code == "missing-input":  # which took looking
                yield CheckedPart(found.board, {})
        totals = {name: _totals(flow) for name, flow in self.flows.items()}
        inside: dict[BoardPath, Totals] = {}
        if (place := self._place) is not None:
            at = _flow_at(place, self.flows.get(place.root))
            inside = {} if at is None else {place: _totals(at)}
        self._unsettled.clear()
        yield CheckResult(tuple(issues), totals, inside, tuple(silenced))

    def described(self, board: str) -> Mapping[str, DataDescription]:
        """What the data sources of a checked board say of themselves, by node, but for those with
        an error. Raises ValueError where one has changed since so that it can no longer be read."""
        flow = self.flows[board]
        every = with_role(flow.board, self.types, "data")
        found = (n for n in every if n.id in flow.outcomes and not flow.outcomes[n.id].failed)
        return {
            node.id: self._reader.describe(self.types[node.type], flow.values[node.id])
            for node in found
        }

    def _structure(self, project: Project, board: Board) -> Structure:
        known = self._structures.get(board.name)
        if known is None or not self._is_wired_as(project, board, known):
            structure = examine(project, board, self.types)
        else:
            structure = known.structure
        around = self._around(project, board, structure)
        self._structures[board.name] = _Examined(board, around, structure)
        return structure

    def _is_wired_as(self, project: Project, board: Board, known: _Examined) -> bool:
        """Whether a board's structure is what it was."""
        before = known.board
        return (
            before.kind == board.kind
            and before.wires == board.wires
            and list(before.nodes) == list(board.nodes)
            and all(
                self._drawn(project, node) == self._drawn(project, old)
                for node, old in zip(board.nodes.values(), before.nodes.values(), strict=True)
                if node is not old
            )
            and known.around == self._around(project, board, known.structure)
        )

    def _drawn(self, project: Project, node: Node) -> object:
        return node.type, node.uses, self._decided(project, node)

    def _around(self, project: Project, board: Board, structure: Structure) -> object:
        """What a structure depends on besides the board's own nodes and wires."""
        nodes = board.nodes
        asked = {id: self._decided(project, nodes[id]) for id in structure.asked_again}
        return list(project.boards), frozen(board.params), asked

    def _decided(self, project: Project, node: Node) -> object:
        """What a node's ports, and its place among the boards, depend on besides its type."""
        if node.role == "input":
            return node.params.get("dtype")
        if node.role in ("block", "network"):
            board = project.boards.get(node.stands_for)
            ports = board and [
                (n.id, n.type, n.next, n.params.get("dtype"))
                for n in (*board.inputs, *board.outputs)
            ]
            return (node.stands_for, ports, project.reached(node.stands_for))
        found = self.types.get(node.type)
        return found and [node.params.get(name) for name in sorted(found.deciding)]

    def _typical_sizes(
        self, project: Project, board: Board, structure: Structure, unchecked: Unchecked
    ) -> dict[str, int]:
        """The free dimensions that a board's nodes declare."""
        shapes: list[tuple[object, ...]] = []
        environment = block_values(board.params, {}).values
        for node in (board.nodes[id] for id in board.nodes if id in structure.asked_again):
            node_type = self.types.get(node.type)
            if node_type is None or node_type.role not in ("input", "data"):
                continue
            self._memory.place = place = (board.name, node.id)
            if place in unchecked:
                continue
            try:
                values = checked_values(node, node_type, board, environment, project, self.types)
                if node_type.role == "input":
                    shapes.append(values["shape"])
                else:
                    self._memory.begin()
                    fields = self._reader.describe(node_type, values).fields.values()
                    shapes += [field.shape for field in fields]
            except ValueError:
                continue  # told as an issue of that node
        return typical_sizes(shapes)

    # ---- reports -------------------------------------------------------------------------------

    def _stream(self, steps: Iterator[tuple[BoardFlow, str]]) -> Iterator[CheckedPart]:
        reports: dict[str, NodeReport] = {}
        last, name = time.perf_counter(), ""
        for flow, id in steps:
            name = flow.board.name
            if (report := self._news(BoardPath(name), flow, id)) is not None:
                reports[id] = report
            if len(reports) >= BATCH or (reports and time.perf_counter() - last > HURRY):
                yield CheckedPart(name, reports)
                reports, last = {}, time.perf_counter()
        if reports:
            yield CheckedPart(name, reports)

    def _asked(
        self, work: Propagation, board: Board, typical: Mapping[str, int]
    ) -> Iterator[tuple[BoardFlow, str]]:
        """Nodes that may have changed, and those that were told of in a check that was given up:
        of these holds again what was known before it."""
        visited = set[str]()
        for flow, id in work.board(board, typical):
            visited.add(id)
            yield flow, id
        flow = work.flows[board.name]
        for id in self._unsettled.get(BoardPath(board.name), set()) - visited:
            if id in flow.outcomes:
                yield flow, id

    def _forget(self, path: BoardPath, flow: BoardFlow | None) -> Iterator[CheckedPart]:
        """Take back the reports of nodes that went or can no longer be reached."""
        sent = self._sent.setdefault(path, {})
        gone = frozenset(sent.keys() - (flow.outcomes if flow else {}).keys())
        for id in gone:
            del sent[id]
        self._unsettled.setdefault(path, set()).update(gone)
        if gone:
            yield CheckedPart(path.root, {}, gone, path.way)

    def _inside(self, root: BoardFlow) -> Iterator[CheckedPart]:
        """Reports of the place that is looked into, where it is inside this board."""
        place = self._place
        if place is None or place.root != root.board.name:
            return
        flow = _flow_at(place, root)
        yield from self._forget(place, flow)
        if flow is not None:
            found = ((id, self._news(place, flow, id)) for id in flow.outcomes)
            yield from _in_parts(place, ((id, report) for id, report in found if report))

    def _news(self, path: BoardPath, flow: BoardFlow, id: str) -> NodeReport | None:
        """The report of a node if it differs from the one that was sent last."""
        sent = self._sent.setdefault(path, {})
        basis = _Basis(
            flow.outcomes[id],
            flow.inputs[id],
            flow.values.get(id),
            flow.shared[id],
            [child for child, _ in flow.inside(id)] if id in flow.children else [],
        )
        before, report = sent.get(id, (None, None))
        if before == basis:
            return None
        new = _report(flow, id)
        sent[id] = (basis, new)
        self._unsettled.setdefault(path, set()).add(id)
        return None if new == report else new


def _flow_at(path: BoardPath, root: BoardFlow | None) -> BoardFlow | None:
    """What is known at a place inside its root: of the first copy, where a node repeats it."""
    flow = root
    for uid in path.way:
        if flow is None:
            return None
        node = next((n for n in flow.board.nodes.values() if n.uid == uid), None)
        flow = None if node is None else flow.children.get(node.id)
    return flow


def _totals(flow: BoardFlow) -> Totals:
    return Totals(flow.parameters, flow.multiply_adds, flow.activations)


def _signals(flow: BoardFlow, id: str) -> dict[str, tuple[Signal, ...]]:
    return {port: tuple(signal(f) for f in flows) for port, flows in flow.inputs[id].items()}


def _in_parts(path: BoardPath, found: Iterable[tuple[str, NodeReport]]) -> Iterator[CheckedPart]:
    """Reports of one place, as many at once as are sent at once."""
    reports = iter(found)
    while part := dict(islice(reports, BATCH)):
        yield CheckedPart(path.root, part, way=path.way)


def _report(flow: BoardFlow, id: str) -> NodeReport:
    outcome = flow.outcomes[id]
    return NodeReport(
        _signals(flow, id),
        {port: signal(f) for port, f in outcome.outputs.items() if port},
        outcome.parameters,
        flow.multiply_adds_of(id),
        outcome.inferred,
    )

"""What a checked project costs: counted along its flows, and tried in a training step without
memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod

import torch

from studio.compile.board_flow import BoardFlow
from studio.compile.checking import Checking
from studio.compile.device_memory import device_memory, device_of
from studio.compile.dry_training import (
    DryStep,
    NeedsNumbers,
    Rehearsal,
    is_batched,
    of_network,
    of_stage,
)
from studio.compile.flows import SHARED, Flow
from studio.compile.live_bytes import GivenUp, Place
from studio.compile.module_source import network_module, networks_used
from studio.compile.node_costs import counted
from studio.compile.node_reach import NodeReach
from studio.compile.node_shapes import Remembered
from studio.compile.receptive_fields import ReceptiveFields
from studio.compile.sizes import at, dimensions
from studio.compile.training_source import CannotCompile, CompiledTraining, compile_training
from studio.model.analysis import Analysis, Forecast, NodeCosts, ReceptiveField
from studio.model.project import Board, Project
from studio.model.report import Issue
from studio.model.roles import with_role
from studio.model.work_note import WorkNote

ALONE = 32
"""Samples of a batch where no data say how many."""

EARNEST = 250_000_000
"""Bytes of weights and results up to which a step is tried in earnest where it needs numbers."""

TRIES = 4
"""How many sizes of a batch are tried to find the largest that fits."""

MOST = 2**20
"""Samples of the largest batch that is thought of."""

ERRORS = "its errors have to be mended first."

Urgent = Callable[[], bool]
AllCosts = Mapping[str, Mapping[str, NodeCosts]]
"""By board and node."""


@dataclass(frozen=True)
class Candidate:
    """A training that can be tried. `key` is all that decides what comes of it."""

    name: str
    key: object
    rehearsal: Callable[[], Rehearsal]
    flow: BoardFlow
    data: int
    """Bytes of all samples."""
    samples: int | None


@dataclass(frozen=True)
class _Tried:
    forecast: Forecast
    step: DryStep | None = None


class Analysing:
    """Analyses one project after another and remembers what stays the same."""

    def __init__(self, note: WorkNote | None = None) -> None:
        """What runs is noted, for whoever looks after this process."""
        self._note = note
        self._memory = Remembered(note)
        self._reach = NodeReach(self._memory)
        self._known: dict[object, _Tried] = {}

    def analyse(
        self,
        project: Project,
        checking: Checking,
        issues: Iterable[Issue],
        urgent: Urgent = lambda: False,
    ) -> Iterator[Analysis]:
        """Analyse a project that was checked: first what can be counted, where trying takes time,
        then everything. Raises GivenUp where something is urgent."""
        wrong = {issue.board for issue in issues if issue.severity == "error"}
        costs, device = counted(checking), project.settings.device
        found = list(candidates(project, checking, wrong))
        known = {
            (each.key, device): self._known.get((each.key, device))
            for each in found
            if isinstance(each, Candidate)
        }
        if not all(known.values()):
            yield _analysis(project, costs, [each for each in known.values() if each])
        costs = self._with_fields(checking, costs, urgent)
        tried: list[_Tried] = []
        for each in found:
            if isinstance(each, Forecast):
                tried.append(_Tried(each))
                continue
            key = (each.key, device)
            self._known[key] = known[key] or self._try(each, project, urgent)
            tried.append(self._known[key])
        self._known = {key: self._known[key] for key in known}
        yield _analysis(project, costs, tried)

    def _with_fields(self, checking: Checking, costs: AllCosts, urgent: Urgent) -> AllCosts:
        """With what nodes see of the inputs of their networks."""
        found: dict[Place, ReceptiveField] = {}
        sees = ReceptiveFields(checking.types, self._reach, self._memory)
        for flow in checking.flows.values():
            if flow.board.kind == "network":
                for place, field in sees.of(flow, urgent).items():
                    if place not in found or field.size > found[place].size:
                        found[place] = field
        return {
            name: {id: replace(each, field=found.get((name, id))) for id, each in some.items()}
            for name, some in costs.items()
        }

    def _try(self, candidate: Candidate, project: Project, urgent: Urgent) -> _Tried:
        try:
            device = device_of(project.settings.device)
            trial = _Trial(candidate, candidate.rehearsal(), device, self._at, urgent)
            step = trial.step(trial.rehearsal.batch)
            return _Tried(trial.forecast(step), step)
        except GivenUp:
            raise
        except NeedsNumbers:
            reason = "sizes depend on numbers that only the training has, and it is large."
        except Exception as error:  # layers may refuse it in any way; their sentence is shown
            said = str(error).strip().splitlines() or [type(error).__name__]
            reason = f"a step could not be tried: {said[0].removesuffix('.')}."
        finally:
            if self._note is not None:
                self._note.clear()
        return _Tried(Forecast(candidate.name, reason=reason))

    def _at(self, place: Place) -> None:
        if self._note is not None:
            self._note.write(*place)


@dataclass(frozen=True)
class _Trial:
    """A training on a device, in batches of different sizes."""

    candidate: Candidate
    rehearsal: Rehearsal
    device: torch.device
    at: Callable[[Place], None]
    urgent: Urgent

    def step(self, batch: int) -> DryStep:
        """A step on so many samples, in earnest where it needs numbers and is small."""
        try:
            return self.rehearsal.step(batch, self.device, False, self.at, self.urgent)
        except NeedsNumbers:
            flow = self.candidate.flow
            if 4 * (4 * flow.parameters + batch * flow.activations) > EARNEST:
                raise
            return self.rehearsal.step(batch, torch.device("cpu"), True, self.at, self.urgent)

    def forecast(self, step: DryStep) -> Forecast:
        """What to expect, given what a step on as many samples as the project says holds."""
        batch, available = self.rehearsal.batch, device_memory(self.device)
        room = available - self.candidate.data
        return Forecast(
            self.candidate.name,
            batch,
            self.rehearsal.stage.plan.precision,
            str(self.device),
            replace(step.memory, data=self.candidate.data),
            available,
            self._largest(room, step) if is_batched(self.rehearsal.fields) else None,
        )

    def _largest(self, room: int, step: DryStep) -> int:
        """The largest batch that fits: sought along a straight line, and tried."""
        most = self.candidate.samples or MOST
        known = {self.rehearsal.batch: step.memory.total}
        sought = 2 * self.rehearsal.batch
        for _ in range(TRIES):
            known[sought] = self.step(sought).memory.total
            (low, less), (high, more) = sorted(known.items())[-2:]
            slope = max((more - less) / (high - low), 1)
            sought = min(max(int(low + (room - less) / slope), 0), most)
            if sought in known or sought == 0:
                break
        return max((n for n, total in known.items() if total <= room and n <= most), default=0)


def candidates(
    project: Project, checking: Checking, wrong: set[str]
) -> Iterator[Candidate | Forecast]:
    """The trainings of a project, and what is to be said of those that cannot be tried as boards
    are `wrong`."""
    stages = project.stages
    needed = frozenset[str]().union(*(project.reached(stage.name) for stage in stages))
    try:
        training = compile_training(project, checking) if stages and not wrong & needed else None
        reason = ERRORS
    except CannotCompile as error:
        training, reason = None, str(error)
    for number, board in enumerate(stages):
        if training is None:
            yield Forecast(board.name, reason=reason)
        else:
            yield _stage(training, number, board, checking)
    used = networks_used(project)
    for board in project.of_kind("network"):
        if board.name in used:
            continue
        if wrong & project.reached(board.name) or not board.outputs:
            yield Forecast(board.name, reason=ERRORS)
        else:
            yield _network(board, checking)


def _stage(training: CompiledTraining, number: int, board: Board, checking: Checking) -> Candidate:
    flow = checking.flows[board.name]
    node = next(with_role(board, checking.types, "data"))
    fields = flow.outcomes[node.id].outputs
    samples = checking.described(board.name)[node.id].samples
    each = sum(_bytes(field) for field in fields.values())
    key = (training.text, number, tuple(fields.items()))
    return Candidate(
        board.name,
        key,
        lambda: of_stage(training, number, fields),
        flow,
        each * (samples or 0),
        samples,
    )


def _network(board: Board, checking: Checking) -> Candidate:
    flow, source = checking.flows[board.name], network_module(checking, board.name)
    fields = {node.id: flow.outcomes[node.id].outputs["output"] for node in board.inputs}
    key = (source.text, tuple(fields.items()))
    return Candidate(
        board.name, key, lambda: of_network(source, board.name, fields, ALONE), flow, 0, None
    )


def _bytes(field: Flow) -> int:
    """Of one sample."""
    free = {dim.name: dim.typical for size in field.sizes for dim in dimensions(size)}
    one = {**free, SHARED: 1}
    sizes = (size if isinstance(size, int) else at(size, one) for size in field.sizes)
    return prod(sizes) * field.dtype.itemsize


def _analysis(project: Project, costs: AllCosts, tried: Iterable[_Tried]) -> Analysis:
    tried = list(tried)
    steps = [each.step for each in tried if each.step is not None]
    nodes = {
        name: {id: _with_memory(each, project.boards[name], id, steps) for id, each in some.items()}
        for name, some in costs.items()
    }
    return Analysis(nodes, tuple(each.forecast for each in tried))


def _with_memory(costs: NodeCosts, board: Board, id: str, steps: Iterable[DryStep]) -> NodeCosts:
    """With what the node holds in that training in which it holds most."""
    instance = board.nodes[id].instance
    found = [
        (
            step.activations.get((board.name, id), 0),
            step.instances.get(instance, 0) if instance else step.weights.get((board.name, id), 0),
        )
        for step in steps
    ]
    if not found:
        return costs
    kept, own = max(found, key=sum)
    return replace(costs, activations=kept, memory=kept + own)

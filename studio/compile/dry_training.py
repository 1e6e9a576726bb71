"""Trains for a step without memory: the project's own source, loop and optimisers, on torch's fake
tensors, which have sizes and no numbers. What it would hold is seen as it comes and goes."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from math import lcm, prod
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeTensorMode,
)

from studio.compile.flows import SHARED, Flow
from studio.compile.live_bytes import Held, LiveBytes, Place, Span
from studio.compile.loop_pieces import PLAN, STAGE, STEP, TRAIN, UPDATE
from studio.compile.meta_layers import imported
from studio.compile.sizes import at, dimensions
from studio.compile.source_lines import Source
from studio.compile.training_source import CompiledTraining, execute
from studio.model.analysis import Memory

OBJECTIVE = ""
"""No instance: what a training board itself owns."""

MOST_STEPS = 1_000_000
"""Steps that may be skipped to one in which all updates are due."""


def is_batched(fields: Mapping[str, Flow]) -> bool:
    """Whether data have a dimension of samples."""
    sizes = (size for flow in fields.values() for size in flow.sizes)
    return any(dim.name == SHARED for size in sizes for dim in dimensions(size))


class NeedsNumbers(Exception):
    """Something in a training depends on numbers, and not on sizes alone."""


@dataclass(frozen=True)
class DryStep:
    """What a step holds when most is held; by place, what is made there and kept for gradients,
    when most of that is, and the weights made there with their gradients and the optimiser's
    state. What is made inside a block counts for its nodes and for the node that stands for it."""

    memory: Memory
    activations: Mapping[Place, int]
    weights: Mapping[Place, int]
    instances: Mapping[str, int]
    """Likewise by set of weights."""


@dataclass(frozen=True)
class Rehearsal:
    """A training to be tried: the file that it is written in, and how its stage is made of that."""

    filename: str
    lines: Mapping[int, Place]
    networks: Callable[[], dict[str, nn.Module]]
    stage: Any
    fields: Mapping[str, Flow]
    """What its data give."""

    @property
    def batch(self) -> int:
        """Samples of a step, as the project has it."""
        return int(self.stage.plan.batch_size)

    def step(
        self,
        batch: int,
        device: torch.device,
        earnest: bool = False,
        at: Callable[[Place], None] = lambda place: None,
        urgent: Callable[[], bool] = lambda: False,
    ) -> DryStep:
        """Try a step on so many samples. Nodes are told to `at` as they are reached. In
        `earnest` it has numbers too, zeros at first. Raises GivenUp where something is `urgent`,
        NeedsNumbers where it cannot go on without, and what layers raise."""
        seen = LiveBytes(self.filename, self.lines, at, urgent)
        plan = replace(self.stage.plan, batch_size=batch)
        if plan.precision == "fp16":  # as large; its scale is a number, which nothing has here
            plan = replace(plan, precision="bf16")
        with self._mode(earnest):
            data = Zeros(self.fields, batch, device)
            with seen, device:
                networks = self.networks()
            with seen:
                objective = self.stage.objective(networks)
                for module in (objective, *networks.values()):
                    # They are where they belong, and fake weights cannot be put elsewhere.
                    vars(module)["to"] = lambda device, module=module: module
                loop = imported(TRAIN)(objective, data, plan, device)
                try:
                    return _tried(loop, networks, objective, seen)
                except (DataDependentOutputException, DynamicOutputShapeException) as error:
                    raise NeedsNumbers from error

    def _mode(self, earnest: bool) -> AbstractContextManager[object]:
        return torch.random.fork_rng(devices=[]) if earnest else FakeTensorMode()


def _tried(
    loop: Any, networks: Mapping[str, nn.Module], objective: nn.Module, seen: LiveBytes
) -> DryStep:
    recorder = seen.seen
    modules = (*networks.values(), objective)
    weights = [weight for m in modules for weight in (*m.parameters(), *m.buffers())]
    loop.set_modes()
    for updater in loop.updaters.values():  # as if it had gone on for a while
        for parameter in updater.parameters:
            parameter.grad = torch.zeros_like(parameter)
        updater.move(0.0)
    if loop.plan.watch:
        loop.best = loop.weights()
    loop.done = min(lcm(*(u.update.every for u in loop.updaters.values())), MOST_STEPS)
    start = recorder.now
    loop.step(torch.zeros(loop.plan.batch_size, dtype=torch.int64, device=loop.device))
    span = recorder.since(start)
    states = {
        key: [value for value in state.values() if isinstance(value, Tensor)]
        for updater in loop.updaters.values()
        for key, state in ((id(p), updater.optimizer.state[p]) for p in updater.parameters)
    }
    kinds: dict[Held, str] = {}
    for held in recorder.of(p.grad for p in weights if p.grad is not None):
        kinds[held] = "gradients"
    for held in recorder.of(value for some in states.values() for value in some):
        kinds[held] = "optimiser"
    for held in recorder.of(v for some in loop.best.values() for v in some.values()):
        kinds[held] = "best"
    for held in recorder.of(weights):
        kinds[held] = "weights"

    def kind(held: Held) -> str:
        if held in kinds:
            return kinds[held]
        if held.made <= start:
            return "gradients"  # of the step before
        return "activations" if held.places else "working"

    amounts: Counter[str] = Counter()
    for held in span.fullest():
        amounts[kind(held)] += held.bytes
    kept: Counter[Place] = Counter()
    for held in span.fullest(_kept(span).__contains__):
        _add(kept, held.places, held.bytes)
    own: Counter[Place] = Counter()
    whole: Counter[str] = Counter()
    for name, module in {**networks, OBJECTIVE: objective}.items():
        for weight in (*module.parameters(), *module.buffers()):
            grad = [] if weight.grad is None else [weight.grad]
            beside = recorder.of([*grad, *states.get(id(weight), [])])
            for held in recorder.of([weight]):
                number = held.bytes + sum(other.bytes for other in beside)
                _add(own, held.places, number)
                whole[name] += number
    return DryStep(Memory(**amounts), kept, own, whole)


def _kept(span: Span) -> set[Held]:
    """Results of nodes that outlive the forward pass: after it, what is made is made nowhere on the
    boards."""
    elsewhere = [held.made for held in span.held if not held.places]
    return {
        held
        for held in span.held
        if held.places
        and held.made > span.start
        and (after := bisect(elsewhere, held.made)) < len(elsewhere)
        and (held.freed is None or held.freed > elsewhere[after])
    }


def _add(counts: Counter[Place], places: tuple[Place, ...], number: int) -> None:
    for place in places:
        counts[place] += number


class Zeros:
    """Data of these sizes: always the same batch.

    Real numbers are zero, whole ones differ, all is true."""

    def __init__(self, fields: Mapping[str, Flow], batch: int, device: torch.device) -> None:
        self._size, self._fields = batch, fields
        with device:
            self._batch = {name: _filled(flow, batch) for name, flow in fields.items()}

    def to(self, device: torch.device) -> None:
        """They are made there."""

    def size(self, part: str) -> int:
        """Enough for a batch."""
        return self._size

    def epoch(self, part: str) -> int:
        """One batch."""
        return self._size

    def encode(self, value: Any) -> dict[str, Tensor]:
        """They stand for nothing."""
        return {}

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """A batch of the sizes that data give."""
        if not is_batched(self._fields):
            return self._batch
        return {name: values.clone() for name, values in self._batch.items()}


def _filled(flow: Flow, batch: int) -> Tensor:
    free = {dim.name: dim.typical for size in flow.sizes for dim in dimensions(size)} | {
        SHARED: batch
    }
    sizes = [size if isinstance(size, int) else at(size, free) for size in flow.sizes]
    numbers = torch.arange(prod(sizes)).view(sizes)
    if flow.dtype == torch.bool:
        return numbers >= 0
    whole = not (flow.dtype.is_floating_point or flow.dtype.is_complex)
    return (numbers % (flow.limit or 2) if whole else numbers * 0).to(flow.dtype)


# ---- what can be tried -------------------------------------------------------------------------


def of_stage(training: CompiledTraining, number: int, fields: Mapping[str, Flow]) -> Rehearsal:
    """A stage of a training, whose data give such fields."""
    namespace = training.namespace()
    return Rehearsal(
        training.filename,
        training.lines,
        namespace["make_networks"],
        namespace["STAGES"][number],
        fields,
    )


def of_network(source: Source, name: str, fields: Mapping[str, Flow], batch: int) -> Rehearsal:
    """A network by itself: an update with its defaults follows the sum of all that it puts out."""
    filename = f"<netloom {name} alone>"
    network = execute(source.text, filename)[name]
    update = imported(UPDATE)(networks=(name,))
    plan = imported(PLAN)(updates={"update": update}, batch_size=batch, epochs=1, watch="loss")

    def objective(networks: dict[str, nn.Module]) -> nn.Module:
        return _Alone(name, networks)

    stage = imported(STAGE)(name, objective, None, plan)
    return Rehearsal(filename, source.nodes, lambda: {name: network()}, stage, fields)


class _Alone(nn.Module):
    """The objective of a network by itself."""

    def __init__(self, name: str, networks: dict[str, nn.Module]) -> None:
        super().__init__()
        self.name, self.networks = name, networks

    def training_steps(self, batch: dict[str, Tensor], at: Any) -> Iterator[Any]:
        """Goes back from the sum of what it puts out."""
        given = self.networks[self.name](*batch.values())
        every = given if isinstance(given, tuple) else (given,)
        real = [g for g in every if g.is_floating_point() and g.requires_grad]
        yield imported(STEP)("update", torch.stack([g.float().sum() for g in real]).sum(), {})

    def after(self, at: Any) -> None:
        """Nothing follows."""

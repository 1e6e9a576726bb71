"""The training itself: every step, the validation after each epoch, the test at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from studio.run.loop.data import Data
from studio.run.loop.objective import At, Metric, Objective, Step
from studio.run.loop.updater import Update, Updater, rate_factor

LOG_VALUES = 2000

OBJECTIVE = "objective"
"""What the objective's own weights are kept under, beside those of the networks."""


@dataclass(frozen=True)
class Plan:
    """How to train. Networks rest that no update owns."""

    updates: Mapping[str, Update]
    batch_size: int
    epochs: int
    precision: str = "float32"
    seed: int = 0
    watch: str = ""  # the value that was lowest with the best weights
    highest: bool = False  # or highest
    whole: bool = False  # batches are evaluated, as their samples count for each other
    metrics: Mapping[str, Callable[[], Metric]] | None = None  # that gather what batches have
    active: tuple[str, ...] = ()  # networks that nothing trains, and that do not rest
    resting: tuple[str, ...] = ()  # networks that rest though they are trained


class Stage(NamedTuple):
    """One training of several that follow each other: its name, what is computed, what on, how."""

    name: str
    objective: Callable[[dict[str, nn.Module]], Objective]
    data: Callable[[], Data]
    plan: Plan


class Record(NamedTuple):
    """Mean values since the last record of this split, by what they are: "loss/" and "rate/" with
    the update that they belong to, "metric/" with the metric."""

    step: int
    epoch: float
    seconds: float
    split: str
    values: dict[str, float]


def computed(metric: Metric, device: torch.device) -> Tensor:
    """What a metric makes of a whole part; not a number where it has too few samples for one."""
    try:
        return metric.compute().float()
    except ValueError:
        return torch.full((), math.nan, device=device)


class NotFinite(Exception):
    """A loss became infinite or not a number, first at `step`. A metric may."""

    def __init__(self, step: int, name: str) -> None:
        super().__init__(f"{name} was infinite or not a number at step {step}")
        self.step, self.name = step, name


def pick_device(name: str) -> torch.device:
    """The device of that name; "auto" is CUDA, Apple's GPU or the CPU, whichever is there."""
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


class Loop:
    """Trains an objective on data; `run` yields after every step, with a record when there is
    one."""

    def __init__(self, objective: Objective, data: Data, plan: Plan, device: torch.device) -> None:
        data.to(device)
        self.objective, self.data, self.plan, self.device = objective.to(device), data, plan, device
        self.networks = objective.networks
        for network in self.networks.values():
            network.to(device)
        self.modules = dict(self.networks)
        if objective.state_dict():
            self.modules[OBJECTIVE] = objective
        samples = data.epoch("training")
        self.per_epoch = max(1, math.ceil(samples / plan.batch_size))
        if self.per_epoch > 1 and samples % plan.batch_size == 1:
            self.per_epoch -= 1  # batch normalisation cannot train on one sample
        self.total = plan.epochs * self.per_epoch
        self.rates = {name: update.learning_rate for name, update in plan.updates.items()}
        layers = self.objective.get_submodule
        self.updaters = {}
        for name, update in plan.updates.items():
            owned = [self.networks[n] for n in update.networks] + [*map(layers, update.layers)]
            self.updaters[name] = Updater(update, owned, plan.precision == "fp16")
        self.order = torch.Generator().manual_seed(plan.seed)
        self.done = self.validated = 0
        self.seconds = 0.0
        self.best: dict[str, dict[str, Tensor]] = {}
        self.best_values: dict[str, float] = {}
        self.best_step = 0
        self.pending: list[tuple[int, str, Tensor]] = []

    def set_modes(self) -> None:
        """Put what is trained into training mode, the other networks at rest."""
        trained = {name for update in self.plan.updates.values() for name in update.networks}
        for name, network in self.networks.items():
            learns = name in trained and name not in self.plan.resting
            network.train(learns or name in self.plan.active)
            network.requires_grad_(name in trained)
        self.objective.train()

    def run(self) -> Iterator[Record | None]:
        """Every step, the validation after each epoch, the test after the last. Raises
        NotFinite."""
        self.set_modes()
        while self.validated < self.plan.epochs:
            for index in self.batches():
                self.step(index)
                self.done += 1
                yield self.flush() if len(self.pending) >= LOG_VALUES else None
            yield self.flush()
            for record in self.evaluate("validation"):
                if record is not None:
                    self.keep_best(record)
                yield record
            self.validated += 1
            yield None
        yield from self.test()

    def batches(self) -> Iterator[Tensor]:
        """Numbers of the samples of every batch of an epoch."""
        size, samples = self.data.size("training"), self.data.epoch("training")
        if size == samples:
            order = torch.randperm(samples, generator=self.order)
        else:
            order = torch.randint(size, (samples,), generator=self.order)
        yield from torch.split(order.to(self.device), self.plan.batch_size)[: self.per_epoch]

    def mixed_precision(self) -> torch.autocast:
        """Mixed precision, where it is asked for."""
        dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(self.plan.precision)
        return torch.autocast(self.device.type, dtype, enabled=dtype is not None)

    def mixed(self, made: Iterator[Step]) -> Iterator[Step]:
        """Steps that are computed in mixed precision."""
        while True:
            with self.mixed_precision():
                step = next(made, None)
            if step is None:
                return
            yield step

    def step(self, index: Tensor) -> None:
        """One step of every update that is due."""
        at, values = self.at(), {}
        waiting: list[str] = []
        made = self.objective.training_steps(self.data.batch("training", index), at)
        if self.plan.precision != "float32":
            made = self.mixed(made)
        for step in made:
            self.updaters[step.update].go_back(step.loss, step.keep, step.update in at.begin)
            values[f"loss/{step.update}"] = step.loss
            values.update(step.values)
            waiting.append(step.update)
            if not step.waits:
                for name in waiting:
                    if name in at.moves:
                        factor = rate_factor(self.plan.updates[name], self.done, self.total)
                        self.updaters[name].move(self.rates[name] * factor)
                waiting.clear()
        self.objective.after(at)
        self.pending += [(self.done + 1, name, value.detach()) for name, value in values.items()]

    def at(self) -> At:
        """Where the training is."""
        due = {n: u for n, u in self.plan.updates.items() if self.done % u.every == 0}
        waits = {n: self.done // u.every % u.accumulate for n, u in due.items()}
        moves = frozenset(n for n, u in due.items() if waits[n] + 1 == u.accumulate)
        begin = frozenset(n for n in due if waits[n] == 0)
        return At(self.done, self.total, due=frozenset(due), moves=moves, begin=begin)

    def flush(self) -> Record | None:
        """Means of what was not logged yet; the only place that waits for the device."""
        if not self.pending:
            return None
        found = torch.stack([value.float() for _, _, value in self.pending]).tolist()
        every: dict[str, list[float]] = {}
        for (step, name, _), value in zip(self.pending, found, strict=True):
            if name.startswith("loss/") and not math.isfinite(value):
                self.pending.clear()
                raise NotFinite(step, name)
            every.setdefault(name, []).append(value)
        self.pending.clear()
        values = {name: math.fsum(some) / len(some) for name, some in every.items()}
        for name, update in self.plan.updates.items():
            factor = rate_factor(update, self.done - 1, self.total)
            values[f"rate/{name}"] = self.rates[name] * factor
        return Record(self.done, self.done / self.per_epoch, self.seconds, "training", values)

    def evaluate(self, part: str) -> Iterator[Record | None]:
        """Go through a part without learning, in batches as in training; yields after each, means
        over the samples at the end. What is random is drawn anew from the seed, and the training's
        own draws are left alone."""
        plan, samples = self.plan, self.data.epoch(part)
        if not samples:
            return
        batches = torch.split(torch.arange(samples, device=self.device), plan.batch_size)
        if plan.whole and len(batches) > 1 and samples % plan.batch_size:
            batches = batches[:-1]
        for module in (*self.networks.values(), self.objective):
            module.eval()
        devices = [self.device] if self.device.type == "cuda" else []
        at, seen, sums = At(self.done, self.total), 0, dict[str, Tensor]()
        evaluate = self.objective.evaluate
        if plan.precision != "float32":
            evaluate = self.mixed_precision()(evaluate)
        if plan.metrics:
            metrics = {name: make().to(self.device) for name, make in plan.metrics.items()}
        for number, index in enumerate(batches):
            with torch.random.fork_rng(devices), torch.no_grad():
                torch.manual_seed(plan.seed + number)
                values = evaluate(self.data.batch(part, index), at)
            if plan.metrics:
                for name, metric in metrics.items():
                    metric.update(*values.pop(name))
            for name, value in values.items():
                sums[name] = sums.get(name, 0.0) + value.detach().float() * len(index)
            seen += len(index)
            yield None
        self.set_modes()
        means = {name: total / seen for name, total in sums.items()}
        if plan.metrics:
            means |= {name: computed(metric, self.device) for name, metric in metrics.items()}
        found = dict(zip(means, torch.stack([*means.values()]).tolist(), strict=True))
        for name, mean in found.items():
            if name.startswith("loss/") and not math.isfinite(mean):
                raise NotFinite(self.done, f"{part} {name}")
        yield Record(self.done, self.done / self.per_epoch, self.seconds, part, found)

    def keep_best(self, record: Record) -> None:
        """Remember the weights if they are the best so far."""
        watch = self.plan.watch
        new, old = record.values.get(watch, math.nan), self.best_values.get(watch, math.nan)
        if self.plan.highest:
            new, old = -new, -old
        if new < old or (math.isnan(old) and not math.isnan(new)):
            self.best_values, self.best_step = record.values, self.done
            self.best = self.weights()

    def weights(self) -> dict[str, dict[str, Tensor]]:
        """A copy of all weights, by network."""
        return {
            name: {key: value.detach().clone() for key, value in module.state_dict().items()}
            for name, module in self.modules.items()
        }

    def load_weights(self, weights: Mapping[str, Mapping[str, Tensor]]) -> None:
        """Put weights into the networks."""
        for name, module in self.modules.items():
            module.load_state_dict(weights[name])

    def test(self) -> Iterator[Record | None]:
        """Test the best weights."""
        if self.best:
            self.load_weights(self.best)
        yield from self.evaluate("test")

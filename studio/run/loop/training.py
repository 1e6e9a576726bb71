"""The training itself: every step, the validation after each epoch, the test at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from studio.run.loop.data import Data
from studio.run.loop.objective import At, Objective, Step
from studio.run.loop.policy import Policy
from studio.run.loop.updater import Update, Updater, rate_factor

LOG_VALUES = 2000
EVALUATION_BATCHES = 4
"""Batches put together where no gradients need memory."""

OBJECTIVE = "objective"
"""What the objective's own weights are kept under, beside those of the networks."""


@dataclass(frozen=True)
class Plan:
    """How to train: updates by name, samples in a batch, epochs, precision, seed, which weights
    are the best. Batches are evaluated `whole`, as they are trained on, where the samples of one
    count for each other. Networks that no update owns rest, but for those of `active`."""

    updates: Mapping[str, Update]
    batch_size: int
    epochs: int
    precision: str = "float32"
    seed: int = 0
    policy: Policy | None = None
    whole: bool = False
    active: tuple[str, ...] = ()
    resting: tuple[str, ...] = ()


class Stage(NamedTuple):
    """One training of several that follow each other: its name, what is computed, what on, how."""

    name: str
    objective: Callable[[dict[str, nn.Module]], Objective]
    data: Callable[[], Data]
    plan: Plan


class Record(NamedTuple):
    """Mean values since the last record of this split: "training", "validation", "test" (the best
    weights) or "last_test" (the last ones). Names tell what values are: "loss/" and "rate/" with
    the update that they belong to, "metric/" with the metric.
    """

    step: int
    epoch: float
    seconds: float
    split: str
    values: dict[str, float]


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
        self.dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(plan.precision)
        samples = data.epoch("training")
        self.per_epoch = max(1, math.ceil(samples / plan.batch_size))
        if self.per_epoch > 1 and samples % plan.batch_size == 1:
            self.per_epoch -= 1  # batch normalisation cannot train on one sample
        self.total = plan.epochs * self.per_epoch
        self.rates = {name: update.learning_rate for name, update in plan.updates.items()}
        self.updaters = {name: self.make_updater(u) for name, u in plan.updates.items()}
        self.order = torch.Generator().manual_seed(plan.seed)
        self.done = self.validated = 0
        self.seconds = 0.0
        self.best: dict[str, dict[str, Tensor]] = {}
        self.best_values: dict[str, float] = {}
        self.best_step = 0
        self.pending: list[tuple[int, str, Tensor]] = []

    def make_updater(self, update: Update) -> Updater:
        """What moves the weights that an update owns."""
        owned = [self.networks[name] for name in update.networks]
        owned += [self.objective.get_submodule(name) for name in update.layers]
        return Updater(update, owned, self.dtype == torch.float16)

    def set_modes(self) -> None:
        """Put what is trained into training mode, the other networks at rest."""
        trained = {name for update in self.plan.updates.values() for name in update.networks}
        for name, network in self.networks.items():
            moved = name in trained and name not in self.plan.resting
            network.train(moved or name in self.plan.active)
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
                yield self.flush() if self.has_enough() else None
            yield self.flush()
            for record in self.evaluate("validation"):
                if record is not None:
                    self.keep_best(record)
                yield record
            self.validated += 1
            yield None
        yield from self.test()

    def has_enough(self) -> bool:
        """Whether it is time to log."""
        return len(self.pending) >= LOG_VALUES

    def batches(self) -> Iterator[Tensor]:
        """Numbers of the samples of every batch of an epoch."""
        size, samples = self.data.size("training"), self.data.epoch("training")
        if size == samples:
            order = torch.randperm(samples, generator=self.order)
        else:
            order = torch.randint(size, (samples,), generator=self.order)
        yield from torch.split(order.to(self.device), self.plan.batch_size)[: self.per_epoch]

    def precision(self) -> AbstractContextManager[object]:
        """Mixed precision, where it is asked for."""
        if self.dtype is None:
            return nullcontext()
        return torch.autocast(self.device.type, self.dtype)

    def step(self, index: Tensor) -> None:
        """One step of every update that is due."""
        at, values = self.at(), {}
        waiting: list[str] = []
        for step in self.steps(self.data.batch("training", index), at):
            self.updaters[step.update].go_back(step.loss, step.keep, self.done)
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
        due = [name for name, update in self.plan.updates.items() if update.is_due(self.done)]
        moves = [name for name in due if self.plan.updates[name].moves(self.done)]
        return At(self.done, self.total, frozenset(due), frozenset(moves))

    def steps(self, batch: dict[str, Tensor], at: At) -> Iterator[Step]:
        """The objective's steps, in the precision that is asked for."""
        made = self.objective.training_steps(batch, at)
        while True:
            with self.precision():
                step = next(made, None)
            if step is None:
                return
            yield step

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
        return self.record("training", values)

    def record(self, split: str, values: dict[str, float]) -> Record:
        """Values with the place and time they belong to."""
        return Record(self.done, self.done / self.per_epoch, self.seconds, split, values)

    def evaluate(self, part: str) -> Iterator[Record | None]:
        """Go through a part without learning; yields after every batch, at the end the means over
        its samples. What is random is drawn from the seed, the same each time, and the training's
        own draws go on as if nothing had been drawn."""
        plan, samples = self.plan, self.data.epoch(part)
        size = plan.batch_size * (1 if plan.whole else EVALUATION_BATCHES)
        batches = torch.split(torch.arange(samples, device=self.device), size) if samples else ()
        if plan.whole and len(batches) > 1 and len(batches[-1]) < size:
            batches = batches[:-1]
        for module in (*self.networks.values(), self.objective):
            module.eval()
        devices = [self.device] if self.device.type == "cuda" else []
        at, seen, sums = At(self.done, self.total), 0, dict[str, Tensor]()
        for number, index in enumerate(batches):
            with torch.random.fork_rng(devices), torch.no_grad(), self.precision():
                torch.manual_seed(plan.seed + number)
                values = self.objective.evaluate(self.data.batch(part, index), at)
            for name, value in values.items():
                sums[name] = sums.get(name, 0.0) + value.detach().float() * len(index)
            seen += len(index)
            yield None
        self.set_modes()
        if sums:
            means = (torch.stack(list(sums.values())) / seen).tolist()
            found = dict(zip(sums, means, strict=True))
            for name, value in found.items():
                if name.startswith("loss/") and not math.isfinite(value):
                    raise NotFinite(self.done, f"{part} {name}")
            yield self.record(part, found)

    def keep_best(self, record: Record) -> None:
        """Remember the weights if they are the best so far."""
        policy = self.plan.policy
        if policy is not None and policy.better(record.values, self.best_values):
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
        """Test the last weights, then the best ones; keep the last. One after the other is told at
        the end, so that a test that was cut short leaves nothing behind.
        """
        found: list[Record] = []
        for record in self.evaluate("test"):
            found += [record] if record is not None else []
            yield None
        if found and self.best:
            found = [found[0]._replace(split="last_test")]
            last = self.weights()
            self.load_weights(self.best)
            for record in self.evaluate("test"):
                found += [record] if record is not None else []
                yield None
            self.load_weights(last)
        yield from reversed(found)

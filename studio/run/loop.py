"""The training loop. Plain torch: exported training scripts hold a copy of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

LOG_SECONDS = 0.1
LOG_STEPS = 1000
EVALUATION_BATCHES = 4
"""Batches put together where no gradients need memory."""


class Step(NamedTuple):
    """What `steps` yields for each update: its name, the loss to follow, values to log."""

    update: str
    loss: Tensor
    metrics: Mapping[str, Tensor]


@dataclass(frozen=True)
class Update:
    """How the weights of some networks follow a loss. `warmup` is a share of all steps."""

    networks: tuple[str, ...]
    optimizer: str = "AdamW"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup: float = 0.0
    weight_decay: float = 0.0
    momentum: float = 0.9
    clip_norm: float | None = None
    every: int = 1


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


class Data(Protocol):
    """Samples in the parts "training", "validation" and "test"."""

    takes: str
    classes: tuple[str, ...]

    def to(self, device: torch.device) -> None:
        """Keep everything on a device."""

    def size(self, part: str) -> int:
        """How many samples can be asked for."""

    def epoch(self, part: str) -> int:
        """How many samples make an epoch."""

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """The samples of these numbers, by name."""

    def encode(self, value: Any) -> dict[str, Tensor]:
        """Inputs for a picture or text of a person, as a batch of one."""


Steps = Callable[[dict[str, nn.Module], dict[str, Tensor]], Iterator[Step]]


class NotFinite(Exception):
    """A loss became infinite or not a number, first at `step`. A metric may."""

    def __init__(self, step: int, name: str) -> None:
        super().__init__(f"{name} was infinite or not a number at step {step}")
        self.step = step


def pick_device(name: str) -> torch.device:
    """The device of that name; "auto" is CUDA, Apple's GPU or the CPU, whichever is there."""
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def make_optimizer(update: Update, networks: Mapping[str, nn.Module]) -> torch.optim.Optimizer:
    """The optimiser of an update, fused into one kernel where torch has one."""
    unique = {id(p): p for name in update.networks for p in networks[name].parameters()}
    settings: dict[str, Any] = {"lr": update.learning_rate, "weight_decay": update.weight_decay}
    if update.optimizer in ("SGD", "RMSprop"):
        settings["momentum"] = update.momentum
    if update.optimizer != "RMSprop":
        settings["fused"] = True
    kind: type[torch.optim.Optimizer] = getattr(torch.optim, update.optimizer)
    return kind(unique.values(), **settings)


def rate_factor(update: Update, done: int, total: int) -> float:
    """What the learning rate is multiplied by for the step after `done` of `total`."""
    warmup = round(update.warmup * total)
    if done < warmup:
        return (done + 1) / warmup
    if update.schedule == "constant":
        return 1.0
    way = (done - warmup) / max(1, total - warmup)
    return 1.0 - way if update.schedule == "linear" else 0.5 * (1 + math.cos(math.pi * way))


class Training:
    """Trains networks on data; `run` yields after every step, with a record when there is one."""

    def __init__(
        self,
        networks: dict[str, nn.Module],
        steps: Steps,
        updates: Mapping[str, Update],
        data: Data,
        batch_size: int,
        epochs: int,
        device: torch.device,
        precision: str = "float32",
        seed: int = 0,
    ) -> None:
        data.to(device)
        self.networks = {name: network.to(device) for name, network in networks.items()}
        self.steps, self.updates, self.data = steps, updates, data
        self.batch_size, self.epochs, self.device = batch_size, epochs, device
        self.dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision)
        samples = data.epoch("training")
        self.per_epoch = max(1, math.ceil(samples / batch_size))
        if self.per_epoch > 1 and samples % batch_size == 1:
            self.per_epoch -= 1  # batch normalisation cannot train on one sample
        self.total = epochs * self.per_epoch
        self.rates = {name: update.learning_rate for name, update in updates.items()}
        self.optimizers = {name: make_optimizer(u, self.networks) for name, u in updates.items()}
        self.scaler = torch.amp.GradScaler(device.type, enabled=precision == "fp16")
        self.order = torch.Generator().manual_seed(seed)
        self.order_state = self.order.get_state()
        self.done = self.validated = 0
        self.seconds = 0.0
        self.best: dict[str, dict[str, Tensor]] = {}
        self.best_values: dict[str, float] = {}
        self.best_step = 0
        self.names: list[str] = []
        self.pending: list[Tensor] = []
        self.set_modes()

    def set_modes(self) -> None:
        """Put the networks that are trained into training mode, the others at rest."""
        trained = {name for update in self.updates.values() for name in update.networks}
        for name, network in self.networks.items():
            network.train(name in trained)
            network.requires_grad_(name in trained)

    def run(self) -> Iterator[Record | None]:
        """Train to the end, then test; `seconds` counts while it works. Raises NotFinite."""
        began = time.perf_counter()
        for record in self.work():
            self.seconds += time.perf_counter() - began
            yield record
            began = time.perf_counter()

    def work(self) -> Iterator[Record | None]:
        """Every step, the validation after each epoch, the test after the last."""
        logged = time.perf_counter()
        while self.validated < self.epochs:
            for index in self.batches():
                self.step(index)
                self.done += 1
                now = time.perf_counter()
                if now - logged >= LOG_SECONDS or len(self.pending) >= LOG_STEPS:
                    logged = now
                    yield self.flush()
                else:
                    yield None
            yield self.flush()
            for record in self.evaluate("validation"):
                if record is not None:
                    self.keep_best(record)
                yield record
            self.validated += 1
        yield from self.test()

    def batches(self) -> Iterator[Tensor]:
        """Numbers of the samples of every batch that is left in this epoch."""
        at = self.done - self.validated * self.per_epoch
        if at == 0:
            self.order_state = self.order.get_state()
        self.order.set_state(self.order_state)
        size, samples = self.data.size("training"), self.data.epoch("training")
        if size == samples:
            order = torch.randperm(samples, generator=self.order)
        else:
            order = torch.randint(size, (samples,), generator=self.order)
        yield from torch.split(order.to(self.device), self.batch_size)[at : self.per_epoch]

    def autocast(self) -> AbstractContextManager[object]:
        """Mixed precision, where it is asked for."""
        if self.dtype is None:
            return nullcontext()
        return torch.autocast(self.device.type, self.dtype)

    def step(self, index: Tensor) -> None:
        """One step of every update on a batch."""
        made = self.steps(self.networks, self.data.batch("training", index))
        metrics: dict[str, Tensor] = {}
        for name, update in self.updates.items():
            if len(self.updates) > 1:
                for other, network in self.networks.items():
                    network.requires_grad_(other in update.networks)
            with self.autocast():
                step = next(made)
            if self.done % update.every == 0:
                self.optimizer_step(step.loss, update, self.optimizers[name], self.rates[name])
            self.pending.append(step.loss.detach())
            metrics.update(step.metrics)
        self.pending += [value.detach() for value in metrics.values()]
        self.names = [f"loss/{name}" for name in self.updates]
        self.names += [f"metric/{name}" for name in metrics]

    def optimizer_step(
        self, loss: Tensor, update: Update, optimizer: torch.optim.Optimizer, rate: float
    ) -> None:
        """One step down the gradient of a loss."""
        rate *= rate_factor(update, self.done, self.total)
        for group in optimizer.param_groups:
            group["lr"] = rate
            for parameter in group["params"]:
                parameter.grad = None  # what zero_grad does, without its profiling
        if self.scaler.is_enabled():
            loss = self.scaler.scale(loss)
        torch.autograd.backward(loss)
        if update.clip_norm is not None:
            if self.scaler.is_enabled():
                self.scaler.unscale_(optimizer)
            parameters = [p for group in optimizer.param_groups for p in group["params"]]
            nn.utils.clip_grad_norm_(parameters, update.clip_norm)
        if self.scaler.is_enabled():
            self.scaler.step(optimizer)
            self.scaler.update()
        else:
            optimizer.step()

    def flush(self) -> Record | None:
        """Means of what was not logged yet; the only place that waits for the device."""
        if not self.pending:
            return None
        table = torch.stack([value.float() for value in self.pending]).view(-1, len(self.names))
        self.pending.clear()
        means, losses = table.mean(0).tolist(), len(self.updates)
        if not all(map(math.isfinite, means[:losses])):
            row, column = (~table[:, :losses].isfinite()).nonzero()[0].tolist()
            raise NotFinite(self.done - len(table) + row + 1, self.names[column])
        values = dict(zip(self.names, means, strict=True))
        for name, update in self.updates.items():
            factor = rate_factor(update, self.done - 1, self.total)
            values[f"rate/{name}"] = self.rates[name] * factor
        return self.record("training", values)

    def record(self, split: str, values: dict[str, float]) -> Record:
        """Values with the place and time they belong to."""
        return Record(self.done, self.done / self.per_epoch, self.seconds, split, values)

    def evaluate(self, part: str) -> Iterator[Record | None]:
        """Go through a part without learning; yields after every batch, the means at the end."""
        samples = self.data.epoch(part)
        sums: dict[str, Tensor] = {}
        for network in self.networks.values():
            network.eval()
        every = torch.arange(samples, device=self.device)
        for index in torch.split(every, EVALUATION_BATCHES * self.batch_size) if samples else ():
            with torch.inference_mode(), self.autocast():
                made = self.steps(self.networks, self.data.batch(part, index))
                for name, step in zip(self.updates, made, strict=True):
                    found = {f"metric/{key}": value for key, value in step.metrics.items()}
                    for key, value in {f"loss/{name}": step.loss, **found}.items():
                        sums[key] = sums.get(key, 0.0) + value.float() * len(index)
            yield None
        self.set_modes()
        if samples:
            means = (torch.stack(list(sums.values())) / samples).tolist()
            values = dict(zip(sums, means, strict=True))
            for key, value in values.items():
                if key.startswith("loss/") and not math.isfinite(value):
                    raise NotFinite(self.done, f"{part} {key}")
            yield self.record(part, values)

    def keep_best(self, record: Record) -> None:
        """Remember the weights if their validation loss, the first update's, is the lowest."""
        watched = f"loss/{next(iter(self.updates))}"
        if record.values[watched] < self.best_values.get(watched, math.inf):
            self.best_values, self.best_step = record.values, self.done
            self.best = self.weights()

    def weights(self) -> dict[str, dict[str, Tensor]]:
        """A copy of all weights, by network."""
        return {
            name: {key: value.detach().clone() for key, value in network.state_dict().items()}
            for name, network in self.networks.items()
        }

    def load_weights(self, weights: Mapping[str, Mapping[str, Tensor]]) -> None:
        """Put weights into the networks."""
        for name, network in self.networks.items():
            network.load_state_dict(weights[name])

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

    def state(self) -> dict[str, Any]:
        """All that decides how the training goes on, but for the best weights."""
        finished = self.validated * self.per_epoch
        state = {
            "networks": {name: n.state_dict() for name, n in self.networks.items()},
            "optimizers": {name: o.state_dict() for name, o in self.optimizers.items()},
            "scaler": self.scaler.state_dict(),
            "random": torch.get_rng_state(),
            "order": self.order_state if self.done > finished else self.order.get_state(),
            "rates": self.rates,
            "done": self.done,
            "validated": self.validated,
            "seconds": self.seconds,
            "best_values": self.best_values,
            "best_step": self.best_step,
        }
        if self.device.type == "cuda":
            state["device_random"] = torch.cuda.get_rng_state(self.device)
        return state

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a state; the best weights are set apart from it."""
        done, validated = int(state["done"]), int(state["validated"])
        if not 0 <= validated * self.per_epoch <= done <= self.total:
            raise ValueError(f"{done} steps and {validated} epochs of {self.total} steps")
        self.load_weights(state["networks"])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        self.scaler.load_state_dict(state["scaler"])
        torch.set_rng_state(state["random"])
        if self.device.type == "cuda" and "device_random" in state:
            torch.cuda.set_rng_state(state["device_random"], self.device)
        self.order_state = state["order"]
        self.order.set_state(self.order_state)
        self.rates = {name: float(state["rates"][name]) for name in self.rates}
        self.done, self.validated = done, validated
        self.seconds = float(state["seconds"])
        self.best_values = {name: float(value) for name, value in state["best_values"].items()}
        self.best_step = int(state["best_step"])

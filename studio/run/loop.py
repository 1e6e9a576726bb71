"""The training loop: plain torch, the same in Netloom's trainer and in exported scripts."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Step:
    """What one update of a training step follows: its loss, and metrics to log (scalars)."""

    update: str
    loss: Tensor
    metrics: dict[str, Tensor]


@dataclass(frozen=True, slots=True)
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


class Data(Protocol):
    """Samples in the parts training, validation and test."""

    def to(self, device: torch.device) -> None:
        """Put everything on a device."""

    def size(self, part: str) -> int:
        """Samples that can be asked for by index."""

    def epoch(self, part: str) -> int:
        """Samples that make an epoch."""

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """Samples by index, as the fields of the data."""


@dataclass(frozen=True, slots=True)
class Record:
    """Averages since the last record of training, or over a whole other part."""

    step: int
    epoch: float
    split: str
    values: dict[str, float]


class NotFinite(Exception):
    """A loss became infinite or no number; the weights are those before the step."""


Steps = Callable[[dict[str, nn.Module], dict[str, Tensor]], Iterator[Step]]


def pick_device(name: str) -> torch.device:
    """The device of that name; `auto`: CUDA, else MPS, else the CPU. Raises ValueError."""
    if name == "auto":
        name = "mps" if torch.backends.mps.is_available() else "cpu"
        name = "cuda" if torch.cuda.is_available() else name
    there: dict[str, Callable[[], bool]] = {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
    }
    if name.split(":")[0] in there and not there[name.split(":")[0]]():
        raise ValueError(f"this machine has no {name} device; choose auto or cpu")
    return torch.device(name)


def make_optimizer(rule: Update, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """The optimiser of an update, fused where torch has it so."""
    fused = parameters[0].device.type in ("cpu", "cuda")
    common: dict[str, Any] = {"lr": rule.learning_rate, "weight_decay": rule.weight_decay}
    if rule.optimizer == "SGD":
        return torch.optim.SGD(parameters, **common, momentum=rule.momentum, fused=fused)
    if rule.optimizer == "RMSprop":
        return torch.optim.RMSprop(parameters, **common, momentum=rule.momentum)
    kind = torch.optim.AdamW if rule.optimizer == "AdamW" else torch.optim.Adam
    return kind(parameters, **common, fused=fused)


def rate_at(rule: Update, step: int, total: int) -> float:
    """Factor on the learning rate at a step of `total`: linear warm-up, then the schedule."""
    rise = round(rule.warmup * total)
    if step < rise:
        return (step + 1) / rise
    gone = (step - rise) / max(1, total - rise)
    if rule.schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * gone))
    return 1 - gone if rule.schedule == "linear" else 1.0


class Loop:
    """Trains networks by the steps that a generator yields, one update at a time.

    Exact: from the same seed, thread count and device, or from a saved `state()`, it does the same.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Module],
        steps: Steps,
        updates: Mapping[str, Update],
        data: Data,
        *,
        batch_size: int,
        epochs: int,
        device: str = "auto",
        precision: str = "float32",
        seed: int = 0,
        log_seconds: float = 0.1,
    ) -> None:
        self.device = pick_device(device)
        self.networks = {name: network.to(self.device) for name, network in networks.items()}
        self.data = data
        self.data.to(self.device)
        self.updates = dict(updates)
        self.batch_size = batch_size
        self.step = 0
        self.position = 0
        self.per_epoch = self._batches(data.epoch("training"))
        self.total = self.per_epoch * epochs
        self.best = math.inf
        self.improved = False
        self.rates = {name: rule.learning_rate for name, rule in updates.items()}
        self._steps = steps
        self._parameters = {name: self._trained(rule) for name, rule in updates.items()}
        self._optimizers = {
            name: make_optimizer(rule, self._parameters[name]) for name, rule in updates.items()
        }
        everything = sum(len(list(n.parameters())) for n in self.networks.values())
        self._partial = any(len(p) < everything for p in self._parameters.values())
        dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision)
        self._autocast: contextlib.AbstractContextManager[object] = (
            contextlib.nullcontext() if dtype is None else torch.autocast(self.device.type, dtype)
        )
        self._scaler = torch.amp.GradScaler(self.device.type, enabled=precision == "fp16")
        self._generator = torch.Generator().manual_seed(seed)
        self._epoch_start = self._generator.get_state()
        self._log_seconds = log_seconds
        self._check_each = self.device.type == "cpu"
        self._sums: dict[str, Tensor] = {}
        self._counted = 0

    def _trained(self, rule: Update) -> list[nn.Parameter]:
        found = [p for name in rule.networks for p in self.networks[name].parameters()]
        return list(dict.fromkeys(found))

    def _batches(self, samples: int) -> int:
        """Batches of an epoch; a last one of a single sample is left out, as it has no variance."""
        full, rest = divmod(samples, self.batch_size)
        return max(1, full + (rest > 1))

    # ---- training ------------------------------------------------------------------------------

    def run(self) -> Iterator[Record | None]:
        """Train to the end. Yields after every step; where there is something to log, a record."""
        self._train_mode()
        logged = time.perf_counter()
        while self.step < self.total:
            for index in self._order()[self.position :]:
                self._train(self.data.batch("training", index))
                self.step += 1
                self.position += 1
                if self.position == self.per_epoch or (
                    time.perf_counter() - logged > self._log_seconds
                ):
                    yield self._averages()
                    logged = time.perf_counter()
                else:
                    yield None
            self.position = 0
            self._epoch_start = self._generator.get_state()
            if self.data.epoch("validation"):
                yield self._validate()

    def _order(self) -> tuple[Tensor, ...]:
        self._generator.set_state(self._epoch_start)
        order = torch.randperm(self.data.size("training"), generator=self._generator)
        order = order[: self.data.epoch("training")].to(self.device)
        return torch.split(order, self.batch_size)[: self.per_epoch]

    def _train(self, batch: dict[str, Tensor]) -> None:
        generator = self._steps(self.networks, batch)
        while True:
            with self._autocast:
                step = next(generator, None)
            if step is None:
                return
            loss = step.loss.detach()
            if self._check_each and not math.isfinite(loss.item()):
                raise NotFinite(f"the loss of {step.update} is {loss.item()} at step {self.step}")
            if self.step % self.updates[step.update].every == 0:
                self._update(step)
            self._add(self._loss_name(step.update), loss)
            for name, value in step.metrics.items():
                self._add(name, value.detach())
            if step.update == next(iter(self.updates)):
                self._counted += 1

    def _update(self, step: Step) -> None:
        rule, optimizer = self.updates[step.update], self._optimizers[step.update]
        parameters = self._parameters[step.update]
        if rule.schedule != "constant" or rule.warmup:
            rate = self.rates[step.update] * rate_at(rule, self.step, self.total)
            for group in optimizer.param_groups:
                group["lr"] = rate
        optimizer.zero_grad(set_to_none=True)
        loss = self._scaler.scale(step.loss)
        torch.autograd.backward(loss, inputs=parameters if self._partial else None)
        if rule.clip_norm is not None:
            self._scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(parameters, rule.clip_norm)
        if self._scaler.is_enabled():
            self._scaler.step(optimizer)
            self._scaler.update()
        else:
            optimizer.step()

    def _train_mode(self) -> None:
        trained = {name for rule in self.updates.values() for name in rule.networks}
        for name, network in self.networks.items():
            network.train(name in trained)

    def set_learning_rate(self, value: float, update: str = "") -> None:
        """Change the base learning rate of one update, or of all."""
        for name, optimizer in self._optimizers.items():
            if update in ("", name):
                self.rates[name] = value
                for group in optimizer.param_groups:
                    group["lr"] = value

    # ---- logging -------------------------------------------------------------------------------

    def _loss_name(self, update: str) -> str:
        return "loss" if len(self.updates) == 1 else f"{update}.loss"

    def _add(self, name: str, value: Tensor) -> None:
        if name in self._sums:
            self._sums[name] += value
        else:
            self._sums[name] = value.float().clone()

    def _averages(self) -> Record:
        values = {name: total.item() / self._counted for name, total in self._sums.items()}
        self._sums, self._counted = {}, 0
        if not all(math.isfinite(v) for n, v in values.items() if n.endswith("loss")):
            raise NotFinite(f"the loss is not finite at step {self.step}")
        first = next(iter(self._optimizers.values()))
        values["learning_rate"] = float(first.param_groups[0]["lr"])
        return Record(self.step, self.step / self.per_epoch, "training", values)

    def _validate(self) -> Record:
        values = self.evaluate("validation")
        loss = sum(v for n, v in values.items() if n.endswith("loss"))
        self.improved = loss < self.best
        self.best = min(loss, self.best)
        return Record(self.step, self.step / self.per_epoch, "validation", values)

    def evaluate(self, part: str) -> dict[str, float]:
        """Averages of losses and metrics over a part, in evaluation mode."""
        for network in self.networks.values():
            network.eval()
        sums: dict[str, Tensor] = {}
        count = 0
        with torch.no_grad():
            for index in torch.split(torch.arange(self.data.epoch(part), device=self.device), 256):
                with self._autocast:
                    found = list(self._steps(self.networks, self.data.batch(part, index)))
                for step in found:
                    for name, value in {
                        self._loss_name(step.update): step.loss,
                        **step.metrics,
                    }.items():
                        sums[name] = sums.get(name, 0.0) + value.float() * len(index)
                count += len(index)
        self._train_mode()
        return {name: total.item() / count for name, total in sums.items()}

    # ---- saving --------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """All that is needed to go on exactly: tensors, numbers and text only."""
        cuda = torch.cuda.get_rng_state(self.device) if self.device.type == "cuda" else None
        return {
            "networks": {name: n.state_dict() for name, n in self.networks.items()},
            "optimizers": {name: o.state_dict() for name, o in self._optimizers.items()},
            "scaler": self._scaler.state_dict(),
            "rates": dict(self.rates),
            "step": self.step,
            "position": self.position,
            "best": self.best,
            "epoch_start": self._epoch_start,
            "rng": torch.get_rng_state(),
            "cuda_rng": cuda,
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state."""
        for name, network in self.networks.items():
            network.load_state_dict(state["networks"][name])
        for name, optimizer in self._optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        self._scaler.load_state_dict(state["scaler"])
        self.rates.update(state["rates"])
        self.step, self.position, self.best = state["step"], state["position"], state["best"]
        self._epoch_start = state["epoch_start"].cpu()
        torch.set_rng_state(state["rng"].cpu())
        if state["cuda_rng"] is not None and self.device.type == "cuda":
            torch.cuda.set_rng_state(state["cuda_rng"].cpu(), self.device)

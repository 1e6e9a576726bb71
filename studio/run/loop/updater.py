"""How weights follow a loss: optimiser, schedule, accumulation, clipping."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Update:
    """How weights follow a loss."""

    networks: tuple[str, ...]
    layers: tuple[str, ...] = ()  # of the objective
    optimizer: str = "AdamW"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup: float = 0.0  # a share of all its moves
    weight_decay: float = 0.0
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    clip_norm: float | None = None
    every: int = 1  # steps from one time that it goes back to the next
    accumulate: int = 1  # times that it goes back before it moves


def rate_factor(update: Update, done: int, total: int) -> float:
    """What the learning rate is multiplied by for the step after `done` of `total`."""
    if update.every > 1 or update.accumulate > 1:
        period = update.every * update.accumulate
        done, total = done // period, max(1, total // period)
    if update.warmup > 0:
        warmup = round(update.warmup * total)
        if done < warmup:
            return (done + 1) / warmup
        done, total = done - warmup, total - warmup
    if update.schedule == "constant":
        return 1.0
    way = done / max(1, total)
    return 1.0 - way if update.schedule == "linear" else 0.5 * (1 + math.cos(math.pi * way))


class Updater:
    """Moves the weights that one update owns, and no others."""

    def __init__(self, update: Update, owned: Iterable[nn.Module], half: bool) -> None:
        """Gradients are scaled where they are `half` precise, in float16."""
        self.update = update
        unique = {id(p): p for module in owned for p in module.parameters()}
        self.parameters = list(unique.values())
        settings: dict[str, Any] = {"lr": update.learning_rate, "weight_decay": update.weight_decay}
        if update.optimizer in ("SGD", "RMSprop"):
            settings["momentum"] = update.momentum
        else:
            settings["betas"] = (update.beta1, update.beta2)
        if update.optimizer != "RMSprop":
            settings["fused"] = True  # one kernel, where torch has one
        kind: type[torch.optim.Optimizer] = getattr(torch.optim, update.optimizer)
        self.optimizer = kind(self.parameters, **settings)
        self.scaler = torch.amp.GradScaler(self.parameters[0].device.type, enabled=half)

    def go_back(self, loss: Tensor, keep: bool, anew: bool) -> None:
        """Gather the gradients of a loss, `anew` or beside those before; `keep` its graph for other
        updates."""
        if anew:
            for parameter in self.parameters:
                parameter.grad = None  # what zero_grad does, without its profiling
        if self.update.accumulate > 1:
            loss = loss / self.update.accumulate
        loss = self.scaler.scale(loss)
        torch.autograd.backward(loss, retain_graph=keep, inputs=self.parameters)

    def move(self, rate: float) -> None:
        """One step down the gradients that were gathered."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        if self.update.clip_norm is not None:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self.parameters, self.update.clip_norm)
        self.scaler.step(self.optimizer)
        self.scaler.update()

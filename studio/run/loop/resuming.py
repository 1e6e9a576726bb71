"""A loop that can stop and go on exactly, and logs as time goes by. Scripts do without it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from studio.run.loop.data import Data
from studio.run.loop.objective import Objective
from studio.run.loop.training import Loop, Plan, Record
from studio.run.loop.updater import Updater

LOG_SECONDS = 0.1


class ResumableLoop(Loop):
    """A loop whose state can be kept and put back, also in the middle of an epoch."""

    def __init__(self, objective: Objective, data: Data, plan: Plan, device: torch.device) -> None:
        super().__init__(objective, data, plan, device)
        self._order_state = self.order.get_state()
        self._logged = time.perf_counter()

    def run(self) -> Iterator[Record | None]:
        """Train to the end, then test; `seconds` counts while it works. Raises NotFinite."""
        began = self._logged = time.perf_counter()
        for record in super().run():
            now = time.perf_counter()
            if record is None and now - self._logged >= LOG_SECONDS and self.pending:
                record = self.flush()
            if record is not None:
                self._logged = now
            self.seconds += now - began
            yield record
            began = time.perf_counter()

    def batches(self) -> Iterator[Tensor]:
        """Numbers of the samples of every batch that is left in this epoch."""
        done = self.done - self.validated * self.per_epoch
        if done == 0:
            self._order_state = self.order.get_state()
        self.order.set_state(self._order_state)
        yield from islice(super().batches(), done, None)

    def test(self) -> Iterator[Record | None]:
        """Test the last weights, then the best ones; keep the last. One after the other is told at
        the end, so that a test that was cut short leaves nothing behind."""
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
            "networks": {name: module.state_dict() for name, module in self.modules.items()},
            "optimizers": {n: u.optimizer.state_dict() for n, u in self.updaters.items()},
            "scalers": {n: u.scaler.state_dict() for n, u in self.updaters.items()},
            "parameters": {n: self.names(u) for n, u in self.updaters.items()},
            "gathered": {n: _gathered(u, self.done) for n, u in self.updaters.items()},
            "random": torch.get_rng_state(),
            "order": self._order_state if self.done > finished else self.order.get_state(),
            "rates": self.rates,
            "done": self.done,
            "per_epoch": self.per_epoch,
            "validated": self.validated,
            "seconds": self.seconds,
            "best_values": self.best_values,
            "best_step": self.best_step,
        }
        if self.device.type == "cuda":
            state["device_random"] = torch.cuda.get_rng_state(self.device)
        return state

    def names(self, updater: Updater) -> list[tuple[str, str]]:
        """Module and key of what an updater moves, in the order in which its optimiser counts."""
        names = {
            id(parameter): (name, key)
            for name, module in self.modules.items()
            for key, parameter in module.named_parameters()
        }
        return [names[id(parameter)] for parameter in updater.parameters]

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a state; the best weights are set apart from it."""
        done, validated = int(state["done"]), int(state["validated"])
        if not 0 <= validated * self.per_epoch <= done <= self.total:
            raise ValueError(f"{done} steps and {validated} epochs of {self.total} steps")
        self.load_weights(state["networks"])
        for name, updater in self.updaters.items():
            updater.optimizer.load_state_dict(state["optimizers"][name])
            scaler = state["scalers"].get(name) if "scalers" in state else state["scaler"]
            updater.scaler.load_state_dict(scaler)
            gathered = state.get("gathered", {}).get(name, [])
            for parameter, gradient in zip(updater.parameters, gathered, strict=False):
                parameter.grad = None if gradient is None else gradient.to(parameter.device)
        torch.set_rng_state(state["random"])
        if self.device.type == "cuda" and "device_random" in state:
            torch.cuda.set_rng_state(state["device_random"], self.device)
        self._order_state = state["order"]
        self.order.set_state(self._order_state)
        self.rates = {name: float(state["rates"][name]) for name in self.rates}
        self.done, self.validated = done, validated
        self.seconds = float(state["seconds"])
        self.best_values = {name: float(value) for name, value in state["best_values"].items()}
        self.best_step = int(state["best_step"])


def _gathered(updater: Updater, done: int) -> list[Tensor | None]:
    """Gradients that wait for more before the weights move."""
    times = -(-done // updater.update.every)  # that it went back
    waits = times % updater.update.accumulate
    return [p.grad for p in updater.parameters] if waits else []

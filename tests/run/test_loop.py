"""The loop against one written by hand, and against itself after a pause."""

import copy
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nodes.datasets.digits import Digits
from studio.run.loop.objective import At, Objective, Step
from studio.run.loop.resuming import ResumableLoop
from studio.run.loop.training import Loop, NotFinite, Plan, Record, pick_device
from studio.run.loop.updater import Update, rate_factor

CPU = torch.device("cpu")


def network(dropout: float = 0.0) -> dict[str, nn.Module]:
    torch.manual_seed(3)
    layers = (nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(dropout), nn.Linear(32, 10))
    return {"mlp": nn.Sequential(*layers)}


class Classifier(Objective):
    """Tells digits apart."""

    def training_steps(self, batch: dict[str, Tensor], at: At) -> Iterator[Step]:
        values = self.evaluate(batch, at)
        yield Step("update", values.pop("loss/update"), values)

    def evaluate(self, batch: dict[str, Tensor], at: At) -> dict[str, Tensor]:
        logits = self.networks["mlp"](batch["image"])
        right = (logits.argmax(-1) == batch["label"]).float().mean()
        loss = F.cross_entropy(logits, batch["label"])
        return {"loss/update": loss, "metric/accuracy": right}


LOWEST = {"watch": "loss/update"}


def training(
    epochs: int = 2,
    dropout: float = 0.0,
    batch_size: int = 64,
    watch: Mapping[str, Any] = LOWEST,
    kind: type[Objective] = Classifier,
    **update: Any,
) -> ResumableLoop:
    settings = Update(("mlp",), **{"learning_rate": 1e-2, **update})
    plan = Plan({"update": settings}, batch_size, epochs, **watch)
    return ResumableLoop(kind(network(dropout)), Digits(), plan, CPU)


def records(run: Loop, split: str) -> list[Record]:
    return [r for r in run.run() if r is not None and r.split == split]


def equal(a: Loop, b: Loop) -> bool:
    pairs = zip(a.weights()["mlp"].items(), b.weights()["mlp"].items(), strict=True)
    return all(x == y and torch.equal(v, w) for (x, v), (y, w) in pairs)


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW", "RMSprop"])
def test_equals_a_loop_written_by_hand(optimizer: str) -> None:
    ours = training(epochs=2, optimizer=optimizer, learning_rate=1e-3)
    validation = records(ours, "validation")
    torch.manual_seed(3)
    model, data = network()["mlp"], Digits()
    make = getattr(torch.optim, optimizer)
    more = {"momentum": 0.9} if optimizer in ("SGD", "RMSprop") else {}
    optim = make(model.parameters(), lr=1e-3, weight_decay=0.0, **more)
    order = torch.Generator().manual_seed(0)
    for epoch in range(2):
        for index in torch.randperm(data.size("training"), generator=order).split(64):
            batch = data.batch("training", index)
            optim.zero_grad()
            F.cross_entropy(model(batch["image"]), batch["label"]).backward()
            optim.step()
        batch = data.batch("validation", torch.arange(data.size("validation")))
        loss = F.cross_entropy(model(batch["image"]), batch["label"]).item()
        assert validation[epoch].values["loss/update"] == pytest.approx(loss, rel=1e-4)


@pytest.mark.parametrize("stop", [5, 20, 21, 22, 45])
def test_goes_on_exactly(stop: int) -> None:
    whole = training(epochs=4, dropout=0.3)
    expected = records(whole, "validation")
    first = training(epochs=4, dropout=0.3)
    before = [r for r in itertools.islice(first.run(), stop) if r and r.split == "validation"]
    state, best = copy.deepcopy(first.state()), first.best
    torch.manual_seed(99)
    second = training(epochs=4, dropout=0.3)
    second.load_state(state)
    second.best = best
    after = records(second, "validation")
    assert [(r.step, r.values) for r in before + after] == [(r.step, r.values) for r in expected]
    assert equal(whole, second)
    assert whole.best_step == second.best_step


def test_longer_run_goes_on_from_a_finished_one() -> None:
    whole, first = training(epochs=4), training(epochs=2)
    list(whole.run())
    list(first.run())
    second = training(epochs=4)
    second.load_state(copy.deepcopy(first.state()))
    list(second.run())
    assert equal(whole, second)


def test_best_is_chosen_by_validation_and_tested_with_the_last() -> None:
    run = training(epochs=3)
    found = [r for r in run.run() if r is not None]
    validation = [r for r in found if r.split == "validation"]
    assert run.best_values == min((r.values for r in validation), key=lambda v: v["loss/update"])
    assert [r.split for r in found if "test" in r.split] == ["test", "last_test"]
    assert found[-1].values.keys() == {"loss/update", "metric/accuracy"}
    assert found[0].values.keys() == {"loss/update", "metric/accuracy", "rate/update"}


def test_a_metric_may_have_any_name_and_any_value() -> None:
    class NamedLoss(Classifier):
        def evaluate(self, batch: dict[str, Tensor], at: At) -> dict[str, Tensor]:
            return {**super().evaluate(batch, at), "metric/loss": torch.tensor(math.inf)}

    plain, run = training(epochs=3), training(epochs=3, kind=NamedLoss)
    pairs = zip(records(plain, "validation"), records(run, "validation"), strict=True)
    for expected, record in pairs:
        assert record.values["loss/update"] == expected.values["loss/update"]
        assert record.values["metric/loss"] == math.inf
    assert plain.best_step == run.best_step


def test_not_finite_names_the_step() -> None:
    class Bad(Classifier):
        def training_steps(self, batch: dict[str, Tensor], at: At) -> Iterator[Step]:
            for step in super().training_steps(batch, at):
                yield step._replace(loss=step.loss / (0.0 if at.done == 6 else 1.0))

    with pytest.raises(NotFinite) as caught:
        list(training(epochs=2, kind=Bad).run())
    assert caught.value.step == 7


class Ones:
    """Eight samples of ones."""

    takes, classes = "", ()

    def to(self, device: torch.device) -> None: ...
    def size(self, part: str) -> int:
        return 8

    epoch = size

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        return {"x": torch.ones(len(index), 4)}

    def encode(self, value: object) -> dict[str, Tensor]:
        return {}


class Both(Objective):
    """Two updates through the same two networks."""

    def training_steps(self, batch: dict[str, Tensor], at: At) -> Iterator[Step]:
        a, b = self.networks["a"], self.networks["b"]
        yield Step("first", b(a(batch["x"])).mean(), {})
        if "second" in at.due:
            yield Step("second", b(a(batch["x"])).square().mean(), {})

    def evaluate(self, batch: dict[str, Tensor], at: At) -> dict[str, Tensor]:
        return {"loss/first": self.networks["b"](self.networks["a"](batch["x"])).mean()}


def linear_pair() -> dict[str, nn.Module]:
    return {"a": nn.Linear(4, 4), "b": nn.Linear(4, 4), "c": nn.Linear(1, 1)}


def test_only_the_networks_of_an_update_learn() -> None:
    networks = linear_pair()
    before = copy.deepcopy(networks)
    updates = {"first": Update(("a",)), "second": Update(("b",), every=100)}
    run = ResumableLoop(Both(networks), Ones(), Plan(updates, 4, 1), CPU)
    found = [r for r in run.run() if r is not None]
    assert {"loss/first", "loss/second"} < found[0].values.keys()
    for name, learns in (("a", True), ("b", True), ("c", False)):
        moved = any(
            not torch.equal(w, v)
            for w, v in zip(networks[name].parameters(), before[name].parameters(), strict=True)
        )
        assert moved == learns


def test_gradients_gather_over_batches_as_over_a_large_one() -> None:
    ends = []
    for batch_size, accumulate in ((8, 1), (4, 2)):
        torch.manual_seed(0)
        networks = linear_pair()
        updates = {"first": Update(("a",), optimizer="SGD", accumulate=accumulate)}
        list(ResumableLoop(Both(networks), Ones(), Plan(updates, batch_size, 3), CPU).run())
        ends.append(networks["a"].state_dict())
    for name in ends[0]:
        torch.testing.assert_close(ends[0][name], ends[1][name])


@pytest.mark.parametrize("every", [1, 3])
def test_goes_on_while_gradients_wait_for_more(every: int) -> None:
    updates = {
        "first": Update(("a",), every=every, accumulate=3),
        "second": Update(("b",), every=2, accumulate=2),
    }

    def loop() -> ResumableLoop:
        torch.manual_seed(0)
        return ResumableLoop(Both(linear_pair()), Ones(), Plan(updates, 1, 2), CPU)

    whole, first = loop(), loop()
    list(whole.run())
    for stop in range(1, 14):
        first = loop()
        list(itertools.islice(first.run(), stop))
        second = loop()
        second.load_state(copy.deepcopy(first.state()))
        list(second.run())
        for name, weights in whole.weights().items():
            for key, value in weights.items():
                assert torch.equal(value, second.weights()[name][key])


def test_validation_disturbs_no_draw_of_the_training() -> None:
    class Noisy(Both):
        def training_steps(self, batch: dict[str, Tensor], at: At) -> Iterator[Step]:
            loss = (self.networks["a"](batch["x"]) * torch.randn(4)).mean()
            yield Step("first", loss, {})

        def evaluate(self, batch: dict[str, Tensor], at: At) -> dict[str, Tensor]:
            return {"loss/first": self.networks["a"](torch.randn(len(batch["x"]), 4)).mean()}

    class Parts(Ones):
        def epoch(self, part: str) -> int:
            return 8 if part == "training" or self.validates else 0

        validates = True

    ends, seen = [], []
    for validates in (True, False):
        torch.manual_seed(0)
        data, networks = Parts(), linear_pair()
        data.validates = validates
        updates = {"first": Update(("a",), learning_rate=0.0)}
        torch.manual_seed(1)
        run = ResumableLoop(Noisy(networks), data, Plan(updates, 4, 3), CPU)
        found = [r for r in run.run() if r is not None]
        seen.append([r.values["loss/first"] for r in found if r.split == "training"])
        ends.append([r.values["loss/first"] for r in found if r.split == "validation"])
    assert seen[0] == seen[1]
    assert len(set(ends[0])) == 1, "the same draws each time"


@pytest.mark.parametrize("highest", [False, True])
def test_best_by_a_metric(highest: bool) -> None:
    run = training(epochs=3, watch={"watch": "metric/accuracy", "highest": highest})
    scores = [r.values["metric/accuracy"] for r in records(run, "validation")]
    assert run.best_values["metric/accuracy"] == (max if highest else min)(scores)


def test_nothing_watched_keeps_the_last_weights() -> None:
    run = training(epochs=2, watch={})
    assert {r.split for r in run.run() if r is not None} == {"training", "validation", "test"}
    assert run.best == {}


def test_batches_that_must_be_whole_are_evaluated_as_they_are_trained_on() -> None:
    sizes: list[int] = []

    class Counting(Classifier):
        def evaluate(self, batch: dict[str, Tensor], at: At) -> dict[str, Tensor]:
            nonlocal sizes
            sizes += [] if at.due else [len(batch["label"])]
            return super().evaluate(batch, at)

    run = training(epochs=1)
    plan = replace(run.plan, whole=True, batch_size=50)
    list(Loop(Counting(network()), Digits(), plan, CPU).run())
    assert set(sizes) == {50}


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_mixed_precision_learns(precision: str) -> None:
    update = {"update": Update(("mlp",), learning_rate=1e-2, clip_norm=1.0)}
    plan = Plan(update, 64, 3, precision)
    run = ResumableLoop(Classifier(network()), Digits(), plan, CPU)
    found = records(run, "validation")
    assert found[-1].values["loss/update"] < 0.5


def test_schedules() -> None:
    cosine = Update((), schedule="cosine", warmup=0.1)
    rates = [rate_factor(cosine, step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == rates[10] == 1.0
    assert rates == [*rates[:10], *sorted(rates[10:], reverse=True)]
    assert rate_factor(Update((), schedule="linear"), 75, 100) == pytest.approx(0.25)


def test_device_is_found() -> None:
    assert pick_device("cpu").type == "cpu"
    assert pick_device("auto").type in ("cpu", "cuda", "mps")


def test_last_batch_of_one_sample_is_left_out() -> None:
    data = Digits()
    size = next(s for s in range(10, 200) if data.size("training") % s == 1)
    run = training(epochs=1, batch_size=size)
    assert run.total == data.size("training") // size
    list(run.run())
    assert run.done == run.total


def test_without_validation_the_last_weights_are_tested() -> None:
    update = {"update": Update(("mlp",))}
    plan = Plan(update, 64, 2, watch="loss/update")
    run = ResumableLoop(Classifier(network()), Digits(validation=0.0), plan, CPU)
    found = [r for r in run.run() if r is not None]
    assert {r.split for r in found} == {"training", "test"}
    assert found[-1].values.keys() == {"loss/update", "metric/accuracy"}
    assert run.best == {}

"""The loop against one written by hand, and against itself after a pause."""

import copy
import itertools
import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nodes.datasets.digits import Digits
from studio.run.loop import NotFinite, Record, Step, Training, Update, pick_device, rate_factor

CPU = torch.device("cpu")


def network(dropout: float = 0.0) -> dict[str, nn.Module]:
    torch.manual_seed(3)
    layers = (nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(dropout), nn.Linear(32, 10))
    return {"mlp": nn.Sequential(*layers)}


def steps(networks: dict[str, nn.Module], batch: dict[str, Tensor]) -> Iterator[Step]:
    logits = networks["mlp"](batch["image"])
    right = (logits.argmax(-1) == batch["label"]).float().mean()
    yield Step("update", F.cross_entropy(logits, batch["label"]), {"accuracy": right})


def training(
    epochs: int = 2, dropout: float = 0.0, batch_size: int = 64, **update: Any
) -> Training:
    settings = Update(("mlp",), **{"learning_rate": 1e-2, **update})
    return Training(
        network(dropout), steps, {"update": settings}, Digits(), batch_size, epochs, CPU
    )


def records(run: Training, split: str) -> list[Record]:
    return [r for r in run.run() if r is not None and r.split == split]


def equal(a: Training, b: Training) -> bool:
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
    def named_loss(networks: dict[str, nn.Module], batch: dict[str, Tensor]) -> Iterator[Step]:
        for step in steps(networks, batch):
            yield step._replace(metrics={"loss": torch.tensor(math.inf)})

    plain, run = training(epochs=3), training(epochs=3)
    run.steps = named_loss
    pairs = zip(records(plain, "validation"), records(run, "validation"), strict=True)
    for expected, record in pairs:
        assert record.values["loss/update"] == expected.values["loss/update"]
        assert record.values["metric/loss"] == math.inf
    assert plain.best_step == run.best_step


def test_not_finite_names_the_step() -> None:
    run = training(epochs=2)

    def bad(networks: dict[str, nn.Module], batch: dict[str, Tensor]) -> Iterator[Step]:
        for step in steps(networks, batch):
            yield step._replace(loss=step.loss / (0.0 if run.done == 6 else 1.0))

    run.steps = bad
    with pytest.raises(NotFinite) as caught:
        list(run.run())
    assert caught.value.step == 7


def test_only_the_networks_of_an_update_learn() -> None:
    class Two:
        takes, classes = "", ()

        def to(self, device: torch.device) -> None: ...
        def size(self, part: str) -> int:
            return 8

        epoch = size

        def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
            return {"x": torch.ones(len(index), 4)}

        def encode(self, value: object) -> dict[str, Tensor]:
            return {}

    def both(networks: dict[str, nn.Module], batch: dict[str, Tensor]) -> Iterator[Step]:
        yield Step("first", networks["b"](networks["a"](batch["x"])).mean(), {})
        yield Step("second", networks["b"](networks["a"](batch["x"])).square().mean(), {})

    networks = {"a": nn.Linear(4, 4), "b": nn.Linear(4, 4), "c": nn.Linear(1, 1)}
    before = copy.deepcopy(networks)
    updates = {"first": Update(("a",)), "second": Update(("b",), every=100)}
    run = Training(dict(networks), both, updates, Two(), 4, 1, CPU)
    found = [r for r in run.run() if r is not None]
    assert {"loss/first", "loss/second"} < found[0].values.keys()
    assert not torch.equal(networks["a"].weight, before["a"].weight)
    assert not torch.equal(networks["b"].weight, before["b"].weight)
    assert torch.equal(networks["c"].weight, before["c"].weight)
    assert networks["b"].weight.grad is not None


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_mixed_precision_learns(precision: str) -> None:
    update = {"update": Update(("mlp",), learning_rate=1e-2, clip_norm=1.0)}
    run = Training(network(), steps, update, Digits(), 64, 3, CPU, precision)
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
    run = Training(network(), steps, update, Digits(validation=0.0), 64, 2, CPU)
    found = [r for r in run.run() if r is not None]
    assert {r.split for r in found} == {"training", "test"}
    assert found[-1].values.keys() == {"loss/update", "metric/accuracy"}
    assert run.best == {}

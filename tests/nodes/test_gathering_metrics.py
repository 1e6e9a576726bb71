"""Metrics that are no means over samples, over a whole part whose last batch is a smaller one."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import torch
from sklearn.metrics import f1_score, r2_score
from torch import Tensor
from torchmetrics.classification import MulticlassF1Score
from torchmetrics.image import PeakSignalNoiseRatio
from torchmetrics.regression import R2Score

from nodes.flaws import flaws
from studio.compile.compiled import Compiled
from studio.compile.training_script import training_script
from studio.model.project import Board
from studio.run.loop.resuming import ResumableLoop
from studio.run.loop.training import Record
from tests.compile.drawing import TYPES, board, checked, node, opened
from tests.nodes.small_boards import scores


def drawn(metric: str, wires: str, *more: Board, **params: object) -> Compiled:
    """A classifier of digits that is judged by a metric besides."""
    nodes = [
        node("digits", "DigitsData", batch_size=64),
        node("scores", "Network", network="Scores"),
        node("loss", "CrossEntropy"),
        node("update", "Update", learning_rate=0.01),
        node("it", metric, **params),
        node("chances", "Softmax"),
        node("likely", "Reshape", shape=(10,)),
    ]
    every = (
        "digits.image -> scores.x, scores.y -> loss.logits, digits.label -> loss.target, "
        f"loss.loss -> update.loss, scores.y -> chances, chances -> likely, {wires}"
    )
    return checked(scores(), board(nodes, every, "Training", "training"))


CLASSES = "scores.y -> it.logits, digits.label -> it.target"
NUMBERS = "scores.y -> it.prediction, likely -> it.target"


def trained(compiled: Compiled, epochs: int = 2) -> tuple[ResumableLoop, list[Record]]:
    stage = opened(compiled)
    torch.manual_seed(0)
    plan = stage.plan
    object.__setattr__(plan, "epochs", epochs)
    loop = ResumableLoop(stage.objective(), stage.data(), plan, torch.device("cpu"))
    return loop, [record for record in loop.run() if record is not None]


def whole(loop: ResumableLoop) -> tuple[Tensor, Tensor]:
    """Scores and labels of the validation part, all at once."""
    samples = loop.data.size("validation")
    assert samples % loop.plan.batch_size
    batch = loop.data.batch("validation", torch.arange(samples))
    with torch.no_grad():
        return loop.networks["Scores"].eval()(batch["image"]), batch["label"]


@pytest.mark.parametrize("average", ["macro", "weighted", "micro"])
def test_f1_is_that_of_the_whole_part(average: str) -> None:
    loop, records = trained(drawn("F1", CLASSES, average=average), epochs=1)
    found = next(r for r in records if r.split == "validation").values["metric/it"]
    given, target = whole(loop)
    assert found == pytest.approx(f1_score(target, given.argmax(-1), average=average), abs=1e-6)
    theirs = MulticlassF1Score(10, average=average)(given, target)
    assert found == pytest.approx(theirs.item(), abs=1e-6)


def test_r2_is_that_of_the_whole_part() -> None:
    loop, records = trained(drawn("R2", NUMBERS), epochs=1)
    found = next(r for r in records if r.split == "validation").values["metric/it"]
    given, _ = whole(loop)
    target = given.softmax(-1)
    assert found == pytest.approx(r2_score(target, given), rel=1e-3)
    assert found == pytest.approx(R2Score()(given, target).item(), rel=1e-3)


def test_psnr_is_that_of_the_whole_part() -> None:
    loop, records = trained(drawn("PSNR", NUMBERS, data_range=2.0), epochs=1)
    found = next(r for r in records if r.split == "validation").values["metric/it"]
    given, _ = whole(loop)
    target = given.softmax(-1)
    error = (given - target).square().mean().item()
    assert found == pytest.approx(10 * math.log10(4 / error), rel=1e-5)
    theirs = PeakSignalNoiseRatio(data_range=2.0)(given, target)
    assert found == pytest.approx(theirs.item(), rel=1e-5)


def test_a_perfect_match_is_infinite_and_ends_nothing() -> None:
    loop, records = trained(
        drawn("PSNR", "digits.image -> it.prediction, digits.image -> it.target")
    )
    judged = [record for record in records if record.split != "training"]
    assert [record.values["metric/it"] for record in judged] == [math.inf] * 4
    assert loop.best_values["metric/it"] == math.inf


def test_a_part_of_one_sample_has_no_r2_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, _ = trained(drawn("R2", NUMBERS), epochs=1)
    monkeypatch.setattr(loop.data, "epoch", lambda _: 1)
    *_, record = loop.evaluate("test")
    assert record is not None
    assert math.isnan(record.values["metric/it"])


def test_steps_do_without_it_and_each_part_begins_anew() -> None:
    loop, records = trained(drawn("F1", CLASSES))
    assert all("metric/it" not in r.values for r in records if r.split == "training")
    before = next(r for r in records if r.split == "last_test").values
    assert next(loop.evaluate("test")) is None, "given up after a batch"
    *_, record = loop.evaluate("test")
    assert record is not None
    assert record.values == before


@pytest.mark.parametrize(
    ("name", "wires", "reason"),
    [
        ("F1", CLASSES.replace("digits.label", "digits.image"), "whole numbers"),
        ("R2", NUMBERS.replace("likely", "digits.image"), "they must agree"),
        (
            "R2",
            "digits.image -> it.prediction, digits.image -> it.target",
            "put a Flatten before it",
        ),
        ("PSNR", NUMBERS.replace("likely", "digits.image"), "they must agree"),
    ],
)
def test_what_does_not_fit_is_said(name: str, wires: str, reason: str) -> None:
    told = [issue.message for issue in drawn(name, wires).issues if issue.node == "it"]
    assert any(reason in text for text in told), told


@pytest.mark.parametrize("change", [{"layer": ""}, {"role": "loss"}])
def test_only_a_metric_with_a_layer_gathers(change: dict[str, Any]) -> None:
    (flaw,) = flaws(replace(TYPES["F1"], **change))
    assert flaw == "it gathers, but is no metric with a layer that does so"


def test_scripts_name_what_they_need_and_no_more() -> None:
    with_f1, without = (
        training_script(found.project, found.checking)
        for found in (drawn("F1", CLASSES), drawn("Accuracy", CLASSES))
    )
    assert "torchmetrics" in with_f1.splitlines()[0]
    assert "torchmetrics" not in without
    assert "MulticlassF1Score" in with_f1


def test_it_is_imported_only_where_it_is_used() -> None:
    text = (
        "import sys\n"
        "from studio.compile.compiled import all_types\n"
        "import studio.run.training_runs\n"
        "all_types()\n"
        "print('torchmetrics' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

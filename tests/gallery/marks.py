"""What each project of the gallery is to reach, and how that is measured in a run's folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from nodes.datasets.digits import Digits
from studio.model.run_layout import RunLayout, last_values, read_metrics
from studio.run.loaded_project import LoadedProject
from studio.run.loop.updater import rate_factor
from studio.run.node_outputs import untouched
from studio.run.training_runs import load_run
from tests.gallery.judge import Judge, Verdict
from tests.gallery.retrieval import mean_average_precision

LABELS = 10
PICTURES = 2000
"""Drawn from noise to be judged."""


@dataclass(frozen=True)
class Mark:
    """One thing that a project is to reach: at least `goal`, or at most where `lower`."""

    what: str
    goal: float
    measure: Callable[[Path], float]
    lower: bool = False
    percent: bool = True

    def shown(self, value: float) -> str:
        """A value in words."""
        return f"{value:.1%}" if self.percent else f"{value:.3g}"

    def met(self, value: float) -> bool:
        """Whether a value is good enough."""
        return value <= self.goal if self.lower else value >= self.goal


def value(split: str, name: str) -> Callable[[Path], float]:
    """The last value of a split."""
    return lambda folder: last_values(read_metrics(RunLayout(folder)), split)[name]


ACCURACY = value("test", "metric/accuracy")


@cache
def judge() -> Judge:
    """The judge of drawn digits."""
    return Judge()


def _drawn(network: str, size: int) -> Callable[[Path], Verdict]:
    """What the judge says of a network's pictures from noise."""

    def verdict(folder: Path) -> Verdict:
        loaded = load_run(folder)
        with untouched(loaded), torch.no_grad():
            torch.manual_seed(0)
            pictures: Tensor = loaded.networks[network](torch.randn(PICTURES, size))
        return judge().verdict(pictures.flatten(1).numpy())

    return verdict


def _coded(folder: Path) -> tuple[LoadedProject, Tensor, Tensor, Tensor]:
    """A VAE with the pictures that it has not seen, their means and log variances."""
    loaded = load_run(folder)
    every = torch.arange(loaded.data.epoch("test"))
    pictures = loaded.data.batch("test", every)["image"]
    with untouched(loaded), torch.no_grad():
        mean, log_variance = loaded.networks["Encoder"](pictures)
    return loaded, pictures, mean, log_variance


def _divergence(folder: Path) -> float:
    _, _, mean, log_variance = _coded(folder)
    each = 0.5 * (log_variance.exp() + mean.square() - 1 - log_variance).sum(1)
    return float(each.mean())


def _error(folder: Path) -> float:
    loaded, pictures, mean, _ = _coded(folder)
    with untouched(loaded), torch.no_grad():
        found: Tensor = loaded.networks["Decoder"](mean)
    return float((found - pictures).square().mean().sqrt())


def _points_over_labels(folder: Path) -> float:
    """Test accuracy of the taught student, less that of the same one that learns for as long from
    ten labels of each digit."""
    loaded = load_run(folder)
    stage = loaded.training
    every = loaded.data.batch("training", torch.arange(loaded.data.size("training")))
    shown = torch.cat([(every["label"] == digit).nonzero()[:LABELS, 0] for digit in range(10)])
    torch.manual_seed(stage.plan.seed)
    student = loaded.compiled.network("Student")
    optimizer = torch.optim.AdamW(student.parameters(), lr=stage.rates["update"], weight_decay=0.0)
    for step in range(stage.total):
        for group in optimizer.param_groups:
            factor = rate_factor(stage.plan.updates["update"], step, stage.total)
            group["lr"] = stage.rates["update"] * factor
        optimizer.zero_grad()
        scores = student(every["image"][shown])
        torch.autograd.backward(F.cross_entropy(scores, every["label"][shown]))
        optimizer.step()
    test = loaded.data.batch("test", torch.arange(loaded.data.size("test")))
    with torch.no_grad():
        right = student.eval()(test["image"]).argmax(-1) == test["label"]
    return value("test", "metric/Study.accuracy")(folder) - float(right.float().mean())


def _found(folder: Path) -> float:
    """How well pictures that were not seen find others of their digit, by their vectors."""
    loaded = load_run(folder)
    pairs = loaded.data.batch("test", torch.arange(loaded.data.epoch("test")))
    with untouched(loaded), torch.no_grad():
        vectors: Tensor = loaded.networks["Embedding"](pairs["first"])
    return mean_average_precision(vectors, pairs["label"])


def found_by_pixels() -> float:
    """How well the same pictures do by their pixels alone."""
    digits = Digits().parts["test"]
    return mean_average_precision(digits["image"], digits["label"])


MAKES, DECODES = _drawn("Generator", 32), _drawn("Decoder", 8)

MARKS: dict[str, tuple[float, tuple[Mark, ...]]] = {
    "mlp": (60, (Mark("test accuracy", 0.97, ACCURACY),)),
    "lenet": (60, (Mark("test accuracy", 0.98, ACCURACY),)),
    "resnet": (120, (Mark("test accuracy", 0.98, ACCURACY),)),
    "vit": (120, (Mark("test accuracy", 0.95, ACCURACY),)),
    "gpt": (
        180,
        (Mark("nats, validation", 1.7, value("validation", "loss/update"), True, False),),
    ),
    "gan": (
        120,
        (
            Mark("rarest digit drawn", 0.03, lambda folder: MAKES(folder).rarest),
            Mark("P(a digit)", 0.8, lambda folder: MAKES(folder).digit),
        ),
    ),
    "vae": (
        120,
        (
            Mark("rarest digit drawn", 0.03, lambda folder: DECODES(folder).rarest),
            Mark("P(a digit)", 0.55, lambda folder: DECODES(folder).digit),
            Mark("nats of KL, test", 3, _divergence, percent=False),
            Mark("RMSE, test", 0.16, _error, lower=True, percent=False),
        ),
    ),
    "distill": (
        60,
        (
            Mark("student's test accuracy", 0.93, value("test", "metric/Study.accuracy")),
            Mark("more than from 10 labels a digit", 0.05, _points_over_labels),
        ),
    ),
    "karate": (30, (Mark("test accuracy", 0.95, ACCURACY),)),
    "siamese": (
        60,
        (Mark("mean average precision, test", 0.9, _found, percent=False),),
    ),
}
"""Seconds of training at most, and what is reached then, by project."""

SEEDS = {name: 10 if name == "karate" else 3 for name in MARKS}
"""With how many seeds, from 0 on, each is trained; two members of the club teach little."""

"""The training step against loops written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from studio.compile.compiled import check
from studio.model.edits import SetParam
from studio.model.project_file import load
from studio.run.loop.training import Loop, Stage
from tests.bench.table import Row, ratio

PROJECTS = Path(__file__).parents[2] / "projects"
EPOCHS = 4


def rows() -> Iterator[Row]:
    """MLP and LeNet on digits, the same threads, batch and optimiser in all arms."""
    threads = torch.get_num_threads()
    goals = {"mlp": ("MLP", 0.6), "lenet": ("LeNet", 1.0)}
    for name, (title, goal) in goals.items():
        ours, loader, tensors = _arms(name)
        note = f"{threads} threads, batch 64"
        yield Row(f"{title} step / by hand with DataLoader", ratio(ours, loader), goal, note=note)
        yield Row(
            f"{title} step / by hand, tensors and fused Adam",
            ratio(ours, tensors, 15),
            1.05,
            note=note,
        )


def _arms(name: str) -> tuple[Callable[[], object], ...]:
    project = load(PROJECTS / f"{name}.json")
    for node, key, value in (
        ("digits", "validation", 0.0),
        ("digits", "test", 0.0),
        ("update", "schedule", "constant"),
    ):
        project = SetParam("Training", node, key, value).apply(project)
    project = replace(project, settings=replace(project.settings, device="cpu", epochs=EPOCHS))
    made = check(project).training().namespace()
    stage: Stage
    (stage,) = made["STAGES"]

    def ours() -> None:
        objective = stage.objective(made["make_networks"]())
        for _ in Loop(objective, data, stage.plan, torch.device("cpu")).run():
            pass

    data = stage.data()
    every = data.batch("training", torch.arange(data.size("training")))
    images, labels = every["image"], every["label"]

    def model() -> nn.Module:
        networks: dict[str, nn.Module] = made["make_networks"]()
        return next(iter(networks.values()))

    rule = stage.plan.updates["update"]

    def with_loader() -> None:
        network = model()
        optimizer = torch.optim.AdamW(
            network.parameters(), lr=rule.learning_rate, weight_decay=rule.weight_decay
        )
        loader = DataLoader(TensorDataset(images, labels), batch_size=64, shuffle=True)
        for _ in range(EPOCHS):
            total, right = 0.0, 0.0
            for image, label in loader:
                loss, found = _forward(network, image, label)
                optimizer.zero_grad()
                torch.autograd.backward(loss)
                optimizer.step()
                total += loss.item()
                right += found.item()

    def with_tensors() -> None:
        network = model()
        optimizer = torch.optim.AdamW(
            network.parameters(), lr=rule.learning_rate, weight_decay=rule.weight_decay, fused=True
        )
        for _ in range(EPOCHS):
            total, right = torch.zeros(()), torch.zeros(())
            for index in torch.split(torch.randperm(len(images)), 64):
                loss, found = _forward(network, images[index], labels[index])
                optimizer.zero_grad(set_to_none=True)
                torch.autograd.backward(loss)
                optimizer.step()
                total += loss.detach()
                right += found

    return ours, with_loader, with_tensors


def _forward(network: nn.Module, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
    logits = network(image)
    return F.cross_entropy(logits, label), (logits.argmax(-1) == label).float().mean()

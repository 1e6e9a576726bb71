"""What the guard holds of a gallery project, taken by the ways that people use.

`python -m tests.guard` records it anew. A recorded value changes only in a commit of its own that
says why.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import torch
from torch import Tensor

from studio.cli.check import report
from studio.cli.json_output import plain
from studio.compile.compiled import check
from studio.model.edits import SetParam, apply
from studio.model.project import Project
from studio.model.project_file import load
from studio.run.exports import export
from studio.run.loaded_project import LoadedProject, build
from studio.run.loop.data import Data

PROJECTS = Path(__file__).parents[2] / "projects"
RECORDED = Path(__file__).with_name("recorded")
NAMES = ("gpt", "lenet", "mlp", "resnet", "vit")
WIDENED = frozenset({"lenet", "resnet"})
STEPS = 40


def load_project(name: str, folder: Path) -> Project:
    """A project of the gallery, on the CPU. Its text is one of the guard's own, written into a
    folder: Python's language reference, which the gallery learns, is another in each version."""
    project = load(PROJECTS / f"{name}.json")
    project = replace(project, settings=replace(project.settings, device="cpu"))
    if name == "gpt":
        text = folder / "text.txt"
        text.write_text(made_up_text(), encoding="utf-8")
        project = apply(project, [SetParam("Training", "text", "path", str(text))])
    return project


def made_up_text() -> str:
    """Sentences of made-up words, frequent and rare."""
    chance = random.Random(0)
    words = ["".join(chance.choices(ascii_lowercase, k=chance.randint(1, 9))) for _ in range(400)]
    often = [1 / (place + 1) for place in range(len(words))]
    sentences = (chance.choices(words, often, k=chance.randint(4, 16)) for _ in range(5000))
    return "".join(" ".join(sentence).capitalize() + ".\n" for sentence in sentences)


def learned(name: str, folder: Path) -> dict[str, Any]:
    """The first losses, and keys and shapes of the weights. Call it on one compute thread.

    Convolutional networks compute in float64: in float32, rounding as one kind of processor does
    it and as another does drives them apart within a hundred steps, and what is recorded would
    hold on one machine only.
    """
    loaded = build(load_project(name, folder))
    weights = {
        network: {key: list(value.shape) for key, value in module.state_dict().items()}
        for network, module in loaded.networks.items()
    }
    if name in WIDENED:
        _widen(loaded)
    losses: list[float] = []
    for record in loaded.training.run():
        found = record or loaded.training.flush()
        if found is not None and found.split == "training":
            losses.append(found.values["loss/update"])
        if len(losses) == STEPS:
            break
    return {"losses": losses, "weights": weights}


class WideData:
    """Data whose numbers are float64."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self.to, self.size, self.epoch, self.encode = data.to, data.size, data.epoch, data.encode

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """The samples of these numbers, by name."""
        return {
            key: value.double() if value.is_floating_point() else value
            for key, value in self._data.batch(part, index).items()
        }


def _widen(loaded: LoadedProject) -> None:
    """Let networks and data of this training have float64."""
    for module in loaded.networks.values():
        module.double()
    loaded.training.data = WideData(loaded.data)


def checked(name: str, folder: Path) -> dict[str, Any]:
    """What `netloom check --json` prints: shapes, counts, issues."""
    found: dict[str, Any] = json.loads(json.dumps(plain(report(check(load_project(name, folder))))))
    return found


def exported(name: str, folder: Path) -> tuple[str, str]:
    """The exported module and training script."""
    project = load(PROJECTS / f"{name}.json")
    module = export(project, "python", folder / "module.py").path
    script = export(project, "script", folder / "script.py").path
    return module.read_text(encoding="utf-8"), script.read_text(encoding="utf-8")


def one_thread() -> None:
    """Compute on one thread, so that sums are taken in one order."""
    torch.set_num_threads(1)

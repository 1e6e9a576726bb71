"""The training script: data, networks, updates and the loop in one file that runs alone."""

from __future__ import annotations

import ast
import importlib
import inspect

from studio.compile.checking import Checking
from studio.compile.merged_files import joined
from studio.compile.module_source import with_imports
from studio.compile.source_lines import Source
from studio.compile.training_source import dataset_path, training_recipe
from studio.model.project import Project

OURS = ("studio", "nodes")

MAIN = '''
import json

import torch


def main() -> None:
    """Train, print a line an epoch, test, and save the weights of the best epoch."""
    torch.manual_seed(SEED)
    training = Training(
        make_networks(),
        steps,
        UPDATES,
        make_data(),
        BATCH_SIZE,
        EPOCHS,
        pick_device(DEVICE),
        PRECISION,
        SEED,
    )
    for record in training.run():
        if record is not None and record.split != "training":
            print(json.dumps({record.split: record.epoch, **record.values}), flush=True)
    for name, weights in (training.best or training.weights()).items():
        torch.save(weights, f"{name}.pt")


if __name__ == "__main__":
    main()
'''


def training_script(project: Project, checking: Checking, loop: str) -> str:
    """The script of a checked project; `loop` is the source of the training loop."""
    recipe = training_recipe(project, checking)
    body: Source = with_imports("", recipe, ("from collections.abc import Iterator",))
    dataset = dataset_path(project, checking).rpartition(".")[0]
    title = "Trains what was drawn in Netloom. Needs torch, and what the data source imports."
    return joined(title, [loop, *_with_needed(dataset), body.text, MAIN], OURS)


def _with_needed(module: str) -> list[str]:
    """Sources of a module of ours, and first of those of ours that it imports."""
    source = inspect.getsource(importlib.import_module(module))
    needed = [
        part.module
        for part in ast.parse(source).body
        if isinstance(part, ast.ImportFrom) and part.module and part.module.startswith(OURS)
    ]
    return [*(text for name in needed for text in _with_needed(name)), source]

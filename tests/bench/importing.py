"""How long a model of others takes to come in."""

from __future__ import annotations

import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import nn

from studio.compile.compiled import all_types, check
from studio.importing.importing import import_model
from studio.importing.model_file import Example
from studio.model.gallery import template
from tests.bench.table import Row, seconds

ROUNDS = 3


def rows() -> Iterator[Row]:
    """ResNet-50, as a file that a person might have: made, watched twice, drawn, and compared."""
    with tempfile.TemporaryDirectory() as folder:
        make = _exported(Path(folder))
        image, types = Example(torch.randn(1, 3, 224, 224)), all_types()[0]
        times = [seconds(lambda: import_model(make, [image], types)) for _ in range(ROUNDS)]
    note = "weights and comparison too; in a process that has torch"
    yield Row("import of ResNet-50", statistics.median(times), 5, "s", note)


def _exported(folder: Path) -> Callable[[], nn.Module]:
    """The class of an export, which holds nothing of the drawing."""
    file = folder / "resnet50.py"
    file.write_text(check(template("resnet50")).source("ResNet50"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("resnet50", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["resnet50"] = module
    spec.loader.exec_module(module)
    made: Callable[[], nn.Module] = module.ResNet50
    return made

"""What is shown of a sample, and what its classes are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from studio.model.figures import Bars, Figure, Heatmap, Images, Table
from studio.model.messages import Look
from studio.model.project import Project
from studio.model.project_file import load
from studio.run.loaded_project import build
from studio.run.probing import Probing
from tests.compile.drawing import TYPES
from tests.nodes.small_boards import learner

PROJECTS = Path(__file__).parents[2] / "projects"
ANIMALS = ("cat", "dog", "owl")


def test_names_of_classes_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "animals.npz"
    shades, kinds = np.random.default_rng(0), np.arange(60) % 3
    x = shades.integers(0, 256, (60, 1, 4, 6)).astype("u1")
    np.savez(path, x=x, y=kinds, classes=np.array(ANIMALS))
    boards = learner(TYPES["ArraysData"], {"path": str(path), "batch_size": 16})
    probing = Probing(build(on_cpu(Project({board.name: board for board in boards}))))
    bars, _ = figures(probing, "Predict", value=np.ones((4, 6), np.float32))
    (matrix,) = figures(probing, "Confusion matrix", part="test")
    (picture, table) = figures(probing, "Sample", part="test")
    assert isinstance(bars, Bars)
    assert isinstance(matrix, Heatmap)
    assert isinstance(picture, Images)
    assert isinstance(table, Table)
    assert bars.names == matrix.rows == matrix.columns == ANIMALS
    ((what, name),) = table.rows
    assert what == "y"
    assert name in ANIMALS
    sample = probing.loaded.data.batch("test", torch.arange(1))["x"][0]
    np.testing.assert_allclose(picture.values, sample.numpy() / 255, rtol=1e-6)


def on_cpu(drawn: Project) -> Project:
    return replace(drawn, settings=replace(drawn.settings, device="cpu"))


def figures(probing: Probing, probe: str, network: str = "Net", **asked: Any) -> tuple[Figure, ...]:
    answer = probing.look(Look(1, probe, network, **asked))
    assert not answer.error, answer.error
    return answer.figures


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("mlp", tuple("0123456789")),
        ("karate", ("instructor", "president")),
        ("siamese", ()),
        ("vae", ()),
    ],
)
def test_classes_are_those_that_are_learned(name: str, classes: tuple[str, ...]) -> None:
    assert build(on_cpu(load(PROJECTS / f"{name}.json"))).classes == classes


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gpt", {"tokens": None, "target": None}),
        ("karate", {"x": None, "edge_index": "156", "mask": "2 of 34", "label": None}),
        ("siamese", {"label": None}),
    ],
)
def test_samples_are_told_as_people_read_them(name: str, told: dict[str, str | None]) -> None:
    probing = Probing(build(on_cpu(load(PROJECTS / f"{name}.json"))))
    network = next(iter(probing.loaded.networks))
    *pictures, table = figures(probing, "Sample", network, part="training")
    assert isinstance(table, Table)
    rows = dict(table.rows)
    assert rows.keys() == told.keys()
    assert all(rows[key] == text for key, text in told.items() if text is not None)
    if name == "gpt":
        assert rows["tokens"][1:] == rows["target"][:-1]
    if name == "karate":
        assert rows["label"].startswith("instructor, instructor")
    assert len(pictures) == 2 * (name == "siamese")

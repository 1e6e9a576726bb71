"""What a training board shows is kept while it trains, and leaves the training as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio.model.edits import RemoveNodes, SetParam
from studio.model.figures import Images
from studio.model.messages import Look
from studio.model.project import Project
from studio.model.project_file import load
from studio.run.loaded_project import load_run
from studio.run.probing import Probing
from studio.run.shown_pictures import as_png, is_time
from studio.run.training_runs import train

PROJECTS = Path(__file__).parents[2] / "projects"


def vae(epochs: int = 3) -> Project:
    project = load(PROJECTS / "vae.json")
    return replace(project, settings=replace(project.settings, epochs=epochs, device="cpu"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shown") / "run"
    assert train(vae(), folder).state == "finished"
    return folder


def test_pictures_are_kept_by_step(run: Path) -> None:
    found = sorted(path.name for path in (run / "figures").iterdir())
    assert found == ["dreamt-20.png", "dreamt-40.png", "dreamt-60.png"]
    with Image.open(run / "figures" / found[0]) as picture:
        assert picture.mode == "L"
        assert picture.size == ((8 * 9 - 1) * 12, (8 * 9 - 1) * 12)


def test_looking_leaves_the_training_as_it_was(run: Path, tmp_path: Path) -> None:
    plain = RemoveNodes("Training", frozenset({"dreamt"})).apply(vae())
    assert train(plain, tmp_path / "run").state == "finished"
    ours, theirs = (load_run(folder).training.weights() for folder in (run, tmp_path / "run"))
    assert all(
        torch.equal(value, theirs[name][key]) for name in ours for key, value in ours[name].items()
    )
    assert not (tmp_path / "run" / "figures").exists()


def test_the_same_noise_each_time(tmp_path: Path) -> None:
    still = SetParam("Training", "update", "learning_rate", 0.0).apply(vae())
    assert train(still, tmp_path / "run").state == "finished"
    found = {path.read_bytes() for path in (tmp_path / "run" / "figures").iterdir()}
    assert len(found) == 1


def test_they_are_looked_at_live(run: Path) -> None:
    probing = Probing(load_run(run))
    assert probing.probes().networks["Training"] == {"dreamt": ("Shown",)}
    looked = probing.look(Look(1, "Shown", "Training", "dreamt"))
    assert not looked.error
    (figure,) = looked.figures
    assert isinstance(figure, Images)
    assert figure.values.shape == (64, 8, 8)


@pytest.mark.parametrize("epochs", [1, 5, 20, 30, 1000])
def test_pictures_are_kept_now_and_then(epochs: int) -> None:
    times = [n for n in range(1, epochs + 1) if is_time(n, epochs)]
    assert min(5, epochs) <= len(times) <= 21
    assert {1, epochs} <= set(times)


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_are_laid_side_by_side(channels: int, tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((3, channels, 2, 4)).astype(np.float32)
    (tmp_path / "found.png").write_bytes(as_png(values))
    with Image.open(tmp_path / "found.png") as opened:
        found = np.asarray(opened, np.float32).reshape(5 * 24, 9 * 24, channels) / 255
    np.testing.assert_allclose(found[::24, ::24][:2, :4], values[0].transpose(1, 2, 0), atol=0.01)
    np.testing.assert_allclose(found[::24, ::24][:2, 5:], values[1].transpose(1, 2, 0), atol=0.01)

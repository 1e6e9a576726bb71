"""What a trained network answers, and what is drawn of it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from studio.cli.trained_run import refuse_misfit
from studio.model.edits import SetParam
from studio.model.files import FileError
from studio.model.gallery import template
from studio.run.training_runs import train


@pytest.fixture(scope="module")
def lenet(here, tmp_path_factory):
    """LeNet and a short run of it."""
    path = tmp_path_factory.mktemp("lenet") / "lenet.json"
    here("new", "lenet", path)
    done = here("train", path, "--epochs", 3, "--device", "cpu", "--json")
    return path, json.loads(done.stdout)["run"]


@pytest.fixture
def digits(tmp_path):
    """Ten digits as image files: light on dark, dark on light, with and without transparency."""
    data, paths = load_digits(), []
    for label in range(10):
        number = int(np.flatnonzero(data.target == label)[0])
        grey = (data.images[number] / 16 * 255).astype(np.uint8)
        picture = Image.fromarray(grey).resize((64, 64), Image.Resampling.BILINEAR)
        if label % 3 == 1:
            picture = Image.fromarray(255 - np.asarray(picture)).convert("RGB")
        if label % 3 == 2:
            ink = Image.new("L", picture.size, 0)
            picture = Image.merge("LA", (ink, picture))
        paths.append(tmp_path / f"{label}.png")
        picture.save(paths[-1])
    return paths


def test_predict_images(here, lenet, digits):
    done = here("predict", lenet[0], "--run", lenet[1], *digits, "--json")
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)["predictions"]
    assert [answer["input"] for answer in answers] == [str(path) for path in digits]
    right = sum(answer["answer"] == str(label) for label, answer in enumerate(answers))
    assert right >= 8
    for answer in answers:
        assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    lines = here("predict", lenet[0], "--run", lenet[1], *digits).stdout.splitlines()
    assert len(lines) == 10
    assert all("%" in line for line in lines)


def test_predict_goes_on_with_a_text(here, tmp_path):
    path, text = tmp_path / "gpt.json", tmp_path / "text.txt"
    text.write_text("the quick brown fox jumps over the lazy dog\n" * 60)
    here("new", "gpt", path)
    given = ["--set", f"text.path={text}", "--epochs", 1, "--json"]
    trained = here("train", path, *given)
    assert trained.returncode == 0, trained.stderr
    run = json.loads(trained.stdout)["run"]
    first, second = (
        here("predict", path, "--run", run, "the quick", "--length", 20, "--seed", 1).stdout
        for _ in range(2)
    )
    assert first == second
    assert first.startswith("the quick")
    assert len(first.rstrip("\n")) <= len("the quick") + 20
    assert set(first) <= set(text.read_text())


@pytest.mark.parametrize("text", ["not an image", ""])
def test_what_is_no_image(here, one_line, lenet, tmp_path, text):
    path = tmp_path / "a.png"
    path.write_text(text)
    assert str(path) in one_line(here("predict", lenet[0], "--run", lenet[1], path))
    missing = tmp_path / "none.png"
    assert "No such file" in one_line(here("predict", lenet[0], "--run", lenet[1], missing))


@pytest.mark.parametrize(
    ("probe", "more"),
    [
        ("feature-maps", ["--node", "conv1"]),
        ("Feature maps", ["--node", "conv2", "--data", "test", "--sample", 3]),
        ("weights", ["--node", "conv1"]),
        ("confusion matrix", []),
        ("gradient norm", []),
        ("activation histogram", ["--node", "fc1"]),
        ("curves", []),
    ],
)
def test_look_draws(here, lenet, tmp_path, probe, more):
    out = tmp_path / "picture.png"
    done = here("look", lenet[0], "--run", lenet[1], "--probe", probe, *more, "-o", out)
    assert done.returncode == 0, done.stderr
    assert str(out) in done.stdout
    with Image.open(out) as picture:
        grey = np.asarray(picture.convert("L"))
    assert grey.shape[1] > 1000
    assert len(np.unique(grey)) > 20


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--probe", "feature-maps"], ["conv1", "Confusion matrix"]),
        (["--probe", "attention", "--node", "conv1"], ["conv1", "Feature maps"]),
        (["--probe", "weights", "--node", "conv9"], ["conv9", "conv2"]),
        (["--probe", "weights", "--node", "conv1", "--network", "VGG"], ["VGG", "LeNet"]),
        (["--probe", "weights", "--node", "conv1", "--sample", 10**6], ["samples"]),
        (["--probe", "weights", "--node", "conv1", "--sample", -1], ["--sample"]),
    ],
)
def test_look_refuses(here, one_line, lenet, tmp_path, more, words):
    out = tmp_path / "picture.png"
    message = one_line(here("look", lenet[0], "--run", lenet[1], *more, "-o", out))
    assert all(word in message for word in words), message
    assert not out.exists()


def test_look_without_validation_takes_a_part_that_has_samples(here, tmp_path):
    project, out = tmp_path / "gan.json", tmp_path / "shown.png"
    here("new", "gan", project)
    done = here("train", project, "--epochs", 1, "--json")
    run = json.loads(done.stdout)["run"]
    shown = ["--network", "Training", "--node", "shown", "--probe", "shown"]
    done = here("look", project, "--run", run, *shown, "-o", out)
    assert done.returncode == 0, done.stderr
    assert out.exists()


def test_weights_fit_by_instance_also_where_the_loss_learns(tmp_path):
    """A run keeps what the loss has learned beside the weights of each instance."""
    project = template("siamese")
    for side in ("left", "right"):
        project = SetParam("Training", side, "instance", "Twin").apply(project)
    project = replace(project, settings=replace(project.settings, epochs=1, device="cpu"))
    folder = train(project, tmp_path / "run").folder
    refuse_misfit(project, folder)
    other = SetParam("Embedding", "fc", "out_features", 8).apply(project)
    with pytest.raises(FileError, match="Twin"):
        refuse_misfit(other, folder)

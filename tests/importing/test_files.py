"""Weights beside an imported project: runs begin with them, also after edits."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from studio import Project
from studio.importing.files import import_file
from studio.model.files import FileError
from studio.run.going_on import begin_with
from studio.run.loaded_project import build
from tests.importing import models


@pytest.fixture
def imported(tmp_path: Path) -> Project:
    """An imported network with a training board, both in files."""
    out = tmp_path / "net.json"
    report = import_file(f"{models.__file__}:Perceptron", ["2,1,8,8"], out)
    assert report.difference < 1e-6
    project = Project.load(out).add_board("training", "Training")
    for type, name in (("DigitsData", "digits"), ("CrossEntropy", "right"), ("Update", "update")):
        project = project.add("Training", type, name)
    project = project.add("Training", "Network", "network", params={"network": "Perceptron"})
    for source, target in (
        ("digits.image", "network.x"),
        ("network.output", "right.logits"),
        ("digits.label", "right.target"),
        ("right.loss", "update.loss"),
    ):
        project = project.wire("Training", source, target)
    return project


def test_a_run_begins_with_what_was_imported(imported: Project, tmp_path: Path) -> None:
    trained = imported.with_settings(epochs=1, device="cpu").train(tmp_path / "run")
    assert trained.state.state == "finished"
    log = (trained.folder / "log.txt").read_text(encoding="utf-8")
    assert "Begins with weights of net.safetensors: kept 2 layers" in log


def test_what_is_left_after_an_edit_goes_on(imported: Project) -> None:
    edited = imported.rename("Perceptron.net_3", "head").set("Perceptron.net_1.out_features", 40)
    loaded = build(edited.document)
    found = begin_with(loaded, edited.document.folder / "net.safetensors")
    assert not found.fresh
    assert sorted(found.layers["resized"]) == ["head", "net_1"]


def test_another_file_is_refused(imported: Project, tmp_path: Path) -> None:
    file = tmp_path / "strange.safetensors"
    file.write_bytes(b"\x10\0\0\0\0\0\0\0 no header at all")
    with pytest.raises(FileError, match="holds no weights that Netloom wrote"):
        begin_with(build(imported.document), file)


def test_a_module_comes_in_from_python() -> None:
    image = torch.randn(3, 1, 28, 28)
    torch.manual_seed(0)
    project, weights = Project.from_module(models.LeNet, image)
    torch.manual_seed(0)
    model = models.LeNet()
    network = project.compile()
    network.load_state_dict(weights)
    assert torch.allclose(network.eval()(image), model.eval()(image), atol=1e-6)

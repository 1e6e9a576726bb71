"""The same from Python."""

from __future__ import annotations

import pytest
import torch

import studio
from studio.model.files import FileError
from studio.run.loop.training import Record


def test_load_check_compile_train(written, tiny, tmp_path):
    project = studio.Project.load(written(tiny))
    compiled = project.check()
    assert compiled.issues == ()
    assert compiled.totals["Tiny"].parameters == 650
    network = project.compile()
    assert network(torch.zeros(3, 1, 8, 8)).shape == (3, 10)
    events = []
    trained = project.with_settings(epochs=1, seed=5).train(on_event=events.append)
    assert trained.folder.parent == tmp_path / "runs"
    assert trained.state.state == "finished"
    assert set(trained.metrics) == {"training", "validation", "test", "last_test"}
    assert any(isinstance(event, Record) for event in events)
    assert (
        studio.Project.load(trained.folder / "segments/1/project.json").document.settings.seed == 5
    )


def test_save(tiny, written, tmp_path):
    project = studio.Project.load(written(tiny))
    project.save(tmp_path / "b.json")
    assert studio.Project.load(tmp_path / "b.json").document == project.document
    with pytest.raises(FileError, match="no file yet"):
        studio.Project(project.document).save()


def test_which_network(written, tiny):
    project = studio.Project.load(written(tiny))
    with pytest.raises(KeyError, match="Tiny"):
        project.compile("Other")
    with pytest.raises(AttributeError):
        _ = studio.Nothing

"""Nodes may be called what the code needs for itself: it trains, is looked into and exported."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from studio.compile.compiled import check
from studio.model.edits import RenameBoard, RenameNode
from studio.model.project import Project
from studio.model.run_layout import read_metrics
from studio.run.exports import export
from studio.run.loaded_project import build
from studio.run.node_outputs import untouched, watching
from studio.run.run_folder import RunFolder
from studio.run.training_runs import train
from tests.run.drawn import project

WORDS = {
    ("Net", "image"): "input",
    ("Net", "conv"): "torch",
    ("Net", "relu"): "F",
    ("Net", "drop"): "self",
    ("Net", "flatten"): "math",
    ("Net", "linear"): "nn",
    ("Layer", "skip"): "range",
    ("Layer", "norm"): "super",
    ("Train", "digits"): "batch",
    ("Train", "net"): "networks",
    ("Train", "cost"): "Step",
    ("Train", "accuracy"): "at",
    ("Train", "update"): "steps",
}


def renamed() -> Project:
    found = project()
    for (board, old), new in WORDS.items():
        found = RenameNode(board, old, new).apply(found)
    return found


def test_it_trains_as_by_other_names(tmp_path: Path) -> None:
    for name, drawn in (("plain", project()), ("words", renamed())):
        end = train(drawn, tmp_path / name)
        assert end.state == "finished", end.message
    plain, words = (read_metrics(RunFolder.open(tmp_path / n).layout) for n in ("plain", "words"))
    tested = [line.values for lines in (plain, words) for line in lines if line.split == "test"]
    assert list(tested[0].values()) == list(tested[1].values())
    assert tested[1].keys() == {"loss/steps", "metric/at"}


def test_its_nodes_are_looked_into() -> None:
    loaded = build(renamed())
    data = loaded.data.batch("training", next(iter(loaded.training.batches()))[:2])
    with untouched(loaded), watching(loaded, "Net", alone=True) as captured:
        loaded.networks["Net"](data["image"])
    assert {"input", "torch", "F", "self", "math", "nn"} <= captured.outputs.keys()
    assert captured.outputs["layers.0.range"].shape == captured.outputs["self"].shape


def test_it_is_exported(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(replace(renamed()), run)
    report = export(renamed(), "python", tmp_path, run)
    assert report.difference == 0
    source = report.path.read_text()
    assert "torch_ = self.torch(input_)" in source
    assert "def forward(self, input_: Tensor) -> Tensor:" in source
    script = export(renamed(), "script", tmp_path).path.read_text()
    assert 'networks = self.networks["Net"](batch["image"])' in script


def test_boards_are_called_as_parts_of_the_loop_and_the_data(tmp_path: Path) -> None:
    drawn = project(epochs=1)
    for old, new in (("Net", "Digits"), ("Layer", "Step"), ("Train", "Loop")):
        drawn = RenameBoard(old, new).apply(drawn)
    found = check(drawn)
    assert found.issues == ()
    assert train(drawn, tmp_path / "run").state == "finished"
    script = export(drawn, "script", tmp_path).path
    done = subprocess.run(
        [sys.executable, "-I", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    tested = [line for line in map(json.loads, done.stdout.splitlines()) if "test" in line]
    assert "loss/update" in tested[0]
    assert "class Digits(nn.Module)" in script.read_text()

"""Exports stand alone, load the weights, and do the same."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from studio.compile.compiled import CannotCompile, check
from studio.compile.module_source import networks_used
from studio.compile.training_script import training_script
from studio.model.edits import AddNode, SetParam
from studio.model.files import FileError
from studio.model.project import Node, Project
from studio.model.project_file import load
from studio.model.run_layout import LAST_TEST
from studio.run.exports import export
from studio.run.loaded_project import build
from tests.run.drawn import recurrent

PROJECTS = Path(__file__).parents[2] / "projects"
GALLERY = sorted(path.stem for path in PROJECTS.glob("*.json"))
NETWORKS = [
    (name, network)
    for name in GALLERY
    for network in networks_used(load(PROJECTS / f"{name}.json"))
]


def gallery(name: str, epochs: int = 2) -> Project:
    project = load(PROJECTS / f"{name}.json")
    return replace(project, settings=replace(project.settings, epochs=epochs, device="cpu"))


@pytest.mark.parametrize(("name", "network"), NETWORKS)
def test_module_reloads_in_a_clean_interpreter_without_a_difference(
    name: str, network: str, tmp_path: Path
) -> None:
    report = export(gallery(name), "python", tmp_path, network=network)
    assert report.difference == 0
    text = report.path.read_text()
    assert "netloom" not in text.lower().replace("drawn in netloom", "")
    assert "studio" not in text
    assert "nodes" not in text


def test_a_scan_is_exported(tmp_path: Path) -> None:
    report = export(recurrent(), "python", tmp_path)
    assert report.difference == 0
    assert "for rows_t in reversed(rows.unbind(1)):" in report.path.read_text()


def test_sources_pass_ruff(tmp_path: Path) -> None:
    for name in GALLERY:
        found = check(gallery(name))
        script = training_script(found.project, found.checking)
        (tmp_path / f"{name}_training.py").write_text(script)
    for name, network in NETWORKS:
        (tmp_path / f"{name}_{network}.py").write_text(check(gallery(name)).source(network))
    ruff = [sys.executable, "-m", "ruff"]
    modules = [str(tmp_path / f) for f in sorted(p.name for p in tmp_path.glob("*.py"))]
    subprocess.run([*ruff, "check", "--isolated", *modules], check=True)
    plain = [path for path in modules if "_training" not in path]
    subprocess.run([*ruff, "format", "--isolated", "--check", *plain], check=True)


@pytest.mark.parametrize("name", ["mlp", "gan", "vae", "distill", "siamese", "karate"])
def test_script_alone_gives_the_values_of_the_trainer(name: str, tmp_path: Path) -> None:
    project = gallery(name)
    torch.set_num_threads(1)
    loaded = build(project)
    told = [record for record in loaded.stages.run() if record is not None]
    ours = [r.values for r in told if r.split not in ("training", LAST_TEST)]
    weights = loaded.training.best or loaded.training.weights()
    script = export(project, "script", tmp_path).path
    done = subprocess.run(
        [sys.executable, "-I", str(script)],
        cwd=tmp_path,
        env={"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    several = len(loaded.stages.loops) > 1
    alone = [
        {key.replace("/", f"/{line['stage']}." if several else "/"): value for key, value in found}
        for line in lines
        if (found := [(key, value) for key, value in line.items() if "/" in key])
    ]
    assert alone == ours
    for network, wanted in weights.items():
        found = torch.load(tmp_path / f"{network}.pt", weights_only=True)
        assert all(torch.equal(found[key], value) for key, value in wanted.items())


def test_weights_need_a_run(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="--run"):
        export(gallery("mlp"), "checkpoint", tmp_path)


def test_unknown_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no network called 'Nothing'"):
        export(gallery("mlp"), "python", tmp_path, network="Nothing")


def test_project_with_errors_is_refused_and_nothing_written(tmp_path: Path) -> None:
    broken = SetParam("MLP", "hidden", "out_features", 0).apply(gallery("mlp"))
    with pytest.raises(CannotCompile, match="hidden"):
        export(broken, "python", tmp_path)
    assert not list(tmp_path.iterdir())


def test_tied_weights_are_stored_once(tmp_path: Path) -> None:
    source = export(gallery("gpt"), "python", tmp_path).path.read_text()
    assert "F.linear(norm, self.embedding.weight)" in source
    assert "self.head =" not in source


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """A file name with quotes and code in it is a string in the script and nothing more."""
    data = tmp_path / "x\"\n'''); import os; ('''.txt"
    data.write_text("to be or not to be " * 200)
    project = gallery("gpt")
    node = project.boards["Training"].nodes["text"]
    project = AddNode(
        "Training", Node(node.id, node.type, {**node.params, "path": str(data)}, node.at)
    ).apply(project)
    text = export(project, "script", tmp_path).path.read_text()
    assert "import os" not in [line.strip() for line in text.splitlines()]
    compile(text, "script", "exec")

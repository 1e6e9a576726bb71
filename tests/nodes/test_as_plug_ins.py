"""What is one file in the tree is one file in another package, and does the same there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import torch

import nodes
import studio
from nodes.catalogue import Catalogue, builtin, plugins
from nodes.declare import NodeType
from studio.compile.compiled import Compiled, check
from studio.compile.training_script import training_script
from studio.compile.training_source import execute
from studio.model.messages import Look
from studio.model.ports import with_ports
from studio.model.project import Board
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from studio.run.loaded_project import build
from studio.run.loop.objective import At
from studio.run.probe_catalogue import probe_catalogue
from studio.run.probing import Probing
from tests.compile.drawing import opened, project, run, sample
from tests.nodes.packages import install
from tests.nodes.small_boards import learner, network, trainings
from tests.run import drawn

TREE = Path(nodes.__file__).parent
FILES = {
    "PReLU": ("layers/prelu.py",),
    "Parameter": ("layers/parameter.py", "modules/learned.py"),
    "Split": ("tensors/split.py",),
    "Expression": ("tensors/expression.py",),
    "Huber": ("losses/huber.py",),
    "TopK": ("metrics/top_k.py",),
    "WineData": ("data/wine.py", "datasets/wine.py"),
}
"""A type's declaration, and the file of its code where it has one."""


@pytest.fixture
def types(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, NodeType]:
    """Netloom's types with one of them from another package."""
    declaration, *code = FILES[name]
    text = (TREE / declaration).read_text()
    for file in code:
        own = f"their_{name.lower()}_code"
        (tmp_path / f"{own}.py").write_text((TREE / file).read_text())
        text = text.replace(f"nodes.{file.removesuffix('.py').replace('/', '.')}.", f"{own}.")
    install(tmp_path, f"their_{name.lower()}", text)
    monkeypatch.syspath_prepend(tmp_path)
    ours = {other: found for other, found in builtin().types.items() if other != name}
    catalogue = Catalogue(ours).with_plugins(*plugins())
    assert not catalogue.errors
    assert catalogue.types[name] is not builtin().types[name]
    return catalogue.types


def fitting(boards: Iterator[list[Board]], types: Mapping[str, NodeType]) -> Compiled:
    """The first of these drawings that has no issue."""
    every = (check(project(*drawing), types) for drawing in boards)
    return next(found for found in every if not found.issues)


@pytest.mark.parametrize("name", ["PReLU", "Parameter", "Split", "Expression"])
def test_a_layer_of_another_package(name: str, types: Mapping[str, NodeType]) -> None:
    found = check(project(network(types[name], {})), types)
    assert not found.issues
    text = found.source("Net")
    assert "their_" not in text
    outputs = run(execute(text, "<test>")["Net"](), sample(found))
    assert len(outputs) >= len(with_ports(types[name], {}).outputs)
    assert parse(to_text(found.project)) == found.project


@pytest.mark.parametrize("name", ["Huber", "TopK"])
def test_a_loss_or_metric_of_another_package(name: str, types: Mapping[str, NodeType]) -> None:
    found = fitting(trainings(types[name], {}), types)
    batch = {"image": torch.rand(6, 1, 8, 8), "label": torch.randint(0, 10, (6,))}
    assert all(value.isfinite() for value in evaluated(found, batch).values())
    compile(training_script(found.project, found.checking), "script", "exec")


@pytest.mark.parametrize("name", ["WineData"])
def test_data_of_another_package(name: str, types: Mapping[str, NodeType]) -> None:
    found = fitting(iter([learner(types[name], {})]), types)
    batch = opened(found).data().batch("training", torch.arange(8))
    assert all(value.isfinite() for value in evaluated(found, batch).values())
    script = training_script(found.project, found.checking)
    assert "their_" not in script
    compile(script, "script", "exec")


def evaluated(found: Compiled, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return opened(found).objective().evaluate(batch, At())


@pytest.fixture
def their_probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    file = Path(studio.__file__).parent / "run" / "probes" / "silent_units.py"
    text = file.read_text().replace('"Silent units"', '"Their silent units"')
    install(tmp_path, "their_probe", text, "netloom.probes")
    monkeypatch.syspath_prepend(tmp_path)
    probe_catalogue.cache_clear()
    yield
    probe_catalogue.cache_clear()


@pytest.mark.usefixtures("their_probe")
def test_a_probe_of_another_package() -> None:
    probing = Probing(build(drawn.project()))
    ours, theirs = (
        probing.look(Look(1, name, "Net", "relu")).figures[0]
        for name in ("Silent units", "Their silent units")
    )
    assert str(theirs) == str(ours)

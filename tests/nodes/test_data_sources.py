"""Every data source is what its description promises, and a small network learns from it, is
written and goes through files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from studio.compile.compiled import Compiled
from studio.compile.data_flows import element_type
from studio.compile.training_script import training_script
from studio.model.data_parts import PARTS
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from studio.run.loop.data import Data
from studio.run.loop.objective import At
from tests.compile.drawing import TYPES, checked, opened
from tests.nodes.small_boards import learner, promised

SOURCES = [name for name, declared in TYPES.items() if declared.role == "data"]


@pytest.fixture
def params(name: str, tmp_path: Path) -> dict[str, Any]:
    """A file where it needs one, and few samples."""
    declared = TYPES[name]
    found: dict[str, Any] = {declared.batch: 8} if declared.batch else {}
    try:
        promised(declared, {})
    except ValueError:
        file = tmp_path / "small.npz"
        np.savez(file, x=np.random.rand(60, 5).astype("f4"), y=np.arange(60) % 3)
        found |= {param.name: str(file) for param in declared.params if param.kind == "path"}
    return found


@pytest.fixture
def compiled(name: str, params: dict[str, Any]) -> Compiled:
    found = checked(*learner(TYPES[name], params))
    assert not found.issues
    return found


def some(data: Data) -> torch.Tensor:
    """Numbers of a few samples to learn from."""
    return torch.arange(min(8, data.size("training")))


@pytest.mark.parametrize("name", SOURCES)
def test_it_gives_what_it_promises(compiled: Compiled, params: dict[str, Any]) -> None:
    declared = TYPES[compiled.project.boards["Training"].nodes["data"].type]
    fields = promised(declared, params).fields
    assert list(fields) == [port.name for port in declared.outputs]
    data = opened(compiled).data()
    assert sum(data.size(part) for part in PARTS) > 0
    index = some(data)
    samples = data.batch("training", index)
    assert samples.keys() == fields.keys()
    for port, field in fields.items():
        values = samples[port]
        assert values.dtype == element_type(field.dtype)
        assert len(values) == len(index) or field.shape[0] != "N"
        fixed = zip(values.shape, field.shape, strict=True)
        assert all(isinstance(want, str) or have == want for have, want in fixed)
        assert field.limit is None or 0 <= values.min() <= values.max() < field.limit
        assert not field.classes or len(field.classes) == field.limit
    again = opened(compiled).data().batch("training", index)
    assert all(torch.equal(again[port], samples[port]) for port in samples)


@pytest.mark.parametrize("name", SOURCES)
def test_a_network_learns_from_it(compiled: Compiled) -> None:
    torch.manual_seed(0)
    stage = opened(compiled)
    objective, data = stage.objective(), stage.data()
    at = At(0, 1, frozenset(["update"]), frozenset(["update"]))
    batch = data.batch("training", some(data))
    optimizer = torch.optim.Adam(objective.networks["Net"].parameters(), 1e-2)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        for step in objective.training_steps(batch, at):
            step.loss.backward()
            losses.append(step.loss.item())
        optimizer.step()
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", SOURCES)
def test_it_goes_through_files_and_into_scripts(compiled: Compiled) -> None:
    assert parse(to_text(compiled.project)) == compiled.project
    text = training_script(compiled.project, compiled.checking)
    compile(text, "script", "exec")
    assert "studio" not in text
    assert "nodes." not in text

"""What Netloom exports comes back as it was drawn, though exports hold nothing of the drawing."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
import torch

from studio.compile.compiled import all_types, check
from studio.compile.flows import signal
from studio.importing.importing import import_model
from studio.importing.model_file import Example
from studio.model.gallery import gallery, template
from studio.model.project import Project

QUICK = ("lenet5", "nature_dqn", "dcgan", "resnet18")
"""Well-known networks that run in a moment."""
SMALLER = {"ResNet18": 32}
"""Height and width to try those with that take any."""

NETWORKS = [
    (name, board.name)
    for name in (*gallery(), *QUICK)
    for board in template(name).of_kind("network")
]


def nodes(project: Project, network: str) -> dict[str, int]:
    """How many nodes the boards of a network have."""
    return {name: len(project.boards[name].nodes) for name in project.reached(network)}


@pytest.mark.parametrize(("name", "network"), NETWORKS)
def test_exports_come_back(name: str, network: str, tmp_path: Path) -> None:
    project = template(name)
    compiled = check(project)
    file = tmp_path / "exported.py"
    file.write_text(compiled.source(network), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("exported", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["exported"] = module  # its text is read by way of it
    spec.loader.exec_module(module)
    torch.manual_seed(0)
    found = import_model(getattr(module, network), examples(project, network), all_types()[0])
    assert found.difference < 1e-5
    assert nodes(found.project, found.network) == nodes(project, network)
    assert found.parameters == compiled.totals[network].parameters


def examples(project: Project, network: str) -> list[Example]:
    """Inputs as they are declared; in graphs, other sizes than the first are free too."""
    flow = check(project).checking.flows[network]
    found = []
    for node in flow.board.inputs:
        like = flow.outcomes[node.id].outputs["output"]
        shape = [
            2 if name == "N" else size
            for name, size in zip(signal(like).shape, like.shape, strict=True)
        ]
        shape[2:] = [SMALLER.get(network, size) for size in shape[2:]]
        drawn = torch.randn(shape)
        tensor = drawn if like.dtype.is_floating_point else (drawn > 0).to(like.dtype)
        names = {dim: name for dim, name in enumerate(signal(like).shape) if isinstance(name, str)}
        free = {dim: name for dim, name in names.items() if dim == 0 or 0 not in names}
        found.append(Example(tensor, free=free))
    return found

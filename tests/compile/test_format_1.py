"""Projects as version 1 of the format wrote them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.compile.compiled import check
from studio.model.project_file import load, save
from studio.model.project_reading import parse

FORMAT_1 = Path(__file__).parents[1] / "model" / "format_1"


@pytest.mark.parametrize("name", ["mlp", "resnet"])
def test_it_opens_checks_clean_and_is_saved_as_version_2(tmp_path: Path, name: str) -> None:
    old, new = FORMAT_1 / f"{name}.json", tmp_path / f"{name}.json"
    assert json.loads(old.read_text())["netloom"] == 1
    project = load(old)
    assert check(project).issues == ()
    save(project, new)
    assert json.loads(new.read_text())["netloom"] == 2
    assert load(new) == project


def test_its_nodes_are_the_same_wherever_it_is_read() -> None:
    nodes = parse((FORMAT_1 / "mlp.json").read_text()).boards["MLP"].nodes
    assert nodes["hidden"].uid == "0d13f03cdfa2f838"
